"""The list of transfers, their pages, and the letter that is taken from them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from docx import Document

from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import AreaFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/members/transfer/"
ISSUED = date(2024, 2, 5)
LETTER = {"requested_on": ISSUED, "letter_on": ISSUED}


@pytest.fixture
def areas():
    return [AreaFactory(code=f"33030400{number}") for number in (1, 2)]


def organizer(area):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name="organizer"))
    return user


def shown(client, **parameters):
    answer = client.get(LIST, parameters)
    assert answer.status_code == 200
    return set(answer.context["cl"].result_list)


def between(origin, destination, **values):
    return TransferFactory(
        origin=OrganizationFactory(area=origin), destination=OrganizationFactory(area=destination), **values
    )


def test_the_list_tells_who_goes_from_where_to_where_and_how_far_it_has_come(admin_client):
    transfer = TransferFactory(
        destination=None, destination_elsewhere="上海市某支部", letter_number="2024-0007",
        letter_valid_until=date(2024, 5, 5), **LETTER,
    )  # fmt: skip
    page = admin_client.get(LIST).content.decode()
    for text in (str(transfer.member), str(transfer.origin), "上海市某支部", "2024-0007", "overdue"):
        assert text in page
    assert reverse("admin:members_transfer_change", args=[transfer.pk]) in page


def test_the_states_are_those_of_the_day_that_is_chosen(admin_client):
    today = timezone.localdate()
    asked = TransferFactory(requested_on=date(2024, 1, 1))
    issued = TransferFactory(letter_number="1", letter_valid_until=today + timedelta(days=1), **LETTER)
    overdue = TransferFactory(letter_number="2", letter_valid_until=today, **LETTER)
    ended = {
        state: TransferFactory(requested_on=ISSUED, **{f"{state}_on": date(2024, 6, 1)})
        for state in ("received", "returned", "cancelled")
    }
    for state, transfer in {"requested": asked, "issued": issued, "overdue": overdue, **ended}.items():
        assert shown(admin_client, state=state) == {transfer}, state
    assert shown(admin_client, on="2024-05-31") == {asked, issued, overdue, *ended.values()}
    assert shown(admin_client, on="2024-06-01") == {asked, issued, overdue}
    assert shown(admin_client, on="2024-02-04") == {asked}
    assert shown(admin_client, on="2024-05-31", state="received") == set()


def test_in_and_out_are_those_of_the_area_that_is_chosen_or_worked_in(client, admin_client, areas):
    out, into = between(*areas), between(*reversed(areas))
    within = between(areas[0], areas[0])
    leaving = TransferFactory(
        origin=OrganizationFactory(area=areas[0]), destination=None, destination_elsewhere="上海"
    )
    coming = TransferFactory(
        member=MemberFactory(), origin=None, origin_elsewhere="杭州", destination=within.destination
    )
    here = {"area": areas[0].pk}
    assert shown(admin_client, **here) == {out, into, within, leaving, coming}
    assert shown(admin_client, side="out", **here) == {out, within, leaving}
    assert shown(admin_client, side="in", **here) == {into, within, coming}
    assert shown(admin_client, side="out") == {out, into, within, leaving}
    assert shown(admin_client, side="in") == {out, into, within, coming}
    client.force_login(organizer(areas[1]))
    assert shown(client, side="out") == {into}
    assert shown(client, side="in") == {out}


@pytest.mark.parametrize("parameters", [{"area": "x"}, {"area": "999999"}, {"on": "soon"}])
def test_a_forged_filter_finds_nothing(admin_client, areas, parameters):
    between(*areas)
    assert shown(admin_client, side="in", **parameters) == set()


@pytest.mark.parametrize("text", ["M7", "欧阳", "oyyq", "2024-0007"])
def test_a_transfer_is_found_by_member_and_letter(admin_client, text):
    TransferFactory()
    origin = OrganizationFactory()
    member = MemberFactory(name="欧阳乐清", member_no="M7", organization=origin)
    transfer = TransferFactory(member=member, origin=origin, letter_number="2024-0007", **LETTER)
    assert shown(admin_client, q=text) == {transfer}


def test_a_number_of_a_person_is_not_looked_for_in_the_address(admin_client):
    answer = admin_client.get(LIST, {"q": "13957703101"})
    assert (answer.status_code, answer.url) == (302, LIST)


def test_the_list_costs_the_same_statements_for_three_transfers_as_for_one(
    admin_client, django_assert_num_queries
):
    TransferFactory()
    with django_assert_num_queries(6) as cost:
        admin_client.get(LIST)
    TransferFactory()
    TransferFactory(destination=None, destination_elsewhere="上海")
    with django_assert_num_queries(len(cost)):
        admin_client.get(LIST)


def test_a_page_has_no_field_to_write_and_none_is_added(admin_client):
    transfer = TransferFactory()
    address = reverse("admin:members_transfer_change", args=[transfer.pk])
    page = admin_client.get(address)
    assert not page.context["adminform"].form.fields
    assert admin_client.post(address, {"letter_number": "forged"}).status_code == 403
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.get(address.replace("change", "history")).status_code == 200


# The letter


def letter_of(client, transfer):
    return client.get(reverse("admin:members_transfer_letter", args=[transfer.pk]))


def test_the_origins_side_takes_the_letter_and_the_log_says_so(client, areas):
    transfer = between(*areas, letter_number="2024-0007", **LETTER)
    user = organizer(areas[0])
    client.force_login(user)
    answer = letter_of(client, transfer)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == 'attachment; filename="transfer-letter-2024-0007.docx"'
    text = [paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs]
    assert any(transfer.member.name in line for line in text)
    entry = AccessEntry.objects.get(event=Event.EXPORTED)
    assert (entry.user, entry.subject, entry.detail) == (
        user, f"members.transfer {transfer.pk}", "letter",
    )  # fmt: skip
    assert transfer.member.name not in f"{entry.subject}{entry.detail}{entry.reason}"


def test_the_other_side_does_not_take_it(client, areas):
    transfer = between(*areas, letter_number="2024-0007", **LETTER)
    client.force_login(organizer(areas[1]))
    assert letter_of(client, transfer).status_code == 403
    client.force_login(organizer(AreaFactory(code="330304003")))
    assert letter_of(client, transfer).status_code == 404
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


@pytest.mark.parametrize("end", [None, "returned_on", "cancelled_on"])
def test_there_is_no_letter_before_it_is_issued_and_after_it_was_given_up(admin_client, end):
    given_up = {} if end is None else {end: ISSUED, "letter_number": "1", **LETTER}
    transfer = TransferFactory(**given_up)
    answer = letter_of(admin_client, transfer)
    assert (answer.status_code, answer.url) == (
        302,
        reverse("admin:members_transfer_change", args=[transfer.pk]),
    )
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


def test_a_broken_form_is_told_in_plain_words_and_nothing_was_taken(admin_client, settings):
    settings.TRANSFER_LETTER = "/nowhere.docx"
    transfer = TransferFactory(letter_number="1", **LETTER)
    answer = letter_of(admin_client, transfer)
    address = reverse("admin:members_transfer_change", args=[transfer.pk])
    assert (answer.status_code, answer.url) == (302, address)
    assert "TRANSFER_LETTER" in admin_client.get(address).content.decode()
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


def test_a_letter_of_outside_is_not_the_registers_to_write(admin_client):
    transfer = TransferFactory(
        member=MemberFactory(),
        origin=None,
        origin_elsewhere="杭州",
        letter_number="1",
        received_on=ISSUED,
        **LETTER,
    )
    assert letter_of(admin_client, transfer).status_code == 403
