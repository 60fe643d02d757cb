"""Instructors, across enterprises."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from orgs.actions.fitting import fit_to_locked
from orgs.actions.instructor import busiest_workload
from orgs.admin.base import PageChangeList, RefusableForm
from orgs.admin.filters import AreaFilter, PeriodDayFilter, chosen_day
from orgs.admin.protected import ProtectedAdmin
from orgs.admin.scoping import scope_of, seen
from orgs.models import Instructor, Workload


class InstructorForm(RefusableForm):
    """An instructor's work ends at the latest when the enterprise closes."""

    def clean(self) -> dict[str, Any] | None:
        """Fit the period to the enterprise."""
        cleaned = super().clean() or {}
        enterprise, valid_from = cleaned.get("enterprise"), cleaned.get("valid_from")
        if enterprise is None or valid_from is None or "valid_to" not in cleaned:
            return cleaned
        period = Instructor(valid_from=valid_from, valid_to=cleaned["valid_to"])
        try:
            fit_to_locked(period, enterprise=enterprise)
        except ValidationError as error:
            self.add_error(None, error)
        cleaned["valid_to"] = period.valid_to
        return cleaned


class InstructorList(PageChangeList):
    """Each assignment with what the person does in all on the day of the list, as far as the reader sees it."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, then the workloads of those whom it names."""
        super().get_results(request)
        rows: Any = seen(Instructor.objects.all(), request)
        loads = rows.workloads_on(chosen_day(request), {row.name for row in self.result_list})
        for row in self.result_list:
            row.workload = loads[row.name]


@admin.register(Instructor)
class InstructorAdmin(ProtectedAdmin):
    """Instructors, each at one enterprise for a period."""

    form = InstructorForm
    personal = ("phone",)
    list_display = [
        "name", "enterprise", "valid_from", "valid_to", "employer",
        "days_per_month", "enterprises_in_all", "days_in_all",
    ]  # fmt: skip
    list_filter = [PeriodDayFilter, AreaFilter]
    search_fields = [
        "name__contains", "name_pinyin__icontains", "enterprise__name__contains",
        "enterprise__name_pinyin__icontains", "enterprise__uscc__istartswith",
    ]  # fmt: skip
    search_help_text = _("Name or pinyin of the instructor, or name, credit code or pinyin of the enterprise")
    sortable_by = ["name", "valid_from", "valid_to", "employer"]
    ordering = ["-valid_from", "-pk"]
    autocomplete_fields = ["enterprise"]

    def get_fields(self, request: HttpRequest, obj: Instructor | None = None) -> Any:
        return self.readable(request, obj, super().get_fields(request, obj))

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        return rows.select_related("enterprise")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PageChangeList]:
        return InstructorList

    @admin.display(description=_("enterprises in all"))
    def enterprises_in_all(self, row: Any) -> int:
        return row.workload.enterprises  # type: ignore[no-any-return]

    @admin.display(description=_("days a month in all"))
    def days_in_all(self, row: Any) -> int | None:
        return row.workload.days_per_month  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Instructor, form: Any, change: bool) -> None:
        """Save, and warn where the same person is sent to other enterprises at the same time."""
        super().save_model(request, obj, form, change)
        if form.has_changed():
            load = busiest_workload(obj, scope=scope_of(request), day=timezone.localdate())
            if load.enterprises > 1:
                self.warn(request, also_assigned(load))


def also_assigned(load: Workload) -> str:
    """The warning; it names nobody, as messages are kept in a cookie."""
    others = ngettext(
        "The same person is also assigned to %(count)d other enterprise at that time.",
        "The same person is also assigned to %(count)d other enterprises at that time.",
        load.enterprises - 1,
    ) % {"count": load.enterprises - 1}
    if load.days_per_month is None:
        return others
    days = ngettext(
        "%(count)d day a month in all.", "%(count)d days a month in all.", load.days_per_month
    ) % {"count": load.days_per_month}
    return f"{others} {days}"
