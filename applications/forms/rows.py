"""Rows of a form: those that were said, and empty ones to say more; a row that is emptied goes."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Rows of which none is special: any may be left empty."""

    def initial_form_count(self) -> int:
        """None that must be filled in."""
        return 0

    def filled(self) -> list[dict[str, Any]]:
        """What the rows say that say something."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]


def rows_of(
    form: type[forms.Form],
    *,
    prefix: str,
    said: Sequence[Mapping[str, Any]],
    empty: int,
    most: int,
    data: Any,
    **options: Any,
) -> Rows:
    """Rows of `form`: `said`, then `empty` ones, `most` in all; or as they were sent in `data`.

    `options` are given to each form.
    """
    options["label_suffix"] = ""
    factory = forms.formset_factory(
        form,
        formset=Rows,
        extra=min(len(said) + empty, most),
        max_num=most,
        absolute_max=most,
        validate_max=True,
    )
    if data is not None:
        return cast("Rows", factory(data, prefix=prefix, form_kwargs=options))
    return cast("Rows", factory(initial=list(said), prefix=prefix, form_kwargs=options))
