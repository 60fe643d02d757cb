"""The enterprise that applies: by its credit code, and in words where the register does not know it."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.actions.applying import found_in_register, say
from applications.forms.places import AreaField
from applications.forms.texts import LineField
from applications.forms.topics import Topic
from orgs.credit_codes import credit_code
from orgs.models import Area, Enterprise


class CodeForm(forms.Form):
    """The credit code."""

    uscc = LineField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, on the business licence."),
        error_messages={"required": _("Enter the credit code of the enterprise.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "characters",
                "maxlength": 30,
            }
        ),
    )

    def clean_uscc(self) -> str:
        """The code in capital letters; raises ValidationError for one that is none."""
        return credit_code("".join(self.cleaned_data["uscc"].split()))


class WordsForm(forms.Form):
    """What the register does not tell of the enterprise."""

    enterprise_name = LineField(
        label=_("Name of the enterprise"),
        max_length=200,
        help_text=_("As on the business licence."),
        error_messages={"required": _("Enter the name of the enterprise.")},
    )
    address = LineField(
        label=_("Address"),
        max_length=300,
        error_messages={"required": _("Enter the address of the enterprise.")},
    )
    area = AreaField()


class EnterpriseTopic(Topic):
    """Asks for the code; then, for no more than the register does not know."""

    name = "enterprise"
    title = _("Your enterprise")
    lead = _("If the register knows your enterprise, the credit code is all that you need to enter here.")

    found: Enterprise | None = None
    found_area: Area | None = None
    is_asked_further = False
    """Whether the page asks for more for the first time: no error yet."""

    def ask(self) -> None:
        """Ask for the code, and for what is not known of the enterprise that has it."""
        said = self.application
        self.code = CodeForm(self.data, initial={"uscc": said.uscc}, label_suffix="")
        uscc = said.uscc
        if self.data is not None:
            uscc = self.code.cleaned_data["uscc"] if self.code.is_valid() else ""
        self.words: WordsForm | None = None
        if not uscc:
            if self.data is not None and "enterprise_name" in self.data:
                self.words = WordsForm(self.data, label_suffix="")  # the code is wrong; what was typed stays
            return
        self.found, self.found_area = found_in_register(uscc, self.day)
        if self.found is not None and self.found_area is not None:
            return
        is_told = self.data is not None and "area" in self.data
        self.is_asked_further = self.data is not None and not is_told
        initial = {}
        if uscc == said.uscc:  # of another enterprise nothing is said yet
            initial = {
                "enterprise_name": said.enterprise_name,
                "address": said.address,
                "area": said.area.code if said.area else "",
            }
        self.words = WordsForm(self.data if is_told else None, initial=initial, label_suffix="")
        if self.found is not None:
            del self.words.fields["enterprise_name"], self.words.fields["address"]

    def parts(self) -> Iterable[forms.BaseForm]:
        """The code, and the words where they are asked for."""
        return [self.code] if self.words is None else [self.code, self.words]

    def is_valid(self) -> bool:
        """Whether all is said; not yet, where the page asks further."""
        return not self.is_asked_further and super().is_valid()

    def keep(self) -> None:
        """Keep the enterprise as the register knows it, else as it is told."""
        words = {} if self.words is None else self.words.cleaned_data
        found = self.found
        values = {
            "uscc": self.code.cleaned_data["uscc"],
            "enterprise": found,
            "enterprise_name": words["enterprise_name"] if found is None else found.name,
            "address": words["address"] if found is None else found.address,
            "area": words["area"] if self.found_area is None else self.found_area,
        }
        say(application=self.application, values=values)
