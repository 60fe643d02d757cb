"""Reports for tests, issued as the site issues them."""

from datetime import UTC, date, datetime
from uuid import uuid4

from reports.actions import issue_report
from stats.figures import Scale
from tests.factories.accounts import UserFactory

DAY = date(2008, 6, 19)
ISSUED_AT = datetime(2008, 6, 20, 1, 30, tzinfo=UTC)


def issue(*, day=DAY, area=None, scale=Scale.ALL, by=None, at=ISSUED_AT, form_key=None):
    """A report of the day, by a user of its own unless `by` names one."""
    return issue_report(
        day=day,
        area=area,
        scale=scale,
        by=by or UserFactory(),
        clock=lambda: at,
        form_key=form_key or uuid4(),
    )
