"""Filters of members: by organization, employer, stage and area, on the day chosen."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.models import Member, Membership, Stage
from orgs.admin.filters import AreaFilter, DayFilter, FormFilter, chosen_day
from orgs.models import Enterprise, Organization


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


class StageFilter(admin.SimpleListFilter):
    """Members by the stage reached by the day chosen."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(stage.value, stage.label) for stage in Stage]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The members of the stage."""
        if self.value() not in Stage.values:
            return queryset
        return queryset.with_stage_on(chosen_day(request)).filter(stage=self.value())  # type: ignore[attr-defined, no-any-return]
