"""Applications, read by staff and moved by procedures; who is named stands in the detail alone."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from applications.models import (
    STAGES,
    Application,
    ApplicationEvent,
    ApplicationNeighbour,
    Formation,
    Reason,
    State,
)
from applications.transitions import Move
from members.models import Stage
from orgs.api.base import Row, Rows, RowSerializer
from orgs.api.filters import DayFilter, DayListFilter, KeyedOrdering
from orgs.api.schema import described
from orgs.api.writing import ActedOnViewSet, MayWrite

ORDERED_BY = ("reference", "enterprise_name", "uscc", "submitted_on", "due_on", "decided_on")
NAMED_STAGES = [(stage.value, stage.label) for stage in STAGES]
STATES = [choice for choice in State.choices if choice[0] != State.DRAFT]
_COUNTED = ("full_members", "probationary_members")
_APART = ("neighbours",)


class ApplicationSerializer(RowSerializer):
    """An application of an enterprise for a Party organization, once it was submitted."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES, help_text=_("As it is now."))
    uscc = serializers.CharField(help_text=_("Credit code of who applies, in the register or not."))
    enterprise_name = serializers.CharField()
    area = serializers.CharField(
        source="area__code", help_text=_("Code of the area that the application names.")
    )
    formation = serializers.ChoiceField(choices=Formation.choices)
    place = serializers.CharField(help_text=_("Of a branch outside the district, or empty."))
    organization_name = serializers.CharField(help_text=_("The name that is proposed."))
    neighbours = serializers.ListField(
        child=serializers.CharField(), help_text=_("Names of the other enterprises of a joint branch.")
    )
    full_members = serializers.IntegerField(help_text=_("How many the application names."))
    probationary_members = serializers.IntegerField(help_text=_("How many the application names."))
    submitted_on = serializers.DateField()
    due_on = serializers.DateField(help_text=_("The last day on which it is decided in time."))
    assigned_to = serializers.CharField(
        source="assigned_to__username", allow_null=True, help_text=_("The name of the user who reviews it.")
    )
    decided_on = serializers.DateField(allow_null=True)
    approval_number = serializers.CharField()
    filed_on = serializers.DateField(allow_null=True)
    organization = serializers.CharField(
        source="organization__code", allow_null=True, help_text=_("Code of what was founded.")
    )


class EventSerializer(RowSerializer):
    """Something that happened to an application."""

    number = serializers.IntegerField(help_text=_("From 1 on."))
    move = serializers.ChoiceField(choices=[(move.value, move.value) for move in Move])
    from_state = serializers.ChoiceField(choices=State.choices)
    to_state = serializers.ChoiceField(choices=STATES)
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text=_("The name of the user; null: the applicant."))
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=Reason.choices))
    note = serializers.CharField(help_text=_("To the applicant, or from the applicant."))
    staff_note = serializers.CharField(help_text=_("For colleagues alone."))


class PersonSerializer(RowSerializer):
    """Somebody whom the application names."""

    name = serializers.CharField()
    stage = serializers.ChoiceField(choices=NAMED_STAGES)
    since = serializers.DateField(allow_null=True)
    is_secretary = serializers.BooleanField(help_text=_("Whether proposed as secretary."))


class ApplicationDetailSerializer(ApplicationSerializer):
    """An application with who asks, whom it names, and what happened so far."""

    address = serializers.CharField()
    contact_name = serializers.CharField()
    contact_phone = serializers.CharField(help_text=_("Masked, or empty."))
    contact_mail = serializers.CharField(help_text=_("Masked, or empty."))
    persons = PersonSerializer(
        many=True, help_text=_("Whom it names; who is proposed as secretary comes first.")
    )
    events = EventSerializer(many=True)


class ApplicationFilter(DayListFilter):
    """The filters of applications."""

    search_columns: ClassVar[tuple[str, ...]] = ("reference", "enterprise_name", "uscc")

    on = DayFilter(
        method="filter_on",
        label=_(
            "A day, YYYY-MM-DD: what was submitted by then, and neither decided nor withdrawn; an approved one "
            "is decided."
        ),
    )
    state = ChoiceFilter(choices=STATES)
    formation = ChoiceFilter(choices=Formation.choices)
    assigned_to = CharFilter(
        field_name="assigned_to__username", max_length=150, label=_("The name of the user who reviews it.")
    )
    ordering = KeyedOrdering("reference", fields=ORDERED_BY)

    def filter_on(self, queryset: Any, name: str, value: date) -> QuerySet[Application]:
        """Those that are under way on `value`."""
        found: QuerySet[Application] = queryset.under_way_on(value)
        return found

    class Meta:
        model = Application
        fields: tuple[str, ...] = ()


class MayView(BasePermission):
    """Who may neither view nor change applications gets a 403 for the list and each of them."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the user reads applications; a method that there is not is told as such."""
        return view.action in (None, "metadata") or any(
            request.user.has_perm(f"applications.{deed}_application") for deed in ("view", "change")
        )


@described(
    _(
        "Applications of enterprises of the reader's area for a Party organization, also decided ones; drafts are the "
        "applicants' own. For those who may view applications."
    )
)
class ApplicationViewSet(ActedOnViewSet):
    queryset = Application.objects.submitted()
    table = Application
    place = "area"  # an application stays where it is: this is said of what is founded
    permission_classes = [IsAuthenticated, MayView, MayWrite]
    serializer_class = ApplicationSerializer
    detail_serializer_class = ApplicationDetailSerializer
    filterset_class = ApplicationFilter
    asks_for_a_day = False
    lookup_field = "reference"

    def rows(self, chosen: Any) -> Rows:
        """A row per application, with counts of whom it names."""
        counts = {
            name: Count("members", filter=Q(members__stage=stage))
            for name, stage in zip(_COUNTED, (Stage.FULL, Stage.PROBATIONARY), strict=True)
        }
        columns = ApplicationSerializer.columns(without=_APART)
        rows: Rows = list(chosen.annotate(**counts).values("id", *columns))
        names: dict[int, list[str]] = {row["id"]: [] for row in rows}
        neighbours = ApplicationNeighbour.objects.filter(application__in=list(names)).order_by("pk")
        for key, name in neighbours.values_list("application", "name"):
            names[key].append(name)
        for row in rows:
            row["neighbours"] = names[row["id"]]
        return rows

    def more(self, row: Row) -> Mapping[str, Any]:
        """Who asks, whom it names, and what happened."""
        record = Application.objects.get(pk=row["id"])
        persons = record.members.order_by("-is_secretary", "pk")
        return {
            "address": record.address,
            "contact_name": record.contact_name,
            "contact_phone": str(record.contact_phone) if record.contact_phone else "",
            "contact_mail": str(record.contact_mail) if record.contact_mail else "",
            "persons": list(persons.values("name", "stage", "since", "is_secretary")),
            "events": [_told(event) for event in record.events.select_related("by").order_by("number")],
        }


def _told(event: ApplicationEvent) -> Row:
    """`event` as the API tells it."""
    return {
        "number": event.number,
        "move": event.move,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "at": timezone.localtime(event.at).isoformat(),
        "by": None if event.by is None else event.by.get_username(),
        "reasons": [code for code in event.reasons.split(",") if code],
        "note": event.note,
        "staff_note": event.staff_note,
    }
