"""Filters of members: by organization, employer, stage and area, on the day chosen."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.models import Member, Membership, Stage
from orgs.admin.filters import AreaFilter, DayFilter, FormFilter, chosen_day
from orgs.models import COUNTED_KINDS, Enterprise, Organization, OrganizationKind


class RelationDayFilter(DayFilter):
    """Members who belong to an organization on the day."""

    label = _("In a relation on")

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(pk__in=Membership.objects.on(value).values("member"))


class OrganizationFilter(FormFilter):
    """Members who belong to an organization on the day chosen."""

    title = _("organization")
    parameter_name = "organization"

    def field(self) -> forms.Field:
        return forms.ModelChoiceField(
            Organization.objects.all(), label=_("Organization"), required=False,
            widget=AutocompleteSelect(Membership._meta.get_field("organization"), admin.site),
        )  # fmt: skip

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        relations = Membership.objects.on(chosen_day(self.request)).filter(organization=value)
        return queryset.filter(pk__in=relations.values("member"))


class EmployerFilter(FormFilter):
    """Members whose current employer it is."""

    title = _("employer")
    parameter_name = "employer"

    def field(self) -> forms.Field:
        return forms.ModelChoiceField(
            Enterprise.objects.all(), label=_("Current employer"), required=False,
            widget=AutocompleteSelect(Member._meta.get_field("employer"), admin.site),
        )  # fmt: skip

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(employer=value)


class OrganizationAreaFilter(AreaFilter):
    """Members whose organization on the day chosen is of the area, or of one in it."""

    title = _("area of the organization")


class PlaceFilter(AreaFilter):
    """People whose organization on the day chosen is of the area; without one, whose employer is."""

    title = _("area of the organization or employer")
    parameter_name = "place"
    code_parameter = "place_code"

    def has_output(self) -> bool:
        return bool(self.used_parameters)

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.placed_in(value, chosen_day(self.request))  # type: ignore[attr-defined, no-any-return]


class CountedFilter(admin.SimpleListFilter):
    """Members whose organization on the day chosen is one that figures count; offered where a link asks for it."""

    title = _("organization")
    parameter_name = "counted"
    YES = "yes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(self.YES, _("counted in the figures"))]

    def has_output(self) -> bool:
        return self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those with a relation of the day with an organization in force, of a kind that is counted."""
        if self.value() != self.YES:
            return queryset
        day = chosen_day(request)
        kinds = OrganizationKind.objects.on(day).filter(kind__in=COUNTED_KINDS)
        organizations = Organization.objects.in_force_on(day).filter(pk__in=kinds.values("organization"))
        relations = Membership.objects.on(day).filter(organization__in=organizations)
        return queryset.filter(pk__in=relations.values("member"))


class StageFilter(admin.SimpleListFilter):
    """Members by the stage reached by the day chosen."""

    title = _("stage")
    parameter_name = "stage"
    stages: ClassVar[Mapping[str, tuple[Any, Sequence[Stage]]]] = {
        **{stage.value: (stage.label, (stage,)) for stage in Stage},
        "member": (_("full or probationary member"), (Stage.FULL, Stage.PROBATIONARY)),
    }
    """The choices: each with its label and the stages that it lets through."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _stages) in self.stages.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The members of the stage."""
        if self.value() not in self.stages:
            return queryset
        _label, stages = self.stages[self.value() or ""]
        return queryset.with_stage_on(chosen_day(request)).filter(stage__in=stages)  # type: ignore[attr-defined, no-any-return]
