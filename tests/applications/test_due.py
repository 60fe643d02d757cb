"""By when an application is decided: within the months of policy, without the days that the applicant took."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from applications.actions.applying import due_on, supplement
from applications.models import Application, State
from tests.factories.applications import SUBMITTED_ON, application_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        (date(2026, 3, 2), date(2026, 4, 2)), (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 3, 29)),
    ],
)  # fmt: skip
def test_it_is_decided_within_a_month(submitted, due):
    assert due_on(submitted) == due


def test_the_days_that_the_applicant_took_are_added():
    application = application_in(State.RETURNED)
    due, today = application.due_on, timezone.localdate()
    supplement(application=application, answer="", on=today + timedelta(days=9))
    assert Application.objects.get(pk=application.pk).due_on == due + timedelta(days=9)


def test_an_application_is_overdue_from_the_day_after_and_not_while_it_waits_for_the_applicant():
    reviewed, returned = application_in(State.IN_REVIEW), application_in(State.RETURNED)
    last = reviewed.due_on
    assert last == returned.due_on == date(2026, 4, 2)
    assert not Application.objects.overdue_on(last).exists()
    assert list(Application.objects.overdue_on(last + timedelta(days=1))) == [reviewed]
    assert last > SUBMITTED_ON
