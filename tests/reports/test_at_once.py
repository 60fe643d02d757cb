"""Several at once: numbers without gaps and doubles, one report of a form that is sent twice."""

from uuid import uuid4

import pytest

from reports.models import Report
from tests.factories.accounts import UserFactory
from tests.factories.orgs import OrganizationFactory
from tests.factories.reports import issue
from tests.factories.turns import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.postgresql  # in tests SQLite is one connection for all threads
def test_numbers_have_neither_gaps_nor_doubles_and_a_form_has_one_report():
    OrganizationFactory()
    users, key, hasty = [UserFactory() for _ in range(5)], uuid4(), UserFactory()

    clicks = [lambda: issue(by=hasty, form_key=key).number] * 4
    numbers = at_once(*(lambda by=by: issue(by=by).number for by in users), *clicks)

    assert len(set(numbers[5:])) == 1
    issued = Report.objects.order_by("number").values_list("number", flat=True)
    assert list(issued) == [f"2008-{number:03d}" for number in range(1, 7)]
