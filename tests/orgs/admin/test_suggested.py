"""The form of a new organization, filled in by an address."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from orgs.models import Kind
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory, credit_code

pytestmark = pytest.mark.django_db

ADD = reverse("admin:orgs_organization_add")


@pytest.fixture
def own():
    return AreaFactory(code="330304001", name="梧田街道")


@pytest.fixture(autouse=True)
def _organizer(client, own):
    client.force_login(UserFactory(is_staff=True, role=Role.ORGANIZER, area=own))


def opened(client, query):
    """The fields of the form and what the page warns of."""
    answer = client.get(ADD, query)
    assert answer.status_code == 200
    form = {name: value for name, value in filled_in(answer).items() if name != "csrfmiddlewaretoken"}
    return form, [str(message) for message in answer.context["messages"]]


def test_an_address_fills_in_kind_area_day_and_enterprises(client, own):
    units = EnterpriseFactory.create_batch(2, area=own)
    query = {
        "kind": "joint_branch", "area": own.code, "established_on": "2020-06-19",
        "enterprise": [unit.uscc for unit in units],
    }  # fmt: skip
    form, warnings = opened(client, query)
    assert warnings == []
    assert (form["kind"], form["area"], form["established_on"]) == (
        Kind.JOINT_BRANCH,
        str(own.pk),
        "2020-06-19",
    )
    assert sorted(form["enterprises"]) == sorted(str(unit.pk) for unit in units)
    assert form["name"] == "梧田街道联合党支部"


def test_the_next_joint_branch_of_an_area_has_a_name_of_its_own(client, own):
    OrganizationFactory(name="梧田街道联合党支部", kind=Kind.JOINT_BRANCH, area=own)
    form, _warnings = opened(client, {"kind": "joint_branch", "area": own.code})
    assert form["name"] == "梧田街道第2联合党支部"


def test_enterprises_that_are_unknown_or_not_seen_are_left_out_alike_and_the_page_says_so(client, own):
    seen = EnterpriseFactory(area=own)
    unknown = credit_code(7)
    foreign = EnterpriseFactory(area=AreaFactory(code="330304002"), name="潘桥电器有限公司")
    form, warnings = opened(client, {"enterprise": [seen.uscc, foreign.uscc, unknown]})
    assert form["enterprises"] == [str(seen.pk)]
    codes = ", ".join(sorted([foreign.uscc, unknown]))
    assert warnings == [f"You see no enterprise with these credit codes, so they are left out: {codes}"]


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "community_general_branch"},
        {"area": "330304002"},
        {"established_on": "99999-01-01"},
        {"enterprise": ["x" * 300, "1"]},
    ],
)
def test_what_cannot_be_used_is_left_out_and_the_page_says_so(client, query):
    AreaFactory(code="330304002")
    form, warnings = opened(client, query)
    assert form == opened(client, {})[0]
    assert len(warnings) == 1
    assert warnings[0].startswith("What the address says")


def test_an_address_fills_in_nothing_else(client):
    form, warnings = opened(
        client, {"code": "ZZ9", "name": "某支部", "approval_number": "1号", "place": "上海"}
    )
    assert form == opened(client, {})[0]
    assert warnings == []
