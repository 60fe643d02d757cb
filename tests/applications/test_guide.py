"""The guide: what fits, who would take an enterprise in, and the beginning of an application."""

from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from applications.actions.applying import add_file, say
from applications.guide import advice
from applications.models import Application, MediaType
from applications.pages.tries import DRAFTS_AN_HOUR
from orgs.formation import Formation
from orgs.models import Area, Kind, Policy, PolicyNumber
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
GUIDE = "/apply/"


@pytest.fixture
def community():
    AreaFactory(code="330304001")
    return AreaFactory(code="330304001001", name="工业园社区")


@pytest.mark.parametrize(
    ("members", "formation"),
    [(0, Formation.COMMUNITY), (1, Formation.JOINT), (2, Formation.INSTRUCTOR), (3, Formation.STANDALONE)],
)
def test_the_number_of_full_members_tells_what_fits(members, formation):
    found = advice(members, None, DAY)
    assert found.formation == formation
    assert (found.number is None) == (formation == Formation.COMMUNITY)


def test_the_general_branches_that_reach_an_area_are_those_of_it_and_of_what_contains_it(community):
    own = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community)
    wider = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=AreaFactory(code="330304001"))
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=AreaFactory(code="330304001002"))
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community, dissolved_on=DAY)
    OrganizationFactory(kind=Kind.GENERAL_BRANCH, area=community)
    OrganizationFactory(
        kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community, established_on=DAY + timedelta(days=1)
    )
    found = advice(0, community, DAY)
    assert (found.community_branches, found.joint_branches) == ([own, wider], [])


def test_a_subdistrict_has_the_general_branches_of_its_communities(community):
    subdistrict = Area.objects.get(code="330304001")
    within = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community)
    own = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=subdistrict)
    wider = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=AreaFactory(code="330304"))
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=AreaFactory(code="330304002"))
    assert advice(0, subdistrict, DAY).community_branches == [own, within, wider]


def test_the_subdistrict_is_to_be_asked_only_where_one_was_chosen(client, community):
    asked = "ask the subdistrict"
    assert asked not in client.get(GUIDE, {"members": "0"}).content.decode()
    assert asked in client.get(GUIDE, {"members": "0", "area": community.code}).content.decode()


def test_the_joint_branches_of_an_area_are_those_with_room(community):
    most = PolicyNumber.objects.whole_on(Policy.JOINT_BRANCH_UNITS, DAY)
    empty = OrganizationFactory(kind=Kind.JOINT_BRANCH, area=community)
    nearly = OrganizationFactory(
        kind=Kind.JOINT_BRANCH, area=community, covers=EnterpriseFactory.create_batch(most - 1)
    )
    OrganizationFactory(kind=Kind.JOINT_BRANCH, area=community, covers=EnterpriseFactory.create_batch(most))
    OrganizationFactory(kind=Kind.JOINT_BRANCH, area=AreaFactory(code="330304002"))
    assert advice(1, community, DAY).joint_branches == [empty, nearly]
    assert advice(3, community, DAY).joint_branches == []


def test_the_guide_says_what_fits_by_which_rule_and_who_takes_in(client, community):
    branch = OrganizationFactory(name="工业园社区党总支", kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community)
    answer = client.get(GUIDE, {"members": "1", "area": community.code})
    text = answer.content.decode()
    assert branch.name in text
    assert PolicyNumber.objects.number_on(Policy.JOINT_FULL_MEMBERS, DAY).source in text
    assert PolicyNumber.objects.number_on(Policy.DECISION_MONTHS, DAY).source in text
    assert "within 1 month " in text


@pytest.mark.parametrize(
    "asked", [{"members": "x"}, {"members": "-1"}, {"members": "9" * 30}, {"members": "1", "area": "\0"},
              {"members": "1", "area": "nowhere"}, {"members": ""}],
)  # fmt: skip
def test_what_is_no_answer_is_said_at_its_field(client, community, asked):
    answer = client.get(GUIDE, asked)
    assert answer.status_code == 400
    assert b"errorlist" in answer.content


def test_the_guide_costs_as_much_for_many_branches(client, community, django_assert_num_queries):
    def cost(count):
        for _number in range(count):
            OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community)
            OrganizationFactory(kind=Kind.JOINT_BRANCH, area=community)
        with django_assert_num_queries(12):
            assert client.get(GUIDE, {"members": "1", "area": community.code}).status_code == 200

    cost(1)
    cost(3)


def test_one_begins_with_the_first_topic_in_ones_language(client):
    answer = client.post(GUIDE, headers={"Accept-Language": "zh-CN"})
    assert answer.url == reverse("application_topic", args=["enterprise"])
    draft = Application.objects.get()
    assert (draft.language, draft.begun_on) == ("zh-hans", timezone.localdate())
    assert client.session["application"] == draft.pk


def test_twenty_are_begun_from_an_address_in_an_hour_and_no_more(client):
    for _number in range(DRAFTS_AN_HOUR):
        assert client.post(GUIDE).status_code == 302
    answer = client.post(GUIDE)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3601
    assert Application.objects.count() == DRAFTS_AN_HOUR
    assert client.post(GUIDE, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_network_of_ipv6_is_counted_as_one_address(client):
    for number in range(DRAFTS_AN_HOUR):
        assert client.post(GUIDE, REMOTE_ADDR=f"2001:db8::{number:x}").status_code == 302
    assert client.post(GUIDE, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert client.post(GUIDE, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


def draft_of(day):
    """A draft that was begun on `day`."""
    draft = Application(language="en", begun_on=day)
    draft._history_date = datetime.combine(day, time(12), timezone.get_current_timezone())
    draft.save()
    return draft


def test_old_drafts_are_removed_and_nothing_else(settings):
    settings.DRAFT_DAYS = 10
    today = timezone.localdate()
    old, young = (draft_of(today - timedelta(days=days)) for days in (11, 10))
    changed = draft_of(today - timedelta(days=40))
    say(application=changed, values={"place": "别处"})
    with_a_file = draft_of(today - timedelta(days=40))
    add_file(application=with_a_file, title="a.pdf", media_type=MediaType.PDF, content=b"x")
    out = StringIO()
    call_command("remove_old_drafts", stdout=out)
    assert set(Application.objects.all()) == {young, changed, with_a_file}
    assert out.getvalue() == "1 draft removed\n"
    assert not Application.objects.filter(pk=old.pk).exists()
