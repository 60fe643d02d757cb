"""The work list: who sees what, and what leads where."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.admin import filled_in
from tests.factories.orgs import AreaFactory
from tests.factories.work import ExemptionFactory
from tests.work.asking import OLD, PAGE, move, show, shown, sign_in
from tests.work.scenarios import SCENARIOS, employing
from work.items import KIND_BY_CODE, KINDS
from work.pages import work_list as page_module

pytestmark = pytest.mark.django_db


def test_every_link_to_act_opens_for_an_organizer(client):
    for scenario in SCENARIOS.values():
        scenario()
    sign_in(client)
    for kind in KINDS:
        line = show(client, kind=kind.code).context["lines"][0]
        assert client.get(line.act_address).status_code == 200, (kind.code, line.act_address)


def test_founding_opens_the_form_filled_in(client):
    enterprise = employing(*OLD)
    user = sign_in(client)
    [line] = show(client, kind="own_organization").context["lines"]
    assert client.get(line.record_address).status_code == 200
    form = filled_in(client.get(line.act_address))
    assert (form["kind"], form["area"], form["enterprises"]) == (
        "branch",
        str(user.area.pk),
        [str(enterprise.pk)],
    )


def test_who_is_in_no_joint_branch_is_led_to_those_proposed_around_or_to_the_form_where_nobody_is_near(
    client,
):
    near = employing(date(2001, 1, 1), code="330304001001")
    employing(date(2001, 1, 1), code="330304")
    sign_in(client, code="330304")
    lines = {line.item.record: line for line in show(client, kind="joint_branch").context["lines"]}
    proposals = client.get(lines.pop(near).act_address)
    assert (proposals.context["asked"].area.code, proposals.context["unplaced_number"]) == ("330304001001", 1)
    [other] = lines.values()
    assert filled_in(client.get(other.act_address))["kind"] == "joint_branch"


def test_without_a_choice_the_first_kind_with_items_is_shown(client):
    sign_in(client)
    assert show(client).context["kind"].code == "own_organization"
    employing(date(2001, 1, 1))
    assert show(client).context["kind"].code == "joint_branch"


def test_an_empty_register_says_what_to_do(client):
    sign_in(client)
    text = show(client).content.decode()
    assert "The rules of this day ask for nothing of what the register holds here." in text
    assert "Nothing to do." in text


def test_a_rule_that_did_not_exist_on_the_day_is_told_as_none(client):
    sign_in(client)
    answer = show(client, as_of=date(2008, 6, 19), kind="too_many_units")
    assert "There is no such rule on this day." in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"as_of": "yesterday"}, "as_of"),
        ({"area": "330305"}, "area"),
        ({"scale": "big"}, "scale"),
        ({"kind": "luck"}, "kind"),
        ({"page": "x"}, "page"),
        ({"page": "0"}, "page"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(client, wrong, field):
    AreaFactory(code="330305")
    sign_in(client)
    answer = client.get(PAGE, wrong)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].errors[field][0] in answer.content.decode()


@pytest.mark.parametrize("day", [date.min, date(1982, 9, 6), date.max])
def test_any_day_may_be_asked_for(client, day):
    employing(*OLD)
    sign_in(client)
    assert show(client, as_of=f"{day:%Y-%m-%d}".zfill(10)).status_code == 200


def test_the_list_goes_on_page_by_page(client, monkeypatch):
    monkeypatch.setattr(page_module, "ITEMS", 2)
    enterprises = sorted((employing(*OLD) for _number in range(5)), key=lambda one: one.uscc)
    sign_in(client)
    pages = [show(client, kind="own_organization", page=number) for number in (1, 2, 3, 4)]
    keys = [one.pk for one in enterprises]
    assert [shown(page) for page in pages] == [keys[:2], keys[2:4], keys[4:], keys[4:]]
    assert "page=2" in pages[0].content.decode()
    assert "5 to 5 of 5" in pages[2].content.decode()


# Who sees what


def test_users_see_their_area_alone_and_administrators_all(client):
    own, other = employing(*OLD), employing(*OLD, code="330304002")
    nowhere = employing(*OLD)
    nowhere.areas.update(area=None)
    sign_in(client)
    assert shown(show(client, kind="own_organization")) == [own.pk]
    sign_in(client, "administrator", None)
    assert set(shown(show(client, kind="own_organization"))) == {own.pk, other.pk, nowhere.pk}


def test_what_lies_elsewhere_today_is_neither_named_nor_counted_on_any_day(client):
    staying, moved = employing(*OLD), employing(*OLD)
    move(moved, date(2021, 1, 1))
    sign_in(client)
    answer = show(client, kind="own_organization")
    assert shown(answer) == [staying.pk]
    assert moved.name not in answer.content.decode()
    [(area, [(_kind, number)], total)] = answer.context["table"]
    assert (area.code, number, total) == ("330304001", 1, 1)
    assert answer.context["overview"].whole.total == 1
    assert "1 more lies outside your area today" in answer.content.decode()

    sign_in(client, code="330304002")
    later = date(2021, 1, 1)
    assert shown(show(client, kind="own_organization", as_of=later)) == [moved.pk]
    assert shown(show(client, kind="own_organization")) == []


def test_without_subdistricts_there_is_nothing_to_tell_by_subdistrict(client):
    employing(*OLD, code="330304001001")
    sign_in(client, code="330304001001")
    answer = show(client, kind="own_organization")
    assert len(shown(answer)) == 1
    assert "In no subdistrict" not in answer.content.decode()
    sign_in(client)
    assert "By subdistrict" in show(client).content.decode()


def test_a_member_who_will_come_is_not_named_before(client):
    member = SCENARIOS["probation_ended"]().record
    move(member.memberships.get().organization, date(2100, 1, 1))
    sign_in(client, code="330304002")
    answer = show(client, kind="probation_ended", as_of=date(2100, 1, 1))
    assert shown(answer) == []
    assert member.name not in answer.content.decode()


@pytest.mark.sqlite
@pytest.mark.parametrize("role", ["organizer", "reviewer", "analyst"])
def test_links_are_for_those_who_may_use_them_and_members_for_those_who_may_see_them(client, role):
    codes = ["own_organization", "community", "term_ended", "probation_ended"]
    for code in codes:
        SCENARIOS[code]()
    sign_in(client, role)
    writes = role == "organizer"
    for kind in map(KIND_BY_CODE.get, codes):
        answer = show(client, kind=kind.code)
        assert answer.status_code == 200
        assert answer.context["overview"].whole.numbers[kind] > 0
        if kind.record == "member" and not writes:
            assert "lines" not in answer.context
            assert "is shown to those who may see members" in answer.content.decode()
            continue
        for line in answer.context["lines"]:
            assert (bool(line.record_address), bool(line.act_address)) == (True, writes), kind.code


@pytest.mark.sqlite
def test_the_page_costs_the_same_for_one_and_for_three(client):
    """One kind of each table; tests/work/test_counting.py asks all of them."""
    codes = ["own_organization", "few_members", "probation_ended"]
    sign_in(client)

    def statements():
        with CaptureQueriesContext(connection) as found:
            for code in codes:
                assert show(client, kind=code).context["lines"]
        # The session notes now and then that it is used.
        return len([query for query in found if " FROM " in query["sql"] and "session" not in query["sql"]])

    rounds = []
    for number in (1, 2):
        for code in codes * number:
            SCENARIOS[code]()
            ExemptionFactory(enterprise=employing(*OLD))
        rounds.append(statements())
    assert rounds[0] == rounds[1]


def test_the_admin_leads_to_the_list(client):
    sign_in(client)
    assert f'href="{PAGE}"' in client.get("/admin/").content.decode()
