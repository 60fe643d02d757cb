"""Organizations and community general branches; the floor of procedures registers them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.actions.chains import refuse_circle
from orgs.actions.endings import outlasting
from orgs.actions.organization import (
    CoversAClosedEnterprise,
    CoversAnotherEnterprise,
    establish,
    refuse_a_second_enterprise,
    what_is_unusual,
)
from orgs.admin.base import RefusableForm, number_of
from orgs.admin.entering import EnteredAdmin, SeveralRecordsSelect
from orgs.admin.figure_filters import AsOfFilter, EstablishedByFilter, EstablishedFilter, OutsideFilter
from orgs.admin.filters import AreaFilter, CommunityKindFilter, InForceFilter, KindFilter
from orgs.admin.periods import PeriodFormSet, PeriodInline, ReadOnlyInline, refusal_at
from orgs.admin.suggested import SuggestedAdmin
from orgs.incubation import with_founding_coverage
from orgs.models import (
    COUNTED_KINDS,
    Area,
    CommunityGeneralBranch,
    Coverage,
    Enterprise,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
)
from orgs.periods import PeriodQuerySet
from orgs.records import PERIODS_OF_ORGANIZATIONS


class OrganizationForm(RefusableForm):
    """An organization; neither its superiors nor its incubators lead back to it."""

    def clean(self) -> dict[str, Any] | None:
        """Report a circle at its field, and a dissolution that does not fit."""
        cleaned = super().clean() or {}
        for link in ("superior", "incubated_by"):
            try:
                refuse_circle(self.instance, link, cleaned.get(link))
            except ValidationError as error:
                self.add_error(None, error)
        dissolved_on = cleaned.get("dissolved_on")
        if (
            dissolved_on is not None
            and self.instance.pk is not None
            and self._memberships().filter(outlasting(dissolved_on)).exists()
        ):
            self.add_error("dissolved_on", gettext("Organizational relations last longer than that day."))
        return cleaned

    def _memberships(self) -> PeriodQuerySet[Any]:
        """The relations with the organization, which this floor knows by their name alone."""
        return self.instance.memberships.all()  # type: ignore[no-any-return]


class EstablishForm(OrganizationForm):
    """A new organization, with its area and the enterprises that it covers."""

    refusal_fields = {CoversAnotherEnterprise: "enterprises", CoversAClosedEnterprise: "enterprises"}

    area = forms.ModelChoiceField(
        Area.objects.all(), label=_("Area"), required=False,
        widget=AutocompleteSelect(OrganizationArea._meta.get_field("area"), admin.site),
    )  # fmt: skip
    enterprises = forms.ModelMultipleChoiceField(
        Enterprise.objects.all(), label=_("Enterprises covered"), required=False,
        widget=SeveralRecordsSelect(Coverage._meta.get_field("enterprise"), admin.site),
    )  # fmt: skip


class EstablishOrganizationForm(EstablishForm):
    """A new organization of one of the counted kinds."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", "---------"), *((k.value, k.label) for k in COUNTED_KINDS)]
    )


class KindFormSet(PeriodFormSet):
    """The kinds of an organization: from its establishment on, one after the other without a gap."""

    first_day = "established_on"

    def clean(self) -> None:
        """Report a gap at the row behind it, or at the last row's end."""
        super().clean()
        rows = sorted(
            (form for form in self.forms if not form.errors and form.instance.valid_from is not None),
            key=lambda form: form.instance.valid_from,
        )
        if any(form.errors for form in self.forms) or not rows:
            return
        expected: date | None = self.instance.established_on
        for form in rows:
            if expected is not None and form.instance.valid_from != expected:
                form.add_error("valid_from", gettext("It must start on %(day)s.") % {"day": expected})
            expected = form.instance.valid_to
        if expected is not None:
            rows[-1].add_error("valid_to", gettext("An organization has a kind always: add the next one."))


class KindInline(PeriodInline):
    """The kinds of an organization; no other becomes a community general branch, and it stays one."""

    model = OrganizationKind
    formset = KindFormSet
    kinds: ClassVar[Sequence[Kind]] = COUNTED_KINDS

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [("", "---------"), *((kind.value, kind.label) for kind in self.kinds)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class CommunityKindInline(KindInline):
    kinds = (Kind.COMMUNITY_GENERAL_BRANCH,)
    max_num = 1


class AreaFormSet(PeriodFormSet):
    first_day = "established_on"


class AreaInline(PeriodInline):
    model = OrganizationArea
    formset = AreaFormSet
    autocomplete_fields = ["area"]


class CoverageFormSet(PeriodFormSet):
    """What an organization covers, until it is dissolved or the enterprise closes."""

    last_day = "dissolved_on"
    other_owner = ("enterprise", "closed_on")

    def report_refusal(self, form: Any) -> None:
        """Show a second enterprise of a standalone organization also at each of the rows in question."""
        if isinstance(self.refusal, CoversAnotherEnterprise):
            refusal_at(form, self.refusal, self.refusal.rows, field="enterprise")


class CoverageInline(PeriodInline):
    model = Coverage
    fk_name = "organization"
    formset = CoverageFormSet
    autocomplete_fields = ["enterprise"]


class IncubatedInline(ReadOnlyInline):
    """The organizations that a community general branch brought about, each with whom it was founded in."""

    model = Organization
    fk_name = "incubated_by"
    verbose_name = _("incubated organization")
    verbose_name_plural = _("incubated organizations")
    fields = ["established_on", "founded_in"]
    readonly_fields = ["established_on", "founded_in"]
    show_change_link = True

    @admin.display(description=_("founded in"))
    def founded_in(self, row: Any) -> str:
        return ", ".join(coverage.enterprise.name for coverage in row.founding_coverage)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_founding_coverage(super().get_queryset(request)).order_by("established_on", "code")


class OrganizationBaseAdmin(EnteredAdmin):
    """What organizations and community general branches share."""

    form = OrganizationForm
    refusals: ClassVar[tuple[type[Exception], ...]] = (CoversAnotherEnterprise, CoversAClosedEnterprise)
    history_of_periods = PERIODS_OF_ORGANIZATIONS
    list_filter: ClassVar[Any] = [InForceFilter, AreaFilter, CommunityKindFilter, OutsideFilter]
    search_fields = ["code__istartswith", "name__contains", "name_pinyin__icontains"]
    search_help_text = _("Name, code, pinyin or its initials")
    ordering = ["code"]
    autocomplete_fields = ["superior", "incubated_by", "successor"]

    @admin.display(description=_("name"), ordering="name_pinyin")
    def name_sorted(self, row: Organization) -> str:
        return row.name

    @admin.display(description=_("kind"))
    def kind_today(self, row: Any) -> str:
        return str(Kind(row.kind).label) if row.kind else ""

    @admin.display(description=_("area"))
    def area_today(self, row: Any) -> str | None:
        return row.area_name  # type: ignore[no-any-return]

    @admin.display(description=_("enterprises"))
    def enterprises_today(self, row: Any) -> int:
        return row.enterprises  # type: ignore[no-any-return]

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        covered = Coverage.objects.on(day).filter(organization=OuterRef("pk"))
        return rows.with_kind_on(day).with_area_on(day).annotate(  # type: ignore[attr-defined, no-any-return]
            enterprises=number_of(covered, "organization")
        )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        lasting = ["code", "name", "established_on"]
        founding = ["area", "place", "enterprises"] if obj is None else ["place"]
        if obj is None and "kind" in self.add_form.base_fields:
            founding = ["kind", *founding]
        fieldsets = [
            (None, {"fields": [*lasting, *founding, "superior"]}),
            (_("Formation"), {"fields": ["approval_number", "initiated_by", "incubated_by"]}),
        ]
        if obj is not None and obj.dissolved_on is not None:
            fields = ["dissolved_on", "dissolution_reason", "successor"]
            fieldsets.append((_("Dissolution"), {"fields": fields}))
        return fieldsets

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        given = form.cleaned_data
        establish(
            organization=obj, kind=Kind(given.get("kind", Kind.COMMUNITY_GENERAL_BRANCH)), area=given["area"],
            enterprises=given["enterprises"], by=request.user,  # type: ignore[arg-type]
        )  # fmt: skip

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refuse_a_second_enterprise(form.instance)
        for text in what_is_unusual(form.instance, timezone.localdate()):
            self.warn(request, text)


class OrganizationAdmin(SuggestedAdmin, OrganizationBaseAdmin):
    """Organizations of the four counted kinds."""

    add_form = EstablishOrganizationForm
    inlines = [KindInline, AreaInline, CoverageInline]
    list_display = [
        "code", "name_sorted", "kind_today", "area_today", "enterprises_today", "established_on", "dissolved_on",
    ]  # fmt: skip
    list_filter = [
        InForceFilter, AsOfFilter, AreaFilter, OutsideFilter, KindFilter, "initiated_by",
        EstablishedFilter, EstablishedByFilter,
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without community general branches, which have their own entry; links may lead to all."""
        everything = super().get_queryset(request)
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            if request.GET.get("field_name") == "incubated_by":
                return everything.community_general_branches()  # type: ignore[attr-defined, no-any-return]
            return everything
        return everything.without_community_general_branches()  # type: ignore[attr-defined, no-any-return]

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Links to organizations lead here, whatever their kind: on to the entry where it is found."""
        others = self.admin_site.get_model_admin(CommunityGeneralBranch)
        if others.get_object(request, unquote(object_id)) is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        address = reverse("admin:orgs_communitygeneralbranch_change", args=[object_id])
        return HttpResponseRedirect(address)


class CommunityGeneralBranchAdmin(OrganizationBaseAdmin):
    """Community general branches."""

    add_form = EstablishForm
    inlines = [CommunityKindInline, AreaInline, CoverageInline, IncubatedInline]
    list_display = [
        "code",
        "name_sorted",
        "area_today",
        "enterprises_today",
        "established_on",
        "dissolved_on",
    ]
