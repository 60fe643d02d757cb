"""The pages of the work list: who sees what, what leads where, and how an item is declared not applicable."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.orgs import AreaFactory, OrganizationFactory
from tests.factories.work import ExemptionFactory
from tests.work.scenarios import FIRST, SCENARIOS, employing
from work.items import KIND_BY_CODE, KINDS
from work.models import Exemption
from work.pages import work_list as page_module

pytestmark = pytest.mark.django_db

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


def move(record, on):
    """Let it lie in another subdistrict from `on` on."""
    record.areas.update(valid_to=on)
    record.areas.create(area=AreaFactory(code="330304002"), valid_from=on)


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


def test_exemptions_of_what_lies_elsewhere_today_are_not_told(client):
    for code in ("330304001", "330304002"):
        enterprise = employing(*OLD, code=code)
        ExemptionFactory(enterprise=enterprise, valid_from=date(2020, 1, 1))
    move(enterprise, date(2021, 1, 1))
    enterprise.areas.filter(valid_to__isnull=False).update(area=AreaFactory(code="330304001"))
    sign_in(client)
    [line] = show(client, kind="own_organization").context["exempted"]
    assert line.record != enterprise
    assert client.get(line.record_address).status_code == 200


def test_all_exemptions_are_shown_for_they_are_ended_from_there_alone(client, monkeypatch):
    monkeypatch.setattr(page_module, "ITEMS", 2)
    for _number in range(3):
        ExemptionFactory(enterprise=employing(*OLD))
    sign_in(client)
    assert len(show(client, kind="own_organization").context["exempted"]) == 3


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


# Not applicable


@pytest.fixture
def today():
    return timezone.localdate()


def declare(client, record, code="own_organization", **values):
    until = timezone.localdate() + timedelta(days=30)
    return client.post(f"{PAGE}{code}/{record.pk}/exempt/", {"until": until, "reason": "正在搬迁", **values})


def exempted(client):
    answer = client.get(PAGE, {"scale": "all", "kind": "own_organization"})
    return [(line.record.pk, line.exemption.reason) for line in answer.context["exempted"]]


def test_an_item_is_declared_not_applicable_and_told_apart_until_it_is_ended(client, today):
    enterprise = employing(*OLD)
    user = sign_in(client)
    text = client.get(PAGE, {"scale": "all"}).content.decode()
    assert f"{PAGE}own_organization/{enterprise.pk}/exempt/" in text

    answer = declare(client, enterprise)

    assert answer.url == f"{PAGE}?kind=own_organization&scale=all"
    assert exempted(client) == [(enterprise.pk, "正在搬迁")]
    answer = client.get(PAGE, {"scale": "all", "kind": "own_organization"})
    assert answer.context["overview"].whole.total == 0
    assert answer.context["lines"] == []
    exemption = Exemption.objects.get()
    assert (exemption.valid_from, exemption.entered_by) == (today, user)
    assert user.username in answer.content.decode()

    address = f"{PAGE}exemptions/{exemption.pk}/end/"
    assert address in answer.content.decode()
    assert "正在搬迁" in client.get(address).content.decode()
    Exemption.objects.update(valid_from=today - timedelta(days=1))
    assert client.post(address, follow=True).status_code == 200
    exemption.refresh_from_db()
    assert exemption.valid_to == today
    assert exempted(client) == []
    assert "It has ended already." in client.post(address, follow=True).content.decode()


def test_a_second_click_on_the_end_of_one_of_today_is_told_that_it_has_ended(client):
    own, foreign = employing(*OLD), employing(*OLD, code="330304002")
    sign_in(client, "administrator", None)
    for enterprise in (own, foreign):
        declare(client, enterprise)
    of_own, of_foreign = (
        f"{PAGE}exemptions/{Exemption.objects.get(enterprise=one).pk}/end/" for one in (own, foreign)
    )
    client.post(of_foreign)
    sign_in(client)
    assert client.post(of_own).status_code == 302
    assert not Exemption.objects.exists()
    assert "It has ended already." in client.post(of_own, follow=True).content.decode()
    assert client.post(of_foreign).status_code == 404


def test_an_exemption_of_an_item_that_there_is_no_more_breaks_nothing(client):
    enterprise = employing(*OLD)
    unknown = ExemptionFactory(enterprise=enterprise, kind="luck")
    branch = OrganizationFactory(area=AreaFactory(code="330304001"))
    ExemptionFactory(enterprise=None, organization=branch, kind="own_organization")
    sign_in(client)
    assert shown(show(client, kind="own_organization")) == [enterprise.pk]
    assert client.get(f"{PAGE}exemptions/{unknown.pk}/end/").status_code == 404


def test_a_second_click_declares_nothing_twice(client):
    enterprise = employing(*OLD)
    sign_in(client)
    declare(client, enterprise)
    answer = declare(client, enterprise, reason="x")
    assert answer.status_code == 400
    assert "It is not applicable already" in answer.content.decode()
    assert Exemption.objects.count() == 1


def test_a_page_left_open_until_the_item_was_mended_declares_nothing(client):
    enterprise = employing(*OLD)
    sign_in(client)
    OrganizationFactory(covers=[enterprise])
    answer = declare(client, enterprise)
    assert answer.status_code == 302
    assert "The rule asks for nothing of it any more." in client.get(answer.url).content.decode()
    assert not Exemption.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": ""}, "until"),
        ({"until": "soon"}, "until"),
        ({"until": "2020-01-01"}, "until"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_wrong_with_an_exemption_is_said_at_its_field(client, wrong, field):
    enterprise = employing(*OLD)
    sign_in(client)
    answer = declare(client, enterprise, **wrong)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Exemption.objects.exists()


@pytest.mark.sqlite
def test_exemptions_are_made_and_ended_where_one_may_write_and_sees(client):
    own, foreign = employing(*OLD), employing(*OLD, code="330304002")
    of_own, of_foreign = (
        ExemptionFactory(enterprise=one, kind="instructor", valid_to=date(2100, 1, 1))
        for one in (own, foreign)
    )
    member = SCENARIOS["probation_ended"]().record
    for role, status in (("organizer", 200), ("reviewer", 403), ("analyst", 403)):
        sign_in(client, role)
        assert client.get(f"{PAGE}own_organization/{own.pk}/exempt/").status_code == status
        assert client.get(f"{PAGE}probation_ended/{member.pk}/exempt/").status_code == status
        assert client.get(f"{PAGE}exemptions/{of_own.pk}/end/").status_code == status
        gone = 404 if status == 200 else 403
        for absent in (
            f"own_organization/{foreign.pk}/exempt/",
            "own_organization/999999/exempt/",
            f"exemptions/{of_foreign.pk}/end/",
        ):
            for method in (client.get, client.post):
                assert method(PAGE + absent).status_code == gone, absent
    sign_in(client)
    assert client.get(f"{PAGE}luck/{own.pk}/exempt/").status_code == 404
    assert client.get(f"{PAGE}exemptions/999999/end/").status_code == 404


def test_the_admin_leads_to_the_list(client):
    sign_in(client)
    assert f'href="{PAGE}"' in client.get("/admin/").content.decode()
