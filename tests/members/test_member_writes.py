"""Members written by API: personal columns, relations, the end of the membership."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member, Membership
from tests.factories.api import added, patched, signed_in, staff_client
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.orgs.api.test_idempotency import KEY

pytestmark = pytest.mark.django_db
URL = "/api/v1/members/"
ID_NUMBER = "330399197003041235"
SECRETS = {"birth_date": "1970-03-04", "id_number": ID_NUMBER, "phone": "13700000000"}
BODY = {"member_no": "M1", "name": "单雄信"}


@pytest.fixture
def client():
    return signed_in("members.add_member", "members.change_member", "members.view_member")


def change(client, member, **body):
    return patched(client, f"{URL}{member.member_no}/", body)


def relations(member):
    return list(
        member.memberships.order_by("valid_from").values_list("organization__code", "valid_from", "valid_to")
    )


def test_a_new_one_with_everything(client):
    organization, enterprise = OrganizationFactory(), EnterpriseFactory()
    said = {
        **BODY, "sex": "male", "enterprise": enterprise.uscc, "organization": organization.code,
        "relation_from": "2001-01-01", "relation_to": None, "applied_on": "1998-01-01", "activist_on": "1998-06-01",
        "candidate_on": "1999-01-01", "probationary_on": "1999-06-01", "full_on": "2000-06-01", "ended_on": None,
        "ended_reason": "",
    }  # fmt: skip
    answer = added(client, URL, {**said, **SECRETS})

    assert answer.status_code == 201, answer.json()
    assert said.items() <= answer.json().items()
    member = Member.objects.get()
    assert member.birth_date == date(1970, 3, 4)
    assert member.name_pinyin.startswith("shan")


def test_personal_columns_are_written_and_never_answered(client):
    made = added(client, URL, {**BODY, **SECRETS}, **KEY)
    again = added(client, URL, {**BODY, **SECRETS}, **KEY)
    changed = patched(client, f"{URL}M1/", {"phone": "13800000000"})
    refused = [
        patched(client, f"{URL}M1/", {"id_number": "330399197003041230"}),
        added(client, URL, {**BODY, **SECRETS, "member_no": "M2"}),
    ]

    assert [answer.status_code for answer in (made, again, changed)] == [201, 201, 200]
    assert [answer.status_code for answer in refused] == [400, 400]
    assert all(list(answer.json()) == ["id_number"] for answer in refused)
    for answer in (made, again, changed, *refused):
        for secret in (*SECRETS.values(), "13800000000", "330399197003041230"):
            assert secret not in answer.content.decode()


def test_who_may_not_see_members_is_answered_no_name():
    client = signed_in("members.add_member")

    assert "单雄信" not in added(client, URL, BODY).content.decode()


def test_numbers_are_taken_in_upper_case_and_emptied(client):
    added(client, URL, {**BODY, "id_number": ID_NUMBER.lower()})
    answer = added(client, URL, {**BODY, "member_no": "M2", "id_number": ID_NUMBER})
    assert (answer.status_code, answer.json().keys()) == (400, {"id_number"})

    patched(client, f"{URL}M1/", {"id_number": "", "phone": "", "birth_date": None})
    assert added(client, URL, {**BODY, "member_no": "M2", "id_number": ID_NUMBER}).status_code == 201


def test_a_later_relation_ends_the_open_one_before_it(client):
    first, second = OrganizationFactory(code="A"), OrganizationFactory(code="B")
    member = MemberFactory(organization=first)
    answer = change(client, member, organization=second.code, relation_from="2008-01-01")

    assert answer.json()["organization"] == "B"
    assert relations(member) == [
        ("A", date(2000, 1, 1), date(2008, 1, 1)),
        ("B", date(2008, 1, 1), None),
    ]


def test_a_relation_that_exists_is_changed(client):
    member = MemberFactory(organization=OrganizationFactory(code="A"))
    OrganizationFactory(code="B")
    change(client, member, relation_from="2000-01-01", relation_to="2008-01-01")
    assert relations(member) == [("A", date(2000, 1, 1), date(2008, 1, 1))]

    change(client, member, relation_from="2000-01-01", organization="B")
    assert relations(member) == [("B", date(2000, 1, 1), date(2008, 1, 1))]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"organization": "A"}, "relation_from"),
        ({"relation_to": "2008-01-01"}, "relation_from"),
        ({"relation_from": "2008-01-01"}, "organization"),
        ({"relation_from": "2000-01-01", "organization": None}, "organization"),
        ({"relation_from": "1999-01-01", "organization": "A"}, "relation_from"),
        ({"relation_from": "2000-01-01", "relation_to": "2000-01-01"}, "relation_to"),
        ({"relation_from": "2010-01-01", "organization": "DISSOLVED"}, "relation_from"),
        (
            {"relation_from": "2008-01-01", "relation_to": "2010-01-01", "organization": "DISSOLVED"},
            "relation_to",
        ),
        ({"relation_from": "2008-01-01", "organization": "NONE"}, "organization"),
        ({"ended_reason": "death"}, "ended_on"),
        ({"enterprise": "NONE"}, "enterprise"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(client, body, field):
    member = MemberFactory(organization=OrganizationFactory(code="A"))
    OrganizationFactory(code="DISSOLVED", dissolved_on=date(2009, 1, 1))
    answer = change(client, member, sex="female", **body)

    assert (answer.status_code, answer.json().keys()) == (400, {field})
    assert relations(member) == [("A", date(2000, 1, 1), None)]
    member.refresh_from_db()
    assert member.sex == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [({"organization": "A"}, "relation_from"), ({"relation_from": "2008-01-01"}, "organization"),
     ({"organization": "A", "relation_from": "2010-01-01"}, "relation_from")],
)  # fmt: skip
def test_half_a_relation_of_a_new_member_is_refused(client, body, field):
    OrganizationFactory(code="A", dissolved_on=date(2009, 1, 1))
    answer = added(client, URL, {**BODY, **body})

    assert (answer.status_code, answer.json().keys()) == (400, {field})
    assert not Member.objects.exists()


def test_ending_the_membership_ends_the_open_relation(client):
    member = MemberFactory(organization=OrganizationFactory(code="A"))
    answer = change(client, member, ended_on="2008-06-30", ended_reason="death")

    assert (answer.json()["ended_on"], answer.json()["ended_reason"]) == ("2008-06-30", "death")
    assert relations(member) == [("A", date(2000, 1, 1), date(2008, 6, 30))]


def test_a_membership_does_not_end_before_a_relation_does(client):
    member = MembershipFactory(valid_from=date(2009, 1, 1)).member
    answer = change(client, member, ended_on="2008-06-30", ended_reason="death")

    assert (answer.status_code, answer.json().keys()) == (400, {"ended_on"})
    member.refresh_from_db()
    assert member.ended_on is None


def test_an_end_is_taken_back_with_its_reason(client):
    member = MemberFactory(ended_on=date(2008, 1, 1), ended_reason="death")
    answer = change(client, member, ended_on=None)
    assert (answer.status_code, answer.json().keys()) == (400, {"ended_on"})

    assert change(client, member, ended_on=None, ended_reason="").json()["ended_on"] is None


@pytest.fixture
def border():
    return AreaFactory(code="330304001"), AreaFactory(code="330304002")


def test_a_member_is_not_moved_beyond_the_border(border):
    own, other = border
    here, there = OrganizationFactory(area=own), OrganizationFactory(area=other)
    member, client = MemberFactory(organization=here), staff_client("organizer", own)
    for code in (there.code, "NONE"):
        answer = change(client, member, organization=code, relation_from="2008-01-01")
        assert answer.status_code == 400
        assert answer.json() == {"organization": ["There is none with this key."]}
    answer = change(client, member, enterprise=EnterpriseFactory(area=other).uscc)
    assert (answer.status_code, answer.json().keys()) == (400, {"enterprise"})
    assert Membership.objects.count() == 1


def test_a_relation_of_the_past_beyond_the_border_is_corrected_where_it_is(border):
    own, other = border
    there, here = OrganizationFactory(code="THERE", area=other), OrganizationFactory(code="HERE", area=own)
    member = MemberFactory(organization=there)
    member.memberships.update(valid_to="2005-01-01")
    MembershipFactory(member=member, organization=here, valid_from=date(2005, 1, 1))
    client = staff_client("organizer", own)
    body = {"organization": "THERE", "relation_from": "2000-01-01", "relation_to": "2004-01-01"}

    assert change(client, member, **body).status_code == 200
    assert relations(member)[0] == ("THERE", date(2000, 1, 1), date(2004, 1, 1))


def test_a_new_member_must_lie_in_the_area_of_the_writer(border):
    own, _other = border
    client = staff_client("organizer", own)
    answer = added(client, URL, BODY)
    assert (answer.status_code, answer.json().keys()) == (400, {"organization"})

    assert added(client, URL, {**BODY, "enterprise": EnterpriseFactory(area=own).uscc}).status_code == 201


def test_a_change_costs_the_same_whatever_the_number_of_relations(client):
    OrganizationFactory(code="LAST")
    costs = []
    for count in (1, 3):
        member = MemberFactory()
        for year in range(count):
            MembershipFactory(
                member=member, valid_from=date(2000 + year, 1, 1), valid_to=date(2000 + year, 6, 1)
            )
        address = f"{URL}{member.member_no}/"
        headers = {"If-Match": client.get(address).headers["ETag"]}
        body = {"organization": "LAST", "relation_from": "2007-01-01", "sex": "male"}
        with CaptureQueriesContext(connection) as asked:
            assert client.patch(address, body, format="json", headers=headers).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("2001-01-01", 200),
        ("2002-02-01", 400),
        ("2003-01-01", 400),
        (None, 400),
        ("2003-02-30", 400),
        (7, 400),
    ],
)
def test_a_relation_beyond_the_area_is_corrected_and_no_other_is_led_there(first, status):
    own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    there, here = OrganizationFactory(code="THERE", area=other), OrganizationFactory(code="HERE", area=own)
    member = MemberFactory()
    for organization, start, end in ((there, 2001, 2002), (here, 2003, 2004), (here, 2005, None)):
        MembershipFactory(
            member=member, organization=organization, valid_from=date(start, 1, 1),
            valid_to=end and date(end, 1, 1),
        )  # fmt: skip
    before = relations(member)
    answer = change(
        staff_client("organizer", own), member,
        organization="THERE", relation_from=first, relation_to=first and "2002-03-01",
    )  # fmt: skip

    assert answer.status_code == status, answer.json()
    if status == 400:
        assert "organization" in answer.json()
        assert relations(member) == before


def test_an_end_that_is_corrected_to_an_earlier_day_leaves_no_relation_after_it(client):
    member = MemberFactory(organization=OrganizationFactory())
    assert change(client, member, ended_on="2010-01-01", ended_reason="death").status_code == 200
    answer = change(client, member, ended_on="2009-01-01")

    assert (answer.status_code, answer.json().keys()) == (400, {"ended_on"})
    assert Member.objects.get().ended_on == date(2010, 1, 1)
