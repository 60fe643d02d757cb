"""What is asked for: a branch of its own, a joint one with named neighbours, or one outside the district."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.actions.applying import MOST_NEIGHBOURS, ask_for
from applications.forms.rows import Rows, rows_of
from applications.forms.texts import LineField
from applications.forms.topics import Problem, Topic
from applications.models import Formation
from orgs.credit_codes import credit_code
from orgs.models import Enterprise

_EMPTY_ROWS = 3
_EXPLAINED = [
    (Formation.OWN, _("A branch of our own")),
    (Formation.JOINT, _("A joint branch with neighbouring enterprises")),
    (Formation.OUTSIDE, _("A branch of our own that sits outside the district")),
]
_USUAL_NAME = "%s党支部"


class OrganizationForm(forms.Form):
    """Kind, name and place."""

    formation = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=_EXPLAINED,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you ask for."),
            "invalid_choice": _("This is not one of the choices."),
        },
    )
    organization_name = LineField(
        label=_("Proposed name"),
        max_length=200,
        help_text=_("Usually the name of the enterprise and the kind of organization."),
        error_messages={"required": _("Enter a name for the organization.")},
    )
    place = LineField(
        label=_("Place outside the district"),
        max_length=200,
        required=False,
        help_text=_("City and district in which the branch will sit."),
    )

    def clean(self) -> dict[str, Any]:
        """A place for a branch outside the district, and for no other."""
        said = super().clean() or {}
        if said.get("formation") != Formation.OUTSIDE:
            said["place"] = ""
            self.errors.pop("place", None)
        elif not said.get("place") and "place" not in self.errors:
            self.add_error("place", _("Say where the branch will sit."))
        return said


class NeighbourForm(forms.Form):
    """A neighbour, by name, or by a credit code that the register knows."""

    name = LineField(label=_("Name of the enterprise"), max_length=200, required=False)
    uscc = LineField(label=_("Credit code, if you know it"), max_length=30, required=False)

    def clean_uscc(self) -> str:
        """The code in capital letters; raises ValidationError for one that is none."""
        typed = "".join(self.cleaned_data["uscc"].split())
        return credit_code(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        """With a name; what has a code of the register has its name there."""
        said = super().clean() or {}
        if not said.get("name") and said.get("uscc"):
            found = Enterprise.objects.filter(uscc=said["uscc"]).first()
            said["name"] = "" if found is None else found.name
        if self.has_changed() and not said.get("name") and not self.errors:
            self.add_error("name", _("Enter the name of this neighbour."))
        return said


class OrganizationTopic(Topic):
    """Asks what is wanted, and with whom."""

    name = "organization"
    title = _("The organization you ask for")

    rows: Rows

    def ask(self) -> None:
        """Ask what, with a name to begin with, and with whom."""
        said = self.application
        name = said.organization_name
        if not name and said.enterprise_name:
            name = _USUAL_NAME % said.enterprise_name
        initial = {"formation": said.formation, "organization_name": name, "place": said.place}
        self.what = OrganizationForm(self.data, initial=initial, label_suffix="")
        neighbours = (
            [] if self.data is not None else list(said.neighbours.order_by("pk").values("name", "uscc"))
        )
        self.rows = rows_of(
            NeighbourForm, prefix="neighbours", said=neighbours, empty=_EMPTY_ROWS, most=MOST_NEIGHBOURS,
            data=self.data,
        )  # fmt: skip

    @property
    def is_joint(self) -> bool:
        """Whether neighbours are asked for: of other formations they are left out."""
        return self.what.is_bound and self.what["formation"].value() == Formation.JOINT

    def parts(self) -> Iterable[forms.BaseForm]:
        """What, and the rows of neighbours where these count."""
        return [self.what, *self.rows.forms] if self.is_joint else [self.what]

    def place_of(self, form: forms.BaseForm) -> str:
        """The row."""
        if form is self.what:
            return ""
        return gettext("Neighbour %(number)s") % {"number": list(self.rows.forms).index(form) + 1}

    def problems(self) -> list[Problem]:
        """Those of the forms, and those between the neighbours."""
        problems = super().problems()
        if self.is_joint and not problems:
            first = "id_neighbours-0-name"
            if not self.rows.is_valid():
                problems += [Problem(first, str(error)) for error in self.rows.non_form_errors()]
            elif not self.rows.filled():
                problems.append(Problem(first, gettext("Name at least one neighbour.")))
            elif any(row["uscc"] == self.application.uscc != "" for row in self.rows.filled()):
                problems.append(Problem(first, gettext("A neighbour is another enterprise than your own.")))
        return problems

    def keep(self) -> None:
        """Keep what is asked for, and with whom."""
        neighbours = self.rows.filled() if self.is_joint else []
        ask_for(application=self.application, values=self.what.cleaned_data, neighbours=neighbours)
