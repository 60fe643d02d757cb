"""Members, with their relations. Personal columns show on the form alone, to those who may change it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members.actions.leaving import end_standings
from members.actions.member import refuse_half_a_relation, register_member
from members.actions.posts import PostWithoutRelation, end_posts_without_relation
from members.admin.filters import (
    CountedFilter,
    EmployerFilter,
    OrganizationAreaFilter,
    OrganizationFilter,
    PlaceFilter,
    RelationDayFilter,
    StageFilter,
)
from members.admin.life import LifeAdmin
from members.deadlines import deadlines_of
from members.identity_numbers import has_known_county, identity_number
from members.lives import Entry, life_of_member
from members.models import Member, Membership, Stage
from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.fitting import fit_to_owner
from orgs.admin.base import RefusableForm
from orgs.admin.figure_filters import AsOfFilter, OutsideFilter
from orgs.admin.periods import PeriodFormSet, PeriodInline
from orgs.admin.protected import ProtectedAdmin
from orgs.models import Coverage, Organization


class MemberForm(RefusableForm):
    """A member."""

    refusal_fields = {OutlastsItsOwner: "ended_on"}

    def clean_id_number(self) -> str | None:
        """The identity number in capitals, its check digit verified, of nobody else; None: as it was."""
        given: str | None = self.cleaned_data["id_number"]
        if not given:
            return given
        number = identity_number(given)
        if Member.objects.with_id_number(number).exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("Another member has this identity number."), code="unique")
        return number


class RegisterForm(MemberForm):
    """A new member, with the organization that the member belongs to."""

    organization = forms.ModelChoiceField(
        Organization.objects.all(), label=_("Organization"), required=False,
        widget=AutocompleteSelect(Membership._meta.get_field("organization"), admin.site),
    )  # fmt: skip
    relation_from = forms.DateField(label=_("Relation from"), required=False, widget=AdminDateWidget())

    def clean(self) -> dict[str, Any] | None:
        """The organization and the day go together, and the organization exists on it."""
        cleaned = super().clean() or {}
        organization, day = cleaned.get("organization"), cleaned.get("relation_from")
        if "organization" in self.errors or "relation_from" in self.errors:
            return cleaned
        try:
            refuse_half_a_relation(organization, day)
        except ValidationError as error:
            self.add_error(None, error)
        if organization is not None and day is not None:
            # Locked: it must not be dissolved meanwhile.
            locked = Organization.objects.select_for_update().get(pk=organization.pk)
            try:
                fit_to_owner(Membership(valid_from=day), end=locked.dissolved_on)
            except ValidationError as error:
                self.add_error("relation_from", error.messages)
        return cleaned


class MembershipFormSet(PeriodFormSet):
    """Relations last until the membership ends or the organization is dissolved."""

    last_day = "ended_on"
    other_owner = ("organization", "dissolved_on")


class MembershipInline(PeriodInline):
    model = Membership
    formset = MembershipFormSet
    autocomplete_fields = ["organization"]


class MemberAdmin(ProtectedAdmin, LifeAdmin):
    """The members of the register."""

    form = MemberForm
    add_form = RegisterForm
    refusals = (OutlastsItsOwner, PostWithoutRelation)
    personal = ("birth_date", "id_number", "phone")
    inlines = [MembershipInline]
    history_of_periods = [(Membership, "member")]
    list_display = ["member_no", "name_sorted", "stage_today", "organization_today", "employer"]
    list_filter = [
        RelationDayFilter, AsOfFilter, OrganizationAreaFilter, PlaceFilter, OutsideFilter, OrganizationFilter,
        CountedFilter, EmployerFilter, StageFilter,
    ]  # fmt: skip
    search_fields = ["member_no__istartswith", "name__contains", "name_pinyin__icontains"]
    search_help_text = _("Name, member number, pinyin or its initials")
    sortable_by = ["member_no", "name_sorted"]
    ordering = ["member_no"]
    autocomplete_fields = ["employer", "first_voucher", "second_voucher"]

    @admin.display(description=pgettext_lazy("person", "name"), ordering="name_pinyin")
    def name_sorted(self, row: Member) -> str:
        return row.name

    @admin.display(description=_("stage"))
    def stage_today(self, row: Any) -> str:
        return str(Stage(row.stage).label) if row.stage else ""

    @admin.display(description=_("organization"))
    def organization_today(self, row: Any) -> str | None:
        return row.organization_name  # type: ignore[no-any-return]

    def life(self, request: HttpRequest, record: Member) -> list[Entry]:
        return life_of_member(record)

    def beside_life(self, request: HttpRequest, record: Member) -> dict[str, Any]:
        return {"due": deadlines_of(record, timezone.localdate())}

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        relations = Membership.objects.on(day).filter(member=OuterRef("pk"))
        return (  # type: ignore[no-any-return]
            rows.with_stage_on(day)  # type: ignore[attr-defined]
            .annotate(organization_name=Subquery(relations.values("organization__name")[:1]))
            .select_related("employer")
        )

    def get_fieldsets(self, request: HttpRequest, obj: Member | None = None) -> Any:
        person = self.readable(request, obj, ["member_no", "name", "sex", *self.personal])
        place = ["employer"] if obj is not None else ["employer", "organization", "relation_from"]
        stages = [
            "applied_on", "talked_on", "activist_on", "candidate_on", "first_voucher", "second_voucher",
            "probationary_on", "approved_on", "probation_until", "full_on",
        ]  # fmt: skip
        fieldsets = [
            (None, {"fields": person}),
            (_("Place"), {"fields": place}),
            (_("Stages"), {"fields": stages}),
        ]
        if obj is not None and obj.ended_on is not None:
            fieldsets.append((_("End of the membership"), {"fields": ["ended_on", "ended_reason"]}))
        return fieldsets

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            register_member(
                member=obj, organization=form.cleaned_data["organization"],
                relation_from=form.cleaned_data["relation_from"], by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        member, today = form.instance, timezone.localdate()
        if "ended_on" in form.changed_data and member.ended_on is not None:
            end_standings(
                member, on=member.ended_on, was=form.initial.get("ended_on"), by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
        end_posts_without_relation(member.posts.all(), by=request.user)  # type: ignore[arg-type]
        number = form.cleaned_data.get("id_number")
        if number and not has_known_county(number):
            self.warn(request, gettext("The identity number begins with a county code that is unknown."))
        if member.ended_on is not None:
            return
        if missing := member.missing_stages():
            names = ", ".join(str(form.fields[name].label) for name in missing)
            self.warn(request, gettext("Earlier stages are missing: %(names)s") % {"names": names})
        employer = member.employer
        if employer is None:
            return
        if employer.closed_on is not None and employer.closed_on <= today:
            self.warn(request, gettext("The employer is closed."))
            return
        organizations = Membership.objects.on(today).filter(member=member).values("organization")
        covered = Coverage.objects.on(today).filter(enterprise=employer, organization__in=organizations)
        if organizations.exists() and not covered.exists():
            self.warn(request, gettext("The member's organization does not cover the employer."))
