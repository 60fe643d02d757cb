"""The persons of an application, and who of them is proposed as secretary."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.actions.applying import MOST_MEMBERS, propose_secretary, say_who
from applications.forms.rows import Rows, rows_of
from applications.forms.texts import LineField
from applications.forms.topics import Problem, Topic
from applications.models import STAGES, ApplicationMember

FOUNDING_OF_THE_PARTY = date(1921, 7, 23)
_EMPTY_ROWS = 5


class MemberForm(forms.Form):
    """A person: who, how far, since when. Nothing else is asked."""

    name = LineField(
        label=pgettext_lazy("person", "Name"),
        max_length=100,
        error_messages={"required": _("Enter the name of this person.")},
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[("", "—"), *((stage.value, stage.label) for stage in STAGES)],
        error_messages={
            "required": _("Choose how far this person has come."),
            "invalid_choice": _("This is not one of the choices."),
        },
    )
    since = forms.DateField(
        label=_("Since"),
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("This is not a day. Write year, month and day, as in 2008-06-19.")},
    )

    use_required_attribute = False  # a row may stay empty

    def __init__(self, *args: Any, day: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.day = day

    def clean_since(self) -> date | None:
        """A day on which there was a Party, and that has come."""
        since: date | None = self.cleaned_data["since"]
        if since is not None and since > self.day:
            raise forms.ValidationError(_("This day has not come yet."))
        if since is not None and since < FOUNDING_OF_THE_PARTY:
            raise forms.ValidationError(_("The Party was founded on 23 July 1921; check the year."))
        return since


class MembersTopic(Topic):
    """Asks for the persons, in rows."""

    name = "members"
    title = _("Members")
    lead = _(
        "Name the Party members of the enterprise, and whoever is on the way to become one. "
        "“Since” is the day on which this stage was reached; leave it empty if you do not know it. "
        "Identity numbers are not needed: please enter none."
    )

    rows: Rows

    def ask(self) -> None:
        """The persons that were named, and room for more."""
        self.named = list(self.application.members.order_by("pk"))
        said = [{"name": member.name, "stage": member.stage, "since": member.since} for member in self.named]
        self.rows = rows_of(
            MemberForm, prefix="members", said=said, empty=_EMPTY_ROWS, most=MOST_MEMBERS, data=self.data,
            day=self.day,
        )  # fmt: skip

    def parts(self) -> Iterable[forms.BaseForm]:
        """The rows."""
        return self.rows.forms

    def place_of(self, form: forms.BaseForm) -> str:
        """The row."""
        return gettext("Person %(number)s") % {"number": list(self.rows.forms).index(form) + 1}

    def problems(self) -> list[Problem]:
        """Those of the rows, and that nobody is named."""
        problems = super().problems()
        if self.data is not None and not problems:
            first = "id_members-0-name"
            if not self.rows.is_valid():
                problems += [Problem(first, str(error)) for error in self.rows.non_form_errors()]
            elif not self.rows.filled():
                problems.append(Problem(first, gettext("Name at least one person.")))
        return problems

    def keep(self) -> None:
        """Keep the persons; who was proposed as secretary stays so while still named."""
        persons: list[dict[str, Any]] = [{**row, "is_secretary": False} for row in self.rows.filled()]
        secretary = next((member for member in self.named if member.is_secretary), None)
        if secretary is not None:
            same = [person for person in persons if person["name"] == secretary.name]
            same.sort(
                key=lambda person: (person["stage"], person["since"]) != (secretary.stage, secretary.since)
            )
            for person in same[:1]:
                person["is_secretary"] = True
        say_who(application=self.application, members=persons)


class SecretaryTopic(Topic):
    """Asks who of the persons shall lead the organization."""

    name = "secretary"
    title = _("Proposed secretary")
    lead = _(
        "Who of the persons you named shall lead the organization? A secretary is usually a full member."
    )

    def ask(self) -> None:
        """One of the persons."""
        self.members = {str(member.pk): member for member in self.application.members.order_by("pk")}
        proposed = next((key for key, member in self.members.items() if member.is_secretary), "")
        self.form = forms.Form(self.data, initial={"secretary": proposed}, label_suffix="")
        self.form.fields["secretary"] = forms.ChoiceField(
            label=_("Secretary"),
            choices=[(key, _described(member)) for key, member in self.members.items()],
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose one of the persons."),
                "invalid_choice": _("The list of persons has changed meanwhile; choose again."),
            },
        )

    def parts(self) -> Iterable[forms.BaseForm]:
        """The one form."""
        return [self.form]

    def keep(self) -> None:
        """Propose the person."""
        member = self.members[self.form.cleaned_data["secretary"]]
        propose_secretary(application=self.application, member=member)


def _described(member: ApplicationMember) -> str:
    return f"{member.name} ({member.get_stage_display()})"
