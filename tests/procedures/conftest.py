"""What the tests of all procedures share: a place, and whoever organizes it."""

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory
from tests.procedures.possible import WUTIAN, Place


@pytest.fixture
def place():
    """A subdistrict."""
    AreaFactory(code="330304")
    return Place(AreaFactory(code=WUTIAN))


@pytest.fixture
def organizer(place):
    """Who organizes the place."""
    return UserFactory(is_staff=True, role="organizer", area=place.area)
