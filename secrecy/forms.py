"""Entering protected values: a form shows the mask, and takes a new value or the wish to have none."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _


class ProtectedInput(forms.Widget):
    """What is stored as its mask; an empty input for a new value; a tick to remove the stored one."""

    template_name = "secrecy/protected_input.html"
    label = ""
    """What the value is called, for those who hear the page."""
    mask = ""
    """The stored value, masked; empty where there is none."""
    revealed_at = ""
    """The address of a page that reveals it; empty where there is none."""
    address_to_reveal: Callable[[Model], str] | None = None
    """Gives that address for the form's instance."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template shows; `value` is the stored value, or what was sent."""
        context = super().get_context(name, None, attrs)
        typed, ticked = value if isinstance(value, tuple) else ("", False)
        context["widget"] |= {
            "label": self.label,
            "mask": self.mask,
            "revealed_at": self.revealed_at,
            "typed": typed,
            "ticked": ticked,
            "tick": f"{name}-remove",
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, bool]:
        """What was typed, and whether the tick is set."""
        return data.get(name, ""), bool(data.get(f"{name}-remove"))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Never, as with any tick."""
        return False


class ProtectedFormField(forms.CharField):
    """Gives the new value, "" to remove the stored one, None to leave it as it is."""

    widget = ProtectedInput

    def __init__(self, *, label: Any, help_text: Any, max_length: int | None) -> None:
        super().__init__(label=label, help_text=help_text, max_length=max_length, required=False)

    def clean(self, value: Any) -> Any:
        """What was sent, checked."""
        typed, ticked = value or ("", False)
        new = super().clean(typed)
        if new and ticked:
            raise ValidationError(_("Either a new value or none: take away the one or the other."))
        return new or ("" if ticked else None)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the value will be another one."""
        typed, ticked = data or ("", False)
        return bool(typed.strip()) or (ticked and bool(initial))

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """The field of `form`, whose widget knows the mask."""
        initial = form.get_initial_for_field(self, field_name)
        widget = self.widget
        if isinstance(widget, ProtectedInput):
            widget.label = str(self.label or "")
            widget.mask = str(initial) if initial else ""
            if initial and widget.address_to_reveal is not None:
                widget.revealed_at = widget.address_to_reveal(form.instance)
        return super().get_bound_field(form, field_name)
