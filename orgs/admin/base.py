"""What all records have in common in the admin."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Count, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from orgs.actions.recording import clash_message
from orgs.actions.scoping import LeavesTheScope, days_outside, keep_within
from orgs.admin.bulk import BulkAdmin
from orgs.admin.filters import chosen_day
from orgs.admin.meanwhile import ChangedMeanwhile, addresses_of, refusal_of
from orgs.admin.scoping import KEY, narrow_choices, scope_of
from orgs.versions import version_of, versions_of


def forget_forged_keys(form: Any) -> None:
    """Empty the fields whose choice is none: a widget that completes would break on it when it asks for its name.

    Call it in `clean`, before other errors are added.
    """
    choices = (forms.ModelChoiceField, forms.ModelMultipleChoiceField)
    wrong = [name for name in form.errors if isinstance(form.fields.get(name), choices)]
    if wrong:
        form.data = form.data.copy()
        for name in wrong:
            form.data.pop(form.add_prefix(name), None)


def with_a_link_to_look(field: Any) -> Any:
    """`field`, if it links to another record, with a button to look at that, but none to change or delete it."""
    if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
        widget = field.widget
        widget.can_add_related = widget.can_change_related = widget.can_delete_related = False
    return field


def number_of(rows: QuerySet[Any], owner: str) -> Coalesce:
    """An annotation: how many of `rows`, whose `owner` is the outer row, there are."""
    counts = rows.values(owner).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0, output_field=IntegerField())


class PageChangeList(ChangeList):
    """A list that computes its dear columns for the rows of its page alone.

    The page is found among plain rows; a second statement reads them by key, with what
    `EditableAdmin.with_columns` adds. Where rows may be acted on together, each knows its version, which is
    read before the row is.
    """

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, then the columns of its rows."""
        super().get_results(request)
        keys = [row.pk for row in self.result_list]
        records: Any = self.model_admin
        versions = {}
        if records.get_actions(request):
            versions = versions_of(self.model, keys, records.history_of_periods)
        rows = records.with_columns(self.model._default_manager.filter(pk__in=keys), chosen_day(request))
        found = {row.pk: row for row in rows}
        self.result_list = [found[key] for key in keys if key in found]
        for row in self.result_list:
            row.listed_version = versions.get(row.pk)


class RefusableForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form to which the database or an action may say no after it was found valid.

    Its links end where the user of `request` sees nothing. `refusal` is what the first attempt at saving
    raised; `refusal_fields` tells at which field to show it.
    """

    request: ClassVar[HttpRequest | None] = None
    refusal: ClassVar[Exception | None] = None
    refusal_fields: ClassVar[Mapping[type[Exception], str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None:
            narrow_choices(self, self.request)

    def clean(self) -> dict[str, Any] | None:
        """Report the refusal, if there is one."""
        cleaned = super().clean()
        forget_forged_keys(self)
        if self.refusal is not None:
            field = self.refusal_fields.get(type(self.refusal))
            self.add_error(field if field in self.fields else None, refusal_message(self.refusal))
        return cleaned


def refusal_message(refusal: Exception) -> str:
    """What an organizer reads where saving failed."""
    if isinstance(refusal, IntegrityError | OperationalError):
        return clash_message()
    return str(refusal)


class EditableAdmin(BulkAdmin):
    """What the admin lists and changes: two editors wait for each other, and learn why saving failed.

    A subclass names in `refusals` the exceptions by which an action says no; they are shown in the form,
    which keeps its input.
    """

    form = RefusableForm
    refusals: ClassVar[tuple[type[Exception], ...]] = ()

    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # a count per choice is too dear for a list of 100,000
    list_per_page = 50

    @property
    def media(self) -> forms.Media:
        """With the scripts of autocompletion, which filters use, too."""
        return super().media + AutocompleteSelect(None, self.admin_site).media

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        """`rows` of one page with what its columns show on `day`."""
        links = self.list_select_related
        return rows if isinstance(links, bool) or not links else rows.select_related(*links)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PageChangeList

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_a_link_to_look(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record; when it is to be changed, locked until it is."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return found
        rows = self.model._default_manager.select_for_update().filter(pk=found.pk)
        list(rows.values_list("pk"))
        # Looked for again: another editor may have saved, or moved it away, while this one waited for the lock.
        locked = super().get_object(request, object_id, from_field)
        if locked is not None:
            opened, today = request.POST.get("changes"), timezone.localdate()
            refusal = refusal_of(locked, self.history_of_periods, opened=opened, request=request)
            if refusal is not None:
                request.refusal = refusal  # type: ignore[attr-defined]
            request.arranged = days_outside(locked, scope=scope_of(request), day=today)  # type: ignore[attr-defined]
        return locked

    def opened_version(self, request: HttpRequest, object_id: str) -> str:
        """What the page of a record sends back with its form: how many changes the record has had.

        Read it before the record: what is saved in between counts as not seen.
        """
        if request.method == "POST":
            return request.POST.get("changes", "")
        key = unquote(object_id)
        known = KEY.fullmatch(key) is not None
        return str(version_of(self.model(pk=int(key)), self.history_of_periods)) if known else ""

    def stale_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """For the template of a page that is refused because `record` was changed: by whom, and what."""
        refusal = getattr(request, "refusal", None)
        if not isinstance(refusal, ChangedMeanwhile):
            return {}
        addresses = addresses_of(record, self.admin_site.name) | {"fresh_address": request.path}
        # Instead of asking to correct errors, of which there are none.
        return {"stale": refusal, "errors": None, **addresses}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's page; what goes wrong while saving is shown in the form, and nothing is saved."""
        refusals: tuple[type[Exception], ...] = (
            IntegrityError,
            OperationalError,
            LeavesTheScope,
            *self.refusals,
        )
        if object_id is not None:
            opened = self.opened_version(request, object_id)
            extra_context = {**(extra_context or {}), "changes": opened}
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except refusals as refusal:
            if getattr(request, "refusal", None) is not None:
                raise
            request.refusal = refusal  # type: ignore[attr-defined]
            # The same input again: this time the forms know why it is refused.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """A page that is refused because its record was changed says what, and by whom."""
        if obj is not None:
            context.update(self.stale_context(request, obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page; a record that was changed after it was shown is not deleted."""
        opened = self.opened_version(request, object_id)
        try:
            return super().delete_view(request, object_id, {**(extra_context or {}), "changes": opened})
        except ChangedMeanwhile as refusal:
            record = self.get_object(request, unquote(object_id))
            return self.refused(request, [(record, refusal)] if record is not None else [])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete `obj`; raises ChangedMeanwhile where the page showed another version of it."""
        refusal = getattr(request, "refusal", None)
        if refusal is not None:
            raise refusal
        super().delete_model(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
        form.refusal = getattr(request, "refusal", None)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save what was changed: a form saved untouched is no change, and leaves no history."""
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        arranged = getattr(request, "arranged", ())
        keep_within(form.instance, scope=scope_of(request), day=timezone.localdate(), arranged=arranged)


class RecordAdmin(EditableAdmin):
    """A record of what is counted: it is never deleted, and its list has columns that cost something.

    `personal` names its fields about people: they show to those who may change the record.
    """

    personal: ClassVar[Collection[str]] = ()

    def readable(self, request: HttpRequest, obj: Any, names: Iterable[Any]) -> list[Any]:
        """`names` of fields of `obj`, or of a new record, without those that the user may not read."""
        may_write = (
            self.has_add_permission(request) if obj is None else self.has_change_permission(request, obj)
        )
        return [name for name in names if may_write or name not in self.personal]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def warn(self, request: HttpRequest, text: str) -> None:
        """Tell the user what is unusual and was saved nevertheless."""
        self.message_user(request, text, messages.WARNING)


class DeletableAdmin(EditableAdmin):
    """A record that is not counted: it may be deleted while nothing points to it."""
