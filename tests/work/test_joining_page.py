"""The page of joint branches proposed: who sees what, and the way from a proposal to a branch."""

from datetime import date
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from orgs.models import Kind, Organization
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory

pytestmark = pytest.mark.django_db

PAGE = "/dashboard/joint/"
DAY = date(2020, 6, 19)
ADD = reverse("admin:orgs_organization_add")


@pytest.fixture
def own():
    AreaFactory(code="330304", name="瓯海区")
    AreaFactory(code="330304001", name="梧田街道")
    return AreaFactory(code="330304001001", name="慈湖社区")


@pytest.fixture
def foreign():
    return AreaFactory(code="330304002001", name="潘桥社区")


def could_join(area, number=3):
    return [MemberFactory(employer=EnterpriseFactory(area=area)).employer for _ in range(number)]


def signed_in(client, role=Role.ORGANIZER, area="330304001"):
    user = UserFactory(is_staff=True, role=role, area=AreaFactory(code=area))
    client.force_login(user)
    return user


def shown(client, **asked):
    answer = client.get(PAGE, {"as_of": DAY.isoformat(), **asked})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def founding_address(text):
    """The first address on the page that leads to the form of a new organization."""
    start = text.index(f'href="{ADD}?') + len('href="')
    return text[start : text.index('"', start)]


def test_a_proposal_is_founded_by_its_link_and_not_proposed_again(client, own):
    signed_in(client)
    units, others = could_join(own), could_join(AreaFactory(code="330304001002"))
    address = founding_address(shown(client))
    assert not any(unit.name in address for unit in units)

    data = filled_in(client.get(address))
    assert (data["name"], data["established_on"]) == ("慈湖社区联合党支部", "2020-06-19")
    answer = client.post(ADD, data | {"code": "ZZ1"})
    assert answer.status_code == 302
    assert [message.level_tag for message in get_messages(answer.wsgi_request)] == ["success"]

    branch = Organization.objects.get(code="ZZ1")
    assert branch.kinds.get().kind == Kind.JOINT_BRANCH
    assert branch.areas.get().area == own
    assert set(branch.coverage.values_list("enterprise", "valid_from")) == {(unit.pk, DAY) for unit in units}
    text = shown(client)
    assert not any(unit.name in text for unit in units)
    assert all(unit.name in text for unit in others)


def test_the_page_tells_of_each_who_it_is_and_why(client, own, foreign):
    signed_in(client, area="330304")
    units, (lonely,) = could_join(own), could_join(foreign, 1)
    text = shown(client)
    for told in (
        *(unit.name for unit in units), *(unit.uscc for unit in units), "慈湖社区",
        "1 joint branch could reach 3 enterprises", "3 enterprises with 3 full members together.",
        "All lie in one community.", "All are of one trade", "Nobody of this community who could join is left out.",
        "1 enterprise finds no partners.", lonely.name, "too few in the area asked for, or lack full members",
        "Regulations on the Work of Party Branches, Art. 5",
    ):  # fmt: skip
        assert told in text


@pytest.mark.sqlite
def test_a_user_sees_the_own_area_alone(client, own, foreign):
    ours, theirs = could_join(own), could_join(foreign)
    signed_in(client)
    text = shown(client)
    assert all(unit.name in text for unit in ours)
    assert not any(unit.name in text for unit in theirs)
    answer = client.get(PAGE, {"as_of": DAY.isoformat(), "area": foreign.code})
    assert answer.status_code == 400
    assert "No area that you see has this code." in answer.content.decode()
    assert not any(unit.name in answer.content.decode() for unit in theirs)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("role", "founds"),
    [(Role.ADMINISTRATOR, True), (Role.ORGANIZER, True), (Role.REVIEWER, False), (Role.ANALYST, False)],
)
def test_who_may_add_organizations_finds_the_link(client, own, role, founds):
    could_join(own)
    signed_in(client, role)
    assert (f"{ADD}?" in shown(client)) is founds


@pytest.mark.sqlite
def test_others_do_not_open_the_page(client, own):
    assert client.get(PAGE).status_code == 302
    for user in (UserFactory(is_staff=True, area=own), UserFactory(is_staff=True, role=Role.ORGANIZER)):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2008-06-19", "on this day there was no rule on how many units"),
        ("2020-06-19", "there is no enterprise without an organization"),
    ],
)
def test_where_nothing_is_proposed_the_page_says_why(client, own, day, told):
    signed_in(client)
    assert told in shown(client, as_of=day)


@pytest.mark.sqlite
def test_what_cannot_be_read_is_said_at_the_field(client, own):
    signed_in(client)
    answer = client.get(PAGE, {"as_of": "yesterday"})
    assert answer.status_code == 400
    assert "This is not a day." in answer.content.decode()
    assert client.get(PAGE, {"page": "2"}).status_code == 404


@pytest.mark.sqlite
def test_one_proposal_takes_as_many_statements_as_many(client, own):
    signed_in(client, area="330304")
    could_join(own)
    with CaptureQueriesContext(connection) as one:
        shown(client)
    for number in range(2, 26):
        could_join(AreaFactory(code=f"330304001{number:03d}"))
    with CaptureQueriesContext(connection) as many:
        first = shown(client)
    assert len(one) == len(many)
    assert "page 1 of 2" in first
    assert "Found joint branch 25" in shown(client, page="2")
