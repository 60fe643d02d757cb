"""An application moves by the table of transitions alone, each time with an event; the database keeps that."""

import pytest
from django.db import IntegrityError, connection, transaction

from applications.actions import applying, founding, reviewing
from applications.actions.moving import NotInThatState
from applications.models import Application, ApplicationEvent, Reason, State
from applications.transitions import TRANSITIONS, Move
from orgs.models import Kind, Organization
from tests.factories.accounts import UserFactory
from tests.factories.applications import SUBMITTED_ON, application_in
from tests.factories.rows import all_rows

pytestmark = pytest.mark.django_db

WHY = {"reasons": [Reason.OTHER], "note": "说明", "staff_note": ""}


def do(move, application, by):  # noqa: C901, a move each
    """The action that makes `move`."""
    say = {"application": application}
    match move:
        case Move.SUBMIT:
            applying.submit(**say, on=SUBMITTED_ON)
        case Move.SUPPLEMENT:
            applying.supplement(**say, answer="补充", on=SUBMITTED_ON)
        case Move.WITHDRAW:
            applying.withdraw(**say, reason="")
        case Move.TAKE_UP:
            reviewing.take_up(**say, by=by)
        case Move.ASSIGN:
            reviewing.assign(**say, to=by, note="", on=SUBMITTED_ON, by=by)
        case Move.HAND_BACK:
            reviewing.hand_back(**say, note="", by=by)
        case Move.RETURN:
            reviewing.return_application(**say, **WHY, by=by)
        case Move.REJECT:
            reviewing.reject(**say, **WHY, on=SUBMITTED_ON, by=by)
        case Move.APPROVE:
            reviewing.approve(**say, note="", staff_note="", on=SUBMITTED_ON, by=by)
        case Move.FILE:
            reviewing.file(**say, staff_note="", on=SUBMITTED_ON, by=by)
        case Move.REOPEN:
            reviewing.reopen(**say, note="", staff_note="", by=by)
        case Move.FOUND:
            organization = Organization(code="NEW", name=application.organization_name)
            founding.found(
                **say, organization=organization, kind=Kind.BRANCH, area=application.area, neighbours=[],
                members=[], secretary=None, on=SUBMITTED_ON, by=by,
            )  # fmt: skip


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_each_move_is_made_from_its_states_and_refused_in_all_others(move, state):
    by = UserFactory(role="administrator")
    application = application_in(state, by=by)
    before, events = all_rows(), application.events.count()
    transition = TRANSITIONS[move]
    if state in transition.sources:
        do(move, application, by)
        application.refresh_from_db()
        assert application.state == transition.target
        event = application.events.get(number=application.moves)
        assert (event.move, event.from_state, event.to_state) == (move, state, transition.target)
        assert event.by == (None if transition.who == "applicant" else by)
    elif move == Move.SUBMIT and state == State.SUBMITTED:  # the second click
        do(move, application, by)
        assert (application.events.count(), all_rows()) == (events, before)
    else:
        with pytest.raises(NotInThatState):
            do(move, application, by)
        application.refresh_from_db()
        assert (application.state, application.events.count(), all_rows()) == (state, events, before)


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_the_state_is_not_written_without_an_event(state):
    application = application_in(State.DRAFT)
    with pytest.raises(IntegrityError, match="changes with an event"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(state=state)
    application.refresh_from_db()
    application.state, application.moves = state, 1
    with pytest.raises(IntegrityError), transaction.atomic():
        application.save()
    assert Application.objects.get(pk=application.pk).state == State.DRAFT


def test_an_event_of_another_application_or_step_moves_nothing():
    application, other = application_in(State.SUBMITTED), application_in(State.IN_REVIEW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(state=State.IN_REVIEW, moves=other.moves)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=other.pk).update(state=State.SUBMITTED, moves=1)


def test_an_application_begins_as_a_draft():
    draft = application_in(State.DRAFT)
    with pytest.raises(IntegrityError, match="changes with an event"), transaction.atomic():
        Application.objects.create(
            language="en", begun_on=SUBMITTED_ON, state=State.WITHDRAWN, uscc=draft.uscc
        )


def test_an_event_that_is_no_transition_is_refused():
    event = application_in(State.SUBMITTED).events.get()
    event.pk, event.number, event.move, event.to_state = None, 2, Move.FOUND, State.FOUNDED
    with pytest.raises(IntegrityError, match="applicationevent_is_a_transition"), transaction.atomic():
        ApplicationEvent(
            application=event.application, number=2, move=Move.FOUND, from_state=State.DRAFT,
            to_state=State.FOUNDED, at=event.at,
        ).save()  # fmt: skip


def test_events_are_neither_changed_nor_removed():
    application = application_in(State.IN_REVIEW)
    with pytest.raises(IntegrityError, match="what is recorded"), transaction.atomic():
        ApplicationEvent.objects.filter(application=application).update(note="x")
    with (
        pytest.raises(IntegrityError, match="what is recorded"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM applications_applicationevent")
