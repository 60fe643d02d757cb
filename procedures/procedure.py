"""What a procedure is: an action of a floor below, with its inputs and words, for pages and the API alike."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orgs.actions.refusals import Refusal
from orgs.models import Scope
from procedures.inputs import Input


class NotPossible(Refusal):
    """The procedure is not possible for the record, or no longer."""

    def __init__(self) -> None:
        super().__init__(_("This is not possible for the record, or no longer."))


class Procedure:
    """An action on a record of the register (办理事项), declared once.

    The admin makes a page of it, with preview and confirmation, and the API an address. A subclass says
    what it asks for and calls the action; what the action writes, and which figures move, is found out by doing it
    and taking it back (procedures.performing).
    """

    name: ClassVar[str]
    """In the addresses of page and API."""
    label: ClassVar[str | Promise]
    """On the button."""
    done: ClassVar[str | Promise]
    """What the user reads afterwards."""
    inputs: ClassVar[Mapping[str, Input]]
    """By name; the day is always `on`. What is done as it is confirmed, and kept with that moment, asks for none."""
    at: ClassVar[Mapping[type[Exception], str]] = {}
    """At which input a refusal of the action is shown, where it belongs to one."""
    needs: ClassVar[Sequence[str]] = ()
    """Permissions of the user beside that to change the record."""
    may_leave: ClassVar[bool] = False
    """Whether the record may lie outside the user's area afterwards."""

    def is_offered(self, record: Any, scope: Scope, day: date) -> bool:
        """Whether somebody with `scope` may do this to `record`, which they see, as it is on `day`, today."""
        raise NotImplementedError

    def initial(self, record: Any, day: date) -> dict[str, Any]:
        """The first values of the page's inputs on `day`, today."""
        return {"on": day}

    def perform(self, record: Any, values: Mapping[str, Any], by: AbstractBaseUser) -> Any:
        """Do it: call the action with the values of the inputs. Raises what the action raises."""
        raise NotImplementedError

    def warnings(self, record: Any, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """What is unusual and allowed nevertheless; asked after it was done, in the same transaction."""
        return []
