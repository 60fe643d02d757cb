"""Transfers: a list of them, their pages, which only actions change, and their letters."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members.admin.letters import handed_out
from members.letters.transfer import letter
from members.letters.word import FormIsUnusable
from members.models import Member, Stage, Transfer, TransferState
from orgs.admin.entering import EnteredAdmin
from orgs.admin.filters import AreaFilter, DayFilter, chosen_day
from orgs.admin.scoping import KEY, scope_of, seen
from orgs.models import Area, Organization, Scope
from secrecy.numbers import is_personal_number


class UnderWayFilter(DayFilter):
    """Transfers that are under way on the day."""

    label = _("Under way on")

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.under_way_on(value)  # type: ignore[attr-defined, no-any-return]


class SideAreaFilter(AreaFilter):
    """Transfers from an organization of the area, or to one, on the day chosen."""

    title = _("area of either side")


class StateFilter(admin.SimpleListFilter):
    """Transfers by how far they had come by the day chosen."""

    title = pgettext_lazy("transfer", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(state.value, state.label) for state in TransferState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The transfers of the state."""
        if self.value() not in TransferState.values:
            return queryset
        return queryset.with_state_on(chosen_day(request)).filter(state=self.value())  # type: ignore[attr-defined, no-any-return]


class SideFilter(admin.SimpleListFilter):
    """Transfers into and out of the area that is filtered by, else of the user's area, else of the register."""

    title = _("direction")
    parameter_name = "side"
    IN, OUT = "in", "out"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(self.IN, _("transferred in")), (self.OUT, _("transferred out"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The transfers whose destination, or whose origin, lies there."""
        side = {self.IN: "destination", self.OUT: "origin"}.get(self.value() or "")
        if side is None:
            return queryset
        scope, key = scope_of(request), request.GET.get(SideAreaFilter.parameter_name, "")
        # A key that is none is told of by the filter itself.
        area = Area.objects.filter(pk=int(key)).first() if KEY.fullmatch(key) else None
        if area is not None:
            scope = Scope(area)
        return queryset.filter(**{f"{side}__in": Organization.objects.within(scope, chosen_day(request))})


class TransferAdmin(EnteredAdmin):
    """Transfers: each side sees the member's name and stage, the member's record who is responsible for it."""

    list_display = [
        "member_named", "from_place", "to_place", "state_today", "requested_on", "letter_number", "letter_valid_until",
    ]  # fmt: skip
    list_filter = [UnderWayFilter, SideAreaFilter, SideFilter, StateFilter]
    search_fields = [
        "member__member_no__istartswith", "member__name__contains", "member__name_pinyin__icontains",
        "letter_number__istartswith",
    ]  # fmt: skip
    search_help_text = _("Name, member number or pinyin of the member, or number of the letter")
    sortable_by = ["requested_on", "letter_number", "letter_valid_until"]
    ordering = ["-requested_on", "-pk"]
    readonly_fields = ["member_linked", "stage_today", "from_place", "to_place", "state_today"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["member_linked", "stage_today", "from_place", "to_place", "state_today", "requested_on"]}),
        (_("Letter"), {"fields": ["letter_number", "letter_on", "letter_valid_until"]}),
        (_("How it ended"), {"fields": ["received_on", "receipt_number", "returned_on", "cancelled_on", "end_reason"]}),
    ]  # fmt: skip

    @admin.display(description=_("member"), ordering="member__name_pinyin")
    def member_named(self, row: Transfer) -> str:
        return str(row.member)

    @admin.display(description=_("member"))
    def member_linked(self, row: Any) -> str:
        """The name; for who may see the member's record, it leads there."""
        if row.member_address:
            return format_html('<a href="{}">{}</a>', row.member_address, row.member)
        return str(row.member)

    @admin.display(description=_("stage"))
    def stage_today(self, row: Transfer) -> str:
        staged: Any = Member.objects.with_stage_on(timezone.localdate()).get(pk=row.member_id)
        return str(Stage(staged.stage).label) if staged.stage else ""

    @admin.display(description=_("from organization"))
    def from_place(self, row: Transfer) -> str:
        return str(row.origin or row.origin_elsewhere)

    @admin.display(description=_("to organization"))
    def to_place(self, row: Transfer) -> str:
        return str(row.destination or row.destination_elsewhere)

    @admin.display(description=pgettext_lazy("transfer", "state"))
    def state_today(self, row: Any) -> str:
        return str(TransferState(row.state).label)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A transfer is requested on the page of the member."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its steps are actions; none of its fields is written by itself."""
        return False

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        return rows.with_state_on(day).select_related("member", "origin", "destination")  # type: ignore[attr-defined, no-any-return]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.letter_view)
        return [
            path("<path:object_id>/letter/", view, name="members_transfer_letter"),
            *super().get_urls(),
        ]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The transfer, with its state of today, and the member's address for who may see that record."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            return None
        found = self.with_columns(Transfer.objects.filter(pk=found.pk), timezone.localdate()).get()
        may_see = request.user.has_perm("members.view_member")
        member = (
            seen(Member.objects.filter(pk=found.member_id), request) if may_see else Member.objects.none()
        )
        found.member_address = (
            reverse("admin:members_member_change", args=[found.member_id]) if member.exists() else ""
        )
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if is_personal_number(request.GET.get("q", "")):
            self.message_user(
                request,
                gettext("Look for a number in the list of members, in its own field."),
                messages.WARNING,
            )
            return HttpResponseRedirect(reverse("admin:members_transfer_changelist"))
        return super().changelist_view(request, extra_context)

    def links(self, request: HttpRequest, record: Transfer) -> list[tuple[str, str]]:
        """The buttons above `record`: address and label."""
        if not (_has_letter(record) and self._hands_over(request, record)):
            return []
        address = reverse("admin:members_transfer_letter", args=[record.pk])
        return [(address, gettext("Letter (Word)"))]

    def letter_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The letter as a file, for who acts for the origin; the access log tells that it was taken."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self._hands_over(request, record):
            raise PermissionDenied
        if not _has_letter(record):
            self.message_user(
                request, gettext("There is no letter: none was issued, or it was given up."), messages.WARNING
            )
            return HttpResponseRedirect(reverse("admin:members_transfer_change", args=[record.pk]))
        name = f"transfer-letter-{record.letter_number}"
        try:
            return handed_out(request, record, write=letter, name=name)
        except FormIsUnusable as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:members_transfer_change", args=[record.pk]))

    def _hands_over(self, request: HttpRequest, record: Transfer) -> bool:
        """Whether the user acts for the origin of `record`."""
        rows = Transfer.objects.filter(pk=record.pk)
        mine = rows.handed_over_within(scope_of(request), timezone.localdate())
        return request.user.has_perm("members.change_transfer") and mine.exists()


def _has_letter(record: Transfer) -> bool:
    """Whether a letter of this register was issued, and neither returned nor cancelled."""
    return record.letter_on is not None and record.returned_on is None and record.cancelled_on is None
