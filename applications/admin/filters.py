"""Filters of the queue: how far, whose, overdue."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models import State


class StateFilter(admin.SimpleListFilter):
    """By state; those on which something is still to be done where none is chosen."""

    title = pgettext_lazy("application", "state")
    parameter_name = "state"
    ALL = "all"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        states = [(state.value, state.label) for state in State if state != State.DRAFT]
        return [(self.ALL, pgettext_lazy("applications", "all")), *states]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The first is what is shown where nothing is chosen."""
        first, *others = super().choices(changelist)
        yield {**first, "display": pgettext_lazy("applications", "open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The applications of the state."""
        if self.value() is None:
            return queryset.open()  # type: ignore[attr-defined, no-any-return]
        return queryset.filter(state=self.value()) if self.value() in State.values else queryset


class AssignedFilter(admin.SimpleListFilter):
    """Those that the user reviews, and those that nobody does."""

    title = pgettext_lazy("applications", "assigned to")
    parameter_name = "assigned"
    ME, NOBODY = "me", "nobody"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(self.ME, _("me")), (self.NOBODY, _("nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Mine, or nobody's."""
        match self.value():
            case self.ME:
                return queryset.filter(assigned_to=request.user)
            case self.NOBODY:
                return queryset.filter(assigned_to=None)
        return queryset


class OverdueFilter(admin.SimpleListFilter):
    """Those that should be decided by now."""

    title = _("time")
    parameter_name = "overdue"
    YES = "yes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(self.YES, _("overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The overdue ones."""
        if self.value() != self.YES:
            return queryset
        return queryset.overdue_on(timezone.localdate())  # type: ignore[attr-defined, no-any-return]
