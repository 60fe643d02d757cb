"""The list of transfers in the API."""

from datetime import date

import pytest

from tests.factories.api import keys, signed_in, staff_client
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import AreaFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/transfers/"


def found(client, **parameters):
    return keys(client.get(LIST, parameters), "id")


def test_names_and_reasons_are_for_those_who_may_see_members():
    transfer = TransferFactory(cancelled_on=date(2024, 2, 29), end_reason="本人不去了")
    (row,) = signed_in("members.view_member").get(LIST).json()["results"]
    assert (row["member"], row["member_name"]) == (transfer.member.member_no, transfer.member.name)
    assert row["end_reason"] == "本人不去了"
    (row,) = signed_in().get(LIST).json()["results"]
    assert row["member"] == transfer.member.member_no
    assert "member_name" not in row
    assert "end_reason" not in row


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_roles_without_members_read_rows_of_their_area_without_names(role):
    areas = [AreaFactory(code=f"33030400{number}") for number in (1, 2, 3)]
    transfer = TransferFactory(
        origin=OrganizationFactory(area=areas[0]), destination=OrganizationFactory(area=areas[1])
    )
    for area, seen in zip(areas, (True, True, False), strict=True):
        rows = staff_client(role, area).get(LIST).json()["results"]
        assert [row["id"] for row in rows] == ([transfer.pk] if seen else [])
        assert transfer.member.name not in str(rows)


def test_states_and_what_is_under_way_are_those_of_the_day():
    transfer = TransferFactory(
        requested_on=date(2024, 2, 1), letter_number="2024-0001", letter_on=date(2024, 2, 5),
        letter_valid_until=date(2024, 5, 5), received_on=date(2024, 6, 1),
    )  # fmt: skip
    client = signed_in()
    for day, state in (("2024-02-04", "requested"), ("2024-05-04", "issued"), ("2024-05-05", "overdue")):
        assert found(client, on=day, state=state) == [transfer.pk]
        assert client.get(f"{LIST}{transfer.pk}/", {"on": day}).json()["state"] == state
    assert found(client, on="2024-06-01") == found(client, on="2024-01-31") == []
    assert found(client, state="received") == [transfer.pk]
    assert client.get(LIST, {"state": "lost"}).json().keys() == {"state"}


def test_a_transfer_is_searched_by_the_members_number_alone():
    member = MemberFactory(member_no="M777", name="欧阳乐清", organization=OrganizationFactory())
    transfer = TransferFactory(member=member, origin=member.memberships.get().organization)
    TransferFactory()
    client = signed_in("members.view_member")
    assert found(client, search="m77") == [transfer.pk]
    assert found(client, search="欧阳") == []


def test_a_transfer_lies_in_the_areas_of_both_sides():
    areas = [AreaFactory(code=f"33030400{number}") for number in (1, 2, 3)]
    transfer = TransferFactory(
        origin=OrganizationFactory(area=areas[0]), destination=OrganizationFactory(area=areas[1])
    )
    client = signed_in()
    assert [found(client, area=area.code) for area in areas] == [[transfer.pk], [transfer.pk], []]


def test_the_list_is_ordered_by_its_days():
    second, first = (TransferFactory(requested_on=date(2024, 2, day)) for day in (2, 1))
    assert found(signed_in(), ordering="requested_on") == [first.pk, second.pk]
    assert found(signed_in(), ordering="-requested_on") == [second.pk, first.pk]


def test_a_list_costs_the_same_statements_for_three_rows_as_for_one(django_assert_num_queries):
    client = signed_in("members.view_member")
    TransferFactory()
    client.get(LIST)
    with django_assert_num_queries(7) as cost:
        client.get(LIST)
    TransferFactory.create_batch(2)
    with django_assert_num_queries(len(cost)):
        client.get(LIST)
