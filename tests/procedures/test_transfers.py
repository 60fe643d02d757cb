"""Transfers by pages and by API: what each side does, sees and is told."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from members.models import Member, Membership, Transfer
from orgs.models import Kind, OrganizationDeed
from tests.factories.accounts import UserFactory
from tests.factories.api import staff_client
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import AreaFactory, OrganizationFactory
from tests.factories.procedures import page_of, perform, preview

pytestmark = pytest.mark.django_db

REQUESTED, ISSUED, RECEIVED = date(2024, 2, 1), date(2024, 2, 5), date(2024, 2, 29)
STEPS = ("issue-letter", "receive", "return", "cancel")


@pytest.fixture
def places():
    """Two areas with an organization each, and a member of the first, 张三."""
    areas = [AreaFactory(code=f"33030400{number}") for number in (1, 2)]
    here, there = (OrganizationFactory(area=area) for area in areas)
    member = MemberFactory(name="张三", organization=here)
    return SimpleNamespace(areas=areas, here=here, there=there, member=member)


def organizer(area):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name="organizer"))
    return user


def transfer_of(places, **values):
    asked = {"member": places.member, "origin": places.here, "destination": places.there}
    return TransferFactory(requested_on=REQUESTED, **{**asked, **values})


def issued(places, **values):
    letter = {"letter_number": "2024-0001", "letter_on": ISSUED, "letter_valid_until": date(2024, 5, 5)}
    return transfer_of(places, **{**letter, **values})


def buttons(client, record):
    """The procedures that the page of `record` offers, or the answer's status."""
    answer = client.get(page_of(record, "change"))
    if answer.status_code != 200:
        return answer.status_code
    return [address.rstrip("/").rpartition("/")[2] for address, _label in answer.context["links"]]


# Who does what


@pytest.mark.parametrize(
    ("state", "origin", "destination"),
    [
        ("requested", ["issue-letter", "cancel"], []),
        ("issued", ["cancel", "letter"], ["receive", "return"]),
        ("received", ["letter"], []),
        ("returned", [], []),
        ("cancelled", [], []),
    ],
)
def test_each_side_is_offered_its_own_steps(client, places, state, origin, destination):
    if state == "requested":
        transfer = transfer_of(places)
    else:
        transfer = issued(places, **({} if state == "issued" else {f"{state}_on": RECEIVED}))
    found = []
    for area in (*places.areas, AreaFactory(code="330304003")):
        client.force_login(organizer(area))
        found.append(buttons(client, transfer))
    assert found == [origin, destination, 404]


@pytest.mark.parametrize(
    ("state", "steps"),
    [("requested", ["issue-letter", "cancel"]), ("issued", ["receive", "return", "cancel", "letter"])],
)
@pytest.mark.parametrize("place", ["outside", "own area", "administrator"])
def test_who_acts_for_both_sides_is_offered_all_steps(client, admin_client, places, place, state, steps):
    sides = {
        "outside": {"destination": None, "destination_elsewhere": "上海市某支部"},
        "own area": {"destination": OrganizationFactory(area=places.areas[0])},
        "administrator": {},
    }[place]
    transfer = (issued if state == "issued" else transfer_of)(places, **sides)
    if place == "administrator":
        client = admin_client
    else:
        client.force_login(organizer(places.areas[0]))
    assert buttons(client, transfer) == steps


@pytest.mark.parametrize("side", [0, 1])
def test_a_step_of_the_other_side_is_refused_also_to_who_knows_its_address(client, places, side):
    transfer = issued(places)
    client.force_login(organizer(places.areas[side]))
    others = [("receive", "return"), ("cancel", "issue-letter")][side]
    for name in others:
        values = {"on": "2024-02-29", "reason": "x", "receipt": "", "valid_until": ""}
        answer = client.post(page_of(transfer, name), {**values, "changes": "1"})
        assert (answer.status_code, answer.url) == (302, page_of(transfer, "change"))
    api = staff_client("organizer", places.areas[side])
    address = f"/api/v1/transfers/{transfer.pk}/"
    for name in others:
        body = {"on": "2024-02-29"} | ({"reason": "x"} if name in ("return", "cancel") else {})
        answer = api.post(
            f"{address}{name}/", body, format="json", headers={"If-Match": api.get(address)["ETag"]}
        )
        assert answer.status_code == 400, name
    transfer.refresh_from_db()
    assert (transfer.received_on, transfer.returned_on, transfer.cancelled_on) == (None, None, None)


def test_who_may_only_look_is_offered_nothing(client, places):
    user = UserFactory(is_staff=True, area=places.areas[0])
    for name in ("see_area", "view_transfer", "view_member"):
        user.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(user)
    transfer = issued(places)
    assert buttons(client, transfer) == []
    for name in STEPS:
        assert client.get(page_of(transfer, name)).status_code == 403
    assert client.get(page_of(transfer, "letter")).status_code == 403


@pytest.mark.parametrize("state", ["received_on", "returned_on", "cancelled_on"])
def test_a_closed_transfer_is_led_back_to_its_page(admin_client, places, state):
    transfer = issued(places, **{state: RECEIVED})
    for name in STEPS:
        answer = admin_client.get(page_of(transfer, name))
        assert (answer.status_code, answer.url) == (302, page_of(transfer, "change"))


# What the receiving side sees


def test_the_receiving_side_sees_name_and_stage_but_not_the_record_until_it_receives(client, places):
    transfer = issued(places)
    client.force_login(organizer(places.areas[1]))
    record = reverse("admin:members_member_change", args=[places.member.pk])

    page = client.get(page_of(transfer, "change")).content.decode()
    assert "张三" in page
    assert "full member" in page
    assert record not in page
    assert client.get(record).status_code == 404
    listed = client.get(reverse("admin:members_transfer_changelist")).content.decode()
    assert "张三" in listed
    assert record not in listed

    assert perform(client, transfer, "receive", on="2024-02-29", receipt="回执1号").status_code == 302

    assert client.get(record).status_code == 200
    assert record in client.get(page_of(transfer, "change")).content.decode()


def test_the_way_of_a_transfer_from_the_one_side_to_the_other(client, places):
    here, there = (organizer(area) for area in places.areas)
    client.force_login(here)
    answer = perform(client, places.member, "transfer", on="2024-02-01", destination=places.there.code)
    assert answer.url == page_of(places.member, "change")
    transfer = Transfer.objects.get()
    assert (transfer.origin, transfer.destination) == (places.here, places.there)
    perform(client, transfer, "issue-letter", on="2024-02-05")
    client.force_login(there)
    shown = preview(client, transfer, "receive", on="2024-02-29", receipt="回执1号")
    day = next(day for day in shown.context["outcome"].figures if day.day == RECEIVED)
    assert {one.code: (one.before, one.after) for one in day.moved}["members.full"] == (0, 1)
    assert all(day.day >= RECEIVED for day in shown.context["outcome"].figures)
    assert Membership.objects.count() == 1

    perform(client, transfer, "receive", on="2024-02-29", receipt="回执1号")

    transfer.refresh_from_db()
    assert (transfer.letter_number, transfer.letter_valid_until) == ("2024-0001", date(2024, 5, 5))
    assert (transfer.received_on, transfer.receipt_number) == (RECEIVED, "回执1号")
    assert transfer.history.latest().history_user == there
    assert Member.objects.in_area(places.areas[1], RECEIVED).get() == places.member
    assert Member.objects.in_area(places.areas[0], RECEIVED - timedelta(days=1)).get() == places.member


def test_a_second_click_does_nothing_more(client, places):
    transfer = issued(places)
    client.force_login(organizer(places.areas[1]))
    page = preview(client, transfer, "receive", on="2024-02-29", receipt="")
    data = {
        "on": "2024-02-29", "receipt": "", "changes": page.context["changes"],
        "confirm": page.context["outcome"].digest,
    }  # fmt: skip
    assert client.post(page_of(transfer, "receive"), data).status_code == 302
    client.post(page_of(transfer, "receive"), data)
    assert Membership.objects.count() == 2


# Requests


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "destination"),
        ({"destination": "there", "destination_elsewhere": "上海"}, "destination"),
        ({"destination": "ZZ-none"}, "destination"),
        ({"destination": "here"}, "destination"),
        ({"destination_elsewhere": "上海", "on": "1999-12-31"}, "on"),
    ],
)
def test_what_is_wrong_with_a_request_is_told_at_its_input(client, places, values, field):
    client.force_login(organizer(places.areas[0]))
    codes = {"here": places.here.code, "there": places.there.code}
    said = {name: codes.get(value, value) for name, value in values.items()}
    answer = perform(client, places.member, "transfer", **{"on": "2024-02-01", **said})
    assert list(answer.context["form"].errors) == [field]
    assert not Transfer.objects.exists()


def test_a_transfer_is_requested_for_members_alone_and_once(admin_client, places):
    assert buttons(admin_client, places.member).count("transfer") == 1
    transfer_of(places)
    assert "transfer" not in buttons(admin_client, places.member)
    for stages in ({"applied_on": REQUESTED}, {"ended_on": REQUESTED, "full_on": ISSUED}):
        other = MemberFactory(**{"full_on": None, **stages}, organization=places.here)
        assert not {"transfer", "transfer-in"} & set(buttons(admin_client, other))


# In from outside


def test_who_comes_from_outside_is_received_where_the_organizer_works(client, places):
    member = MemberFactory()
    Membership.objects.create(
        member=member, organization=places.here, valid_from=date(2000, 1, 1), valid_to=date(2010, 1, 1)
    )
    client.force_login(organizer(places.areas[0]))
    assert "transfer-in" in buttons(client, member)
    values = {
        "on": "2024-02-29", "origin_elsewhere": "杭州市某支部", "letter_number": "杭组12", "letter_on": "2024-02-05",
        "receipt": "",
    }  # fmt: skip
    answer = perform(client, member, "transfer-in", organization=places.there.pk, **values)
    assert list(answer.context["form"].errors) == ["organization"]
    assert perform(client, member, "transfer-in", organization=places.here.pk, **values).status_code == 302
    assert Transfer.objects.get().destination == places.here
    assert "transfer-in" not in buttons(client, member)


def test_a_letter_of_outside_that_is_old_is_received_with_a_warning(admin_client, places):
    values = {
        "organization": places.here.pk, "origin_elsewhere": "杭州", "letter_number": "1", "receipt": "",
        "letter_on": "2023-11-30",
    }  # fmt: skip
    for day, warns in (("2024-02-29", False), ("2024-03-01", True)):
        shown = preview(admin_client, MemberFactory(), "transfer-in", on=day, **values)
        assert bool(shown.context["outcome"].warnings) is warns


# Letters and their validity


@pytest.mark.parametrize(("until", "warns"), [("2024-05-05", False), ("2024-05-06", True), ("", False)])
def test_a_letter_that_is_valid_longer_than_usual_is_issued_with_a_warning(
    admin_client, places, until, warns
):
    transfer = transfer_of(places)
    shown = preview(admin_client, transfer, "issue-letter", on="2024-02-05", valid_until=until)
    assert bool(shown.context["outcome"].warnings) is warns
    if warns:
        assert "党员教育管理工作条例" in shown.context["outcome"].warnings[0]


def test_a_preview_of_a_letter_takes_no_number(admin_client, places):
    transfer = transfer_of(places)
    preview(admin_client, transfer, "issue-letter", on="2024-02-05")
    preview(admin_client, transfer, "issue-letter", on="2024-02-05")
    perform(admin_client, transfer, "issue-letter", on="2024-02-05")
    transfer.refresh_from_db()
    assert transfer.letter_number == "2024-0001"


@pytest.mark.parametrize(("day", "warns"), [("2024-05-04", False), ("2024-05-05", True)])
def test_an_overdue_letter_is_received_with_a_warning(admin_client, places, day, warns):
    shown = preview(admin_client, issued(places), "receive", on=day)
    assert bool(shown.context["outcome"].warnings) is warns


def test_a_step_before_the_one_that_went_ahead_is_refused_at_the_day(admin_client, places):
    for name in ("receive", "return", "cancel"):
        answer = perform(admin_client, issued_once(places), name, on="2024-02-04", reason="x", receipt="")
        assert list(answer.context["form"].errors) == ["on"], name


def issued_once(places):
    return Transfer.objects.first() or issued(places)


# All members of an organization


def test_all_members_move_within_the_own_area(client, places):
    client.force_login(organizer(places.areas[0]))
    to = OrganizationFactory(area=places.areas[0])
    values = {"on": "2024-02-29", "document": "温组〔2024〕1号"}
    answer = perform(client, places.here, "move-members", to=places.there.pk, **values)
    assert list(answer.context["form"].errors) == ["to"]
    assert perform(client, places.here, "move-members", to=to.pk, **values).status_code == 302
    assert Membership.objects.get(valid_to=None).organization == to
    assert OrganizationDeed.objects.filter(document="温组〔2024〕1号").count() == 2
    assert "move-members" not in buttons(client, places.here)


def test_the_members_of_a_community_general_branch_move_as_well(admin_client, places):
    branch = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    MemberFactory(organization=branch)
    page = reverse("admin:orgs_communitygeneralbranch_move-members", args=[branch.pk])
    assert admin_client.get(page).status_code == 200


def test_who_cannot_move_is_named_on_the_page(client, places):
    client.force_login(organizer(places.areas[0]))
    transfer_of(places)
    to = OrganizationFactory(area=places.areas[0])
    answer = perform(client, places.here, "move-members", on="2024-02-29", document="1", to=to.pk)
    assert "张三" in str(answer.context["form"].non_field_errors())


def test_an_organization_with_a_transfer_under_way_is_not_dissolved(admin_client, places):
    transfer_of(places)
    answer = perform(admin_client, places.there, "dissolve", on="2024-02-29", reason="合并", document="1")
    assert list(answer.context["form"].errors) == ["on"]


# The API


def test_a_transfer_by_api_from_the_request_to_the_receipt(places):
    here, there = (staff_client("organizer", area) for area in places.areas)

    def step(api, address, name, **body):
        answer = api.post(
            f"{address}{name}/", body, format="json", headers={"If-Match": api.get(address)["ETag"]}
        )
        assert answer.status_code == 200, answer.json()
        return answer.json()

    member = f"/api/v1/members/{places.member.member_no}/"
    step(here, member, "transfer", on="2024-02-01", destination=places.there.code)
    transfer = f"/api/v1/transfers/{Transfer.objects.get().pk}/"
    step(here, transfer, "issue-letter", on="2024-02-05")
    told = step(there, transfer, "receive", on="2024-05-05", receipt="回执1号")
    assert len(told["warnings"]) == 1
    assert there.get(transfer).json() == {
        "id": Transfer.objects.get().pk, "member": places.member.member_no, "member_name": "张三",
        "state": "received", "origin": places.here.code, "origin_elsewhere": "",
        "destination": places.there.code, "destination_elsewhere": "", "requested_on": "2024-02-01",
        "letter_number": "2024-0001", "letter_on": "2024-02-05", "letter_valid_until": "2024-05-05",
        "received_on": "2024-05-05", "receipt_number": "回执1号", "returned_on": None, "cancelled_on": None,
        "end_reason": "",
    }  # fmt: skip
    assert there.get(member).status_code == 200
    assert here.get(member).status_code == 404


def test_a_stale_step_is_refused(places):
    api = staff_client("administrator")
    transfer = issued(places)
    address = f"/api/v1/transfers/{transfer.pk}/"
    stale = api.get(address)["ETag"]
    transfer.end_reason = "x"
    transfer.save()
    answer = api.post(
        f"{address}cancel/", {"on": "2024-02-29", "reason": "y"}, format="json", headers={"If-Match": stale}
    )
    assert answer.status_code == 412
    transfer.refresh_from_db()
    assert transfer.cancelled_on is None


def test_the_day_of_a_page_is_today(admin_client, places):
    form = admin_client.get(page_of(issued(places), "cancel")).context["form"]
    assert form["on"].value() == timezone.localdate()
