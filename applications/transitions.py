"""The one table of what may happen to an application: from which state to which, and by whom."""

from dataclasses import dataclass
from enum import StrEnum

from applications.models.application import State


class Who(StrEnum):
    """On whose side a transition is made."""

    APPLICANT = "applicant"
    """Who has the link of the draft, or reference and access code."""
    REVIEWER = "reviewer"
    """Staff who may change applications, of those in their area."""
    DISTRICT = "district"
    """Of these, who acts for the whole district."""
    FOUNDER = "founder"
    """Of the staff, who may establish organizations as well."""


class Move(StrEnum):
    """What happens to an application; the name of its event."""

    SUBMIT = "submit"
    TAKE_UP = "take_up"
    ASSIGN = "assign"
    HAND_BACK = "hand_back"
    RETURN = "return"
    SUPPLEMENT = "supplement"
    APPROVE = "approve"
    FILE = "file"
    REOPEN = "reopen"
    REJECT = "reject"
    FOUND = "found"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Transition:
    """`move` leads from any of `sources` to `target`, made by `who`."""

    move: Move
    sources: tuple[State, ...]
    target: State
    who: Who


_LIST = (
    Transition(Move.SUBMIT, (State.DRAFT,), State.SUBMITTED, Who.APPLICANT),
    Transition(Move.TAKE_UP, (State.SUBMITTED,), State.IN_REVIEW, Who.REVIEWER),
    Transition(Move.ASSIGN, (State.IN_REVIEW,), State.IN_REVIEW, Who.REVIEWER),
    Transition(Move.HAND_BACK, (State.IN_REVIEW,), State.SUBMITTED, Who.REVIEWER),
    Transition(Move.RETURN, (State.IN_REVIEW,), State.RETURNED, Who.REVIEWER),
    Transition(Move.SUPPLEMENT, (State.RETURNED,), State.IN_REVIEW, Who.APPLICANT),
    Transition(Move.APPROVE, (State.IN_REVIEW,), State.APPROVED, Who.REVIEWER),
    Transition(Move.FILE, (State.APPROVED,), State.APPROVED, Who.DISTRICT),
    Transition(Move.REOPEN, (State.APPROVED,), State.IN_REVIEW, Who.REVIEWER),
    Transition(Move.REJECT, (State.IN_REVIEW,), State.REJECTED, Who.REVIEWER),
    Transition(Move.FOUND, (State.APPROVED,), State.FOUNDED, Who.FOUNDER),
    Transition(
        Move.WITHDRAW, (State.SUBMITTED, State.IN_REVIEW, State.RETURNED), State.WITHDRAWN, Who.APPLICANT
    ),
)

TRANSITIONS = {transition.move: transition for transition in _LIST}
"""Every transition by its move."""


def is_possible(move: Move, state: str) -> bool:
    """Whether `move` may be made from `state`."""
    return state in TRANSITIONS[move].sources
