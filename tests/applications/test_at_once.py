"""Several at once: one application, one reviewer, numbers without gaps and doubles."""

import pytest

from applications.actions.applying import HasAnOpenApplication, submit, withdraw
from applications.actions.moving import NotInThatState
from applications.actions.reviewing import approve, reject, take_up
from applications.models import Application, Reason, State
from tests.factories.accounts import UserFactory
from tests.factories.applications import SUBMITTED_ON, application_in, complete_draft
from tests.factories.turns import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,  # SQLite lets one writer in at a time
]


def told(deed):
    """What came of `deed`: its result, or the name of the refusal."""
    try:
        return deed()
    except (NotInThatState, HasAnOpenApplication) as refusal:
        return type(refusal).__name__


def test_fifty_clicks_on_one_form_make_one_application():
    draft = complete_draft()
    clicks = [lambda: submit(application=Application(pk=draft.pk), on=SUBMITTED_ON).reference] * 50
    assert set(at_once(*clicks)) == {"SQ2026-0001"}
    draft.refresh_from_db()
    assert (draft.state, draft.events.count()) == (State.SUBMITTED, 1)


def test_of_two_drafts_of_an_enterprise_one_is_submitted():
    first = complete_draft()
    second = complete_draft(enterprise=first.enterprise, area=first.area)
    results = at_once(
        *(
            lambda draft=draft: told(lambda: submit(application=draft, on=SUBMITTED_ON).state)
            for draft in (first, second)
        )
    )
    assert sorted(results) == ["HasAnOpenApplication", "submitted"]
    assert Application.objects.open().count() == 1


def test_references_have_neither_gaps_nor_doubles():
    drafts = [complete_draft() for _ in range(8)]
    at_once(*(lambda draft=draft: submit(application=draft, on=SUBMITTED_ON) for draft in drafts))
    references = Application.objects.order_by("reference").values_list("reference", flat=True)
    assert list(references) == [f"SQ2026-{number:04d}" for number in range(1, 9)]


def test_of_two_reviewers_one_takes_it_up_and_one_decides():
    one, other = UserFactory(role="administrator"), UserFactory(role="administrator")
    application = application_in(State.SUBMITTED)
    results = at_once(
        *(lambda by=by: told(lambda: take_up(application=application, by=by).state) for by in (one, other))
    )
    assert sorted(results) == ["NotInThatState", "in_review"]
    why = {"reasons": [Reason.OTHER], "note": "说明", "staff_note": "", "on": SUBMITTED_ON}
    results = at_once(
        lambda: told(
            lambda: approve(application=application, note="", staff_note="", on=SUBMITTED_ON, by=one).state
        ),
        lambda: told(lambda: reject(application=application, by=other, **why).state),
        lambda: told(lambda: withdraw(application=application, reason="").state),
    )
    assert results.count("NotInThatState") == 2
    application.refresh_from_db()
    assert application.events.count() == 3
