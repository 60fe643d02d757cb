"""How tests sign in and ask for the work list, and what they read of it."""

from datetime import date

from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory
from tests.work.scenarios import FIRST

PAGE = "/dashboard/work/"
OLD = [date(2001, 1, 1)] * 3


def sign_in(client, role="organizer", code="330304001"):
    user = UserFactory(role=role, is_staff=True, area=code and AreaFactory(code=code))
    client.force_login(user)
    return user


def show(client, **asked):
    return client.get(PAGE, {"as_of": FIRST, "scale": "all", **asked})


def shown(answer):
    return [line.item.record.pk for line in answer.context["lines"]]


def move(record, on):
    """Let it lie in another subdistrict from `on` on."""
    record.areas.update(valid_to=on)
    record.areas.create(area=AreaFactory(code="330304002"), valid_from=on)
