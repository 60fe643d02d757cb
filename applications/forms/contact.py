"""Whom the office asks, and how to reach this person."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator, validate_email
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.actions.applying import say
from applications.forms.texts import LineField
from applications.forms.topics import Topic
from secrecy.forms import ProtectedFormField

_IS_A_PHONE = RegexValidator(
    r"^\+?[0-9][0-9 ()\-]{3,24}[0-9](?: ?(?:x|ext\.?|转) ?[0-9]{1,6})?$",
    _("This is not a phone number. Write digits, as in 138 0000 0000 or 0577-88000000."),
)


class ContactForm(forms.Form):
    """Name, and phone or e-mail; what is stored of these is masked, and stays where nothing is typed."""

    contact_name = LineField(
        label=pgettext_lazy("person", "Name"),
        max_length=100,
        error_messages={"required": _("Enter the name of the contact person.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_phone = ProtectedFormField(label=_("Phone"), help_text="", max_length=30)
    contact_mail = ProtectedFormField(label=_("E-mail"), help_text="", max_length=200)

    def __init__(self, data: Any, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        for name in ("contact_phone", "contact_mail"):
            self.fields[name].validators.extend(LineField.default_validators)
        self.fields["contact_phone"].validators.append(_IS_A_PHONE)
        self.fields["contact_mail"].validators.append(validate_email)
        for name, kind in (("contact_phone", "tel"), ("contact_mail", "email")):
            self.fields[name].widget.attrs["inputmode"] = kind
            if self.initial.get(name):
                self.fields[name].help_text = _("Leave it empty to keep what you entered before.")

    def clean(self) -> dict[str, Any]:
        """With phone or e-mail, new or kept."""
        said = super().clean() or {}
        names = ("contact_phone", "contact_mail")
        if not any(name in self.errors for name in names):
            known = [self.initial.get(name) if said.get(name) is None else said[name] for name in names]
            if not any(known):
                self.add_error("contact_phone", _("Enter a phone number or an e-mail address."))
        return said


class ContactTopic(Topic):
    """Asks whom to ask."""

    name = "contact"
    title = _("Contact person")
    lead = _("Whom may we ask? One of phone and e-mail is enough. Both are stored encrypted.")

    def ask(self) -> None:
        """Name, phone, e-mail."""
        said = self.application
        initial = {
            "contact_name": said.contact_name,
            "contact_phone": said.contact_phone,
            "contact_mail": said.contact_mail,
        }
        self.form = ContactForm(self.data, initial=initial)

    def parts(self) -> Iterable[forms.BaseForm]:
        """The one form."""
        return [self.form]

    def keep(self) -> None:
        """Keep what is said anew; None of a field is what is stored."""
        values = {name: value for name, value in self.form.cleaned_data.items() if value is not None}
        say(application=self.application, values=values)
