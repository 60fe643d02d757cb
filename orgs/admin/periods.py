"""Periods as rows beneath their record: checked together, as submitted, and saved in an order that fits."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orgs.actions.fitting import fit_to_owner
from orgs.admin.base import forget_forged_keys, refusal_message, with_a_link_to_look
from orgs.admin.scoping import KEY, narrow_choices
from orgs.periods import Period, overlap_message


class PeriodForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row; compared with the other rows of its formset instead of the stored ones."""

    request: ClassVar[HttpRequest]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_choices(self, self.request)
        self.instance.is_checked_with_its_siblings = True
        self.stored = (self.instance.valid_from, self.instance.valid_to, _key(self.instance))
        for name, field in self.fields.items():
            # The columns have headings, but the fields no labels of their own.
            field.widget.attrs.setdefault("aria-label", str(field.label))
            widget = (
                field.widget.widget if isinstance(field.widget, RelatedFieldWidgetWrapper) else field.widget
            )
            if isinstance(widget, AutocompleteMixin) and isinstance(field, forms.ModelChoiceField):
                widget.attrs.setdefault("aria-label", str(field.label))
                _spare_a_query(field, widget, self.instance, name)

    def clean(self) -> dict[str, Any] | None:
        """Keep the page from breaking on what no browser sends."""
        cleaned = super().clean()
        forget_forged_keys(self)
        return cleaned


def _spare_a_query(field: Any, widget: Any, row: Model, name: str) -> None:
    """Let the widget show the link that the formset read with the rows, without asking for it again."""
    if not type(row)._meta.get_field(name).is_cached(row):  # type: ignore[union-attr]
        return
    known = getattr(row, name)
    ask = widget.optgroups

    def optgroups(html_name: str, value: list[str], attrs: Any = None) -> Any:
        if known is None or [str(item) for item in value] != [str(known.pk)]:
            return ask(html_name, value, attrs)
        empty = [] if widget.is_required else [widget.create_option(html_name, "", "", False, 0)]
        label = field.label_from_instance(known)
        return [(None, [*empty, widget.create_option(html_name, known.pk, label, True, 1)], 0)]

    widget.optgroups = optgroups


def _key(row: Period) -> tuple[Any, ...]:
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in row.overlap_key)  # type: ignore[union-attr]


def _share_a_day(a: tuple[date, date | None, Any], b: tuple[date, date | None, Any]) -> bool:
    """Whether two periods of the same key, as (from, to, key), share a day."""
    if a[2] != b[2]:
        return False
    return (b[1] is None or a[0] < b[1]) and (a[1] is None or b[0] < a[1])


class PeriodFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The periods of one record.

    `first_day` names the record's own first day (`established_on`): rows of kind and area that began on
    it follow when it is moved. `last_day` names the day on which the record ends, where the periods end
    with it. `other_owner` is a second owner with its own last day: (field, name of the day).
    """

    first_day: ClassVar[str | None] = None
    last_day: ClassVar[str | None] = None
    other_owner: ClassVar[tuple[str, str] | None] = None

    refusal: ClassVar[Exception | None] = None
    """What the first attempt at saving raised."""

    changed_in_order: Sequence[Any] = ()

    def full_clean(self) -> None:
        """Validate, with the other owners locked: they must not end meanwhile."""
        if self.is_bound and self.other_owner is not None:
            self._lock_other_owners(self.other_owner[0])
        super().full_clean()

    def _lock_other_owners(self, field_name: str) -> None:
        owners: Any = self.model._meta.get_field(field_name).related_model  # type: ignore[union-attr]
        names = [f"{self.add_prefix(index)}-{field_name}" for index in range(self.total_form_count())]
        keys = {self.data[name] for name in names if KEY.fullmatch(str(self.data.get(name, "")))}
        # In a statement of its own, in one order for everybody.
        list(owners._default_manager.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))

    def clean(self) -> None:
        """Fit the rows to their owners, then compare them with each other."""
        super().clean()
        self._follow_the_first_day()
        for form in self._filled():
            self._fit_to_owners(form)
            self.report_refusal(form)
        fitting = [form for form in self._filled() if not form.errors]
        for index, form in enumerate(fitting):
            if any(_share_a_day(_period(form), _period(other)) for other in fitting[:index]):
                form.add_error("valid_from", overlap_message())
        self._put_in_order()

    def report_refusal(self, form: Any) -> None:
        """Show at `form` why saving it failed; a subclass knows its refusals."""

    def _filled(self) -> list[Any]:
        """The forms with a valid period, stored or new."""
        return [
            form
            for form in self.forms
            if not form.errors
            and form.instance.valid_from is not None
            and (form.instance.pk or form.has_changed())
        ]

    def _follow_the_first_day(self) -> None:
        if self.first_day is None or self.instance.pk is None:
            return
        stored = type(self.instance)._default_manager.filter(pk=self.instance.pk)
        before = stored.values_list(self.first_day, flat=True).get()
        after = getattr(self.instance, self.first_day)
        if before == after or after is None:
            return
        for form in self._filled():
            row = form.instance
            if form.stored[0] == before == row.valid_from:
                row.valid_from = after
                if row.valid_to is not None and row.valid_to <= after:
                    form.add_error("valid_from", _("It would start after it ends."))

    def _fit_to_owners(self, form: Any) -> None:
        ends = []
        if self.last_day is not None:
            ends.append(getattr(self.instance, self.last_day))
        if self.other_owner is not None:
            owner = getattr(form.instance, self.other_owner[0], None)
            ends.append(getattr(owner, self.other_owner[1], None))
        known = [end for end in ends if end is not None]
        try:
            fit_to_owner(form.instance, end=min(known, default=None))
        except ValidationError as error:
            form.add_error(None, error)

    def _put_in_order(self) -> None:
        """Order the changed rows so that no step of saving them overlaps what is stored at that moment."""
        waiting: list[Any] = [form for form in self.initial_forms if not form.errors and _is_changed(form)]
        ordered = []
        while waiting:
            free = next(
                (
                    form
                    for form in waiting
                    if not any(
                        _share_a_day(_period(form), other.stored) for other in waiting if other is not form
                    )
                ),
                None,
            )
            if free is None:
                raise ValidationError(
                    _("These periods change places with each other; save one change at a time.")
                )
            waiting.remove(free)
            ordered.append(free)
        self.changed_in_order = ordered

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """Save the changed rows, in the order found; new ones come after them."""
        self.changed_objects = [(form.instance, form.changed_data) for form in self.changed_in_order]
        self.deleted_objects = []
        return [self.save_existing(form, form.instance, commit=commit) for form in self.changed_in_order]


def _period(form: Any) -> tuple[date, date | None, Any]:
    row = form.instance
    return row.valid_from, row.valid_to, _key(row)


def _is_changed(form: Any) -> bool:
    """Whether the row differs from the stored one, also where its owner's days moved it."""
    return bool(form.has_changed() or _period(form) != form.stored)


class PeriodInline(admin.TabularInline):  # type: ignore[type-arg]
    """Periods beneath their record: added and ended, never deleted."""

    form = PeriodForm
    formset = PeriodFormSet
    extra = 0
    can_delete = False
    classes = ("periods",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.request = request
        formset.refusal = getattr(request, "refusal", None)
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_a_link_to_look(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What holds, and then for which days."""
        days = ["valid_from", "valid_to"]
        return [*(str(name) for name in super().get_fields(request, obj) if name not in days), *days]

    def get_queryset(self, request: HttpRequest) -> Any:
        links = list(self.get_autocomplete_fields(request))
        return super().get_queryset(request).select_related(*links).order_by("valid_from", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """Periods that are entered elsewhere, shown for the reader."""

    extra = 0
    max_num = 0
    can_delete = False
    classes = ("periods",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def refusal_at(form: Any, refusal: Exception | None, rows: Iterable[Any], *, field: str) -> None:
    """Show `refusal` at `field` of `form` if its row, by key and first day, is among `rows`."""
    marks = {(_key(row), row.valid_from) for row in rows}
    if refusal is not None and (_key(form.instance), form.instance.valid_from) in marks:
        form.add_error(field, refusal_message(refusal))
