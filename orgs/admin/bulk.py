"""Actions on several rows of a list at once: on those that the reader saw, as they were, or on none."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.admin.history import HistoryAdmin
from orgs.admin.meanwhile import ChangedMeanwhile, OfUnknownVersion, addresses_of, refusal_of
from orgs.versions import versions_of


class ShownRowsForm(ActionForm):
    """The choice of an action, which is never for the rows of pages that were not shown."""

    def clean_select_across(self) -> bool:
        """Always False."""
        return False


class BulkAdmin(HistoryAdmin):
    """Its list tells the version of each row; an action is refused where a chosen row has another by then.

    Every action, Django's deletion and a subclass's, runs in one transaction, with its rows locked.
    """

    action_form = ShownRowsForm

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, obj: Any) -> SafeString:
        """The box that chooses the row, with the version that the list shows."""
        box = super().action_checkbox(obj)
        return format_html(
            '{}<input type="hidden" name="listed" value="{}-{}">', box, obj.pk, obj.listed_version
        )

    def response_action(  # type: ignore[override]  # Django's own takes no more, other than its types say
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Run the action that was chosen, or tell which of the chosen rows changed since they were listed."""
        chosen = self.chosen_keys(request)
        listed = request.POST.getlist("listed")
        with transaction.atomic():
            # In a statement of its own, in one order for everybody.
            rows = self.model._default_manager.select_for_update().filter(pk__in=chosen).order_by("pk")
            list(rows.values_list("pk"))
            refused, missing = self._changed(request, queryset.filter(pk__in=chosen), chosen, listed)
            if refused or missing:
                return self.refused(request, refused, missing)
            answer = super().response_action(request, queryset)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            # The page that asks for confirmation sends back what the list knew.
            answer.context_data["listed"] = listed
        return answer

    def _changed(
        self, request: HttpRequest, rows: QuerySet[Any], chosen: Sequence[str], listed: Sequence[str]
    ) -> tuple[list[tuple[Any, ChangedMeanwhile]], int]:
        """Those of `rows` that are not as listed, each with why, and how many of the `chosen` are not found."""
        versions = {key: version for key, _dash, version in (value.partition("-") for value in listed)}
        found = {row.pk: row for row in rows}
        refused = []
        for key, version in versions_of(self.model, found, self.history_of_periods).items():
            opened = versions.get(str(key))
            if opened != str(version):
                why = refusal_of(found[key], self.history_of_periods, opened=opened, request=request)
                refused.append((found[key], why or OfUnknownVersion()))
        return refused, len({int(key) for key in chosen}) - len(found)

    def refused(
        self, request: HttpRequest, records: Sequence[tuple[Any, ChangedMeanwhile]], missing: int = 0
    ) -> HttpResponse:
        """The answer to an action that would have met `records` in another version than was shown: 409.

        `missing` is how many more are no longer there.
        """
        site = self.admin_site.name
        lost = ngettext(
            "%(count)d of the chosen rows is no longer there.",
            "%(count)d of the chosen rows are no longer there.",
            missing,
        ) % {"count": missing}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Nothing was done"),
            "subtitle": None,
            "opts": self.opts,
            "records": [
                {"record": record, "stale": why, **addresses_of(record, site)} for record, why in records
            ],
            "lost": lost if missing else "",
        }
        request.current_app = site
        return TemplateResponse(request, "admin/refused.html", context, status=409)
