"""What the topics of the form have in common: each shows what was said, checks what is said, and keeps it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from applications.models import Application
from orgs.actions.refusals import Refusal


@dataclass(frozen=True)
class Problem:
    """What is wrong, and the id of the input at which it is."""

    input_id: str
    message: str


class Topic:
    """A page of the form of `application`; `data` is what was sent, None before.

    A subclass makes its forms in `ask`, and keeps what they say in `keep`, by one action.
    """

    name: ClassVar[str]
    title: ClassVar[Any]
    lead: ClassVar[Any] = ""
    takes_files: ClassVar[bool] = False

    def __init__(self, application: Application, day: date, data: Any = None, files: Any = None) -> None:
        self.application = application
        self.day = day
        self.data = data
        self.files = files
        self.refused: list[Problem] = []
        self.ask()

    @property
    def template(self) -> str:
        """The template of the page."""
        return f"applications/{self.name}.html"

    def ask(self) -> None:
        """Make the forms."""
        raise NotImplementedError

    def parts(self) -> Iterable[forms.BaseForm]:
        """All of them, in their order on the page."""
        raise NotImplementedError

    def keep(self) -> None:
        """Keep what is said; raises a Refusal."""
        raise NotImplementedError

    def is_valid(self) -> bool:
        """Whether what was sent can be kept."""
        return not self.problems()

    def problems(self) -> list[Problem]:
        """What is wrong, in the order of the page."""
        if self.data is None:
            return []
        found = [problem for form in self.parts() for problem in problems_of(form, self.place_of(form))]
        return [*found, *self.refused]

    def place_of(self, form: forms.BaseForm) -> str:
        """What tells `form` from others of its kind on the page, "" where there are none."""
        return ""

    def refuse(self, refusal: Refusal) -> None:
        """Say what an action refused."""
        first = next(iter(self.parts()))
        self.refused.append(Problem(input_id(first[next(iter(first.fields))]), str(refusal)))


def problems_of(form: forms.BaseForm, place: str = "") -> Iterator[Problem]:
    """What is wrong with `form`, and in which `place`; what concerns no field leads to the first one."""
    first = next(iter(form.fields))
    for name, errors in form.errors.items():
        field = form[first if name == NON_FIELD_ERRORS else name]
        for error in errors:
            told = _("%(where)s: %(what)s") % {"where": place, "what": error} if place else str(error)
            yield Problem(input_id(field), told)


def input_id(field: forms.BoundField) -> str:
    """The id of the input of `field`, of several choices the first."""
    return f"{field.auto_id}_0" if isinstance(field.field.widget, forms.RadioSelect) else str(field.auto_id)
