"""The list of members, and who may read what of it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import EndReason, Sex, Stage
from tests.factories.api import keys, patched, signed_in
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory, StandingFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/members/"
SEES_MEMBERS = "members.view_member"
OPEN_FIELDS = {
    "member_no", "sex", "enterprise", "organization", "relation_from", "relation_to", "stage", "applied_on",
    "activist_on", "candidate_on", "probationary_on", "full_on", "ended_on", "ended_reason",
}  # fmt: skip


@pytest.fixture
def secretive():
    """A member of whom everything is known."""
    return MemberFactory(
        member_no="M1",
        name="单雄信",
        sex=Sex.MALE,
        birth_date=date(1970, 3, 4),
        id_number="330304197003041234",
        phone="13700000000",
        employer=EnterpriseFactory(),
        organization=OrganizationFactory(code="ZZ1"),
        probationary_on=date(1999, 1, 1),
    )


def test_a_row_for_one_who_may_see_members(secretive):
    assert signed_in(SEES_MEMBERS).get(URL).json()["results"] == [
        {
            "member_no": "M1",
            "name": "单雄信",
            "sex": "male",
            "enterprise": secretive.employer.uscc,
            "organization": "ZZ1",
            "relation_from": "2000-01-01",
            "relation_to": None,
            "stage": "full",
            "applied_on": None,
            "activist_on": None,
            "candidate_on": None,
            "probationary_on": "1999-01-01",
            "full_on": "2000-01-01",
            "ended_on": None,
            "ended_reason": "",
        }
    ]


def test_others_read_no_name(secretive):
    client = signed_in()

    for answer in (client.get(URL), client.get(f"{URL}M1/")):
        assert "单雄信" not in answer.content.decode()
    assert client.get(URL).json()["results"][0].keys() == OPEN_FIELDS
    assert client.get(f"{URL}M1/").json().keys() == OPEN_FIELDS | {
        "memberships", "talked_on", "approved_on", "probation_until",
    }  # fmt: skip


@pytest.mark.parametrize("secret", ["1970-03-04", "330304197003041234", "13700000000"])
def test_nobody_reads_or_searches_birth_identity_and_phone(secretive, secret):
    client = signed_in(SEES_MEMBERS)

    assert secret not in client.get(URL).content.decode()
    assert secret not in client.get(f"{URL}M1/").content.decode()
    assert client.get(URL, {"search": secret}).json()["count"] == 0


@pytest.mark.parametrize("words", ["单雄信", "雄信", "shanxiongxin", "SXX", "M1", "m1 单"])
def test_search_by_name_pinyin_and_number_for_one_who_may_see_members(secretive, words):
    MemberFactory(member_no="X2", name="张三")

    assert keys(signed_in(SEES_MEMBERS).get(URL, {"search": words}), "member_no") == ["M1"]


def test_others_search_by_number_alone(secretive):
    MemberFactory(member_no="X2", name="张三")
    client = signed_in()

    assert keys(client.get(URL, {"search": "M1"}), "member_no") == ["M1"]
    assert keys(client.get(URL, {"search": "单雄信"}), "member_no") == []
    assert keys(client.get(URL, {"search": "shanxiongxin"}), "member_no") == []


def test_others_do_not_order_by_what_they_may_not_read(secretive):
    answer = signed_in().get(URL, {"ordering": "name"})

    assert (answer.status_code, list(answer.json())) == (400, ["ordering"])


@pytest.mark.parametrize("sex", Sex.values)
def test_filter_by_sex(sex):
    made = {each: MemberFactory(sex=each) for each in Sex.values}
    MemberFactory()

    assert keys(signed_in().get(URL, {"sex": sex}), "member_no") == [made[sex].member_no]


@pytest.mark.parametrize("reason", EndReason.values)
def test_filter_by_the_reason_of_the_end(reason):
    made = {each: MemberFactory(ended_on=date(2010, 1, 1), ended_reason=each) for each in EndReason.values}
    MemberFactory()

    assert keys(signed_in().get(URL, {"ended_reason": reason}), "member_no") == [made[reason].member_no]


DAYS_OF_STAGES = [
    (Stage.APPLICANT, "applied_on", date(2003, 1, 1)),
    (Stage.ACTIVIST, "activist_on", date(2004, 2, 29)),
    (Stage.CANDIDATE, "candidate_on", date(2005, 1, 1)),
    (Stage.PROBATIONARY, "probationary_on", date(2006, 1, 1)),
    (Stage.FULL, "full_on", date(2007, 1, 1)),
    (Stage.ENDED, "ended_on", date(2008, 2, 29)),
]


@pytest.mark.parametrize(("stage", "_column", "day"), DAYS_OF_STAGES)
def test_the_stage_is_that_of_the_day(stage, _column, day):
    member = MemberFactory(**{column: reached for _stage, column, reached in DAYS_OF_STAGES})
    MembershipFactory(member=member)
    client = signed_in()

    assert keys(client.get(URL, {"on": day, "stage": stage}), "stage") == [stage]
    eve = date.fromordinal(day.toordinal() - 1)
    assert keys(client.get(URL, {"on": eve, "stage": stage}), "stage") == []


def test_without_on_the_stage_is_that_of_today():
    MemberFactory(full_on=None, probationary_on=date(2006, 1, 1))
    MemberFactory(full_on=None)
    client = signed_in()

    assert keys(client.get(URL, {"stage": "probationary"}), "stage") == ["probationary"]
    assert keys(client.get(URL), "stage") == ["probationary", None]


@pytest.mark.parametrize(
    ("day", "related"),
    [("2008-02-28", False), ("2008-02-29", True), ("2008-06-29", True), ("2008-06-30", False)],
)
def test_on_takes_members_with_a_relation_that_day(day, related):
    MembershipFactory(valid_from=date(2008, 2, 29), valid_to=date(2008, 6, 30))
    MemberFactory()

    assert signed_in().get(URL, {"on": day}).json()["count"] == int(related)


def test_the_relation_is_that_of_the_day():
    first = MembershipFactory(valid_to=date(2008, 6, 19))
    second = MembershipFactory(member=first.member, valid_from=date(2008, 6, 19))
    client = signed_in()

    def relation(**query):
        row = client.get(URL, query).json()["results"][0]
        return row["organization"], row["relation_from"], row["relation_to"]

    assert relation(on="2008-06-18") == (first.organization.code, "2000-01-01", "2008-06-19")
    assert relation(on="2008-06-19") == (second.organization.code, "2008-06-19", None)
    assert relation() == (second.organization.code, "2008-06-19", None)


def test_a_member_without_a_relation_is_listed_where_no_day_is_asked():
    MembershipFactory(valid_to=date(2008, 6, 19))

    row = signed_in().get(URL).json()["results"][0]

    assert (row["organization"], row["relation_from"], row["relation_to"]) == (None, None, None)


def test_filter_by_the_area_of_the_organization_on_the_day():
    organization = OrganizationFactory(area=AreaFactory(code="330304001"))
    organization.areas.update(valid_to=date(2008, 6, 19))
    organization.areas.create(area=AreaFactory(code="330305"), valid_from=date(2008, 6, 19))
    member = MemberFactory(organization=organization)
    MemberFactory(organization=OrganizationFactory())
    MemberFactory()
    AreaFactory(code="330304")
    client = signed_in()

    assert keys(client.get(URL, {"area": "330304", "on": "2008-06-18"}), "member_no") == [member.member_no]
    assert keys(client.get(URL, {"area": "330304", "on": "2008-06-19"}), "member_no") == []
    assert keys(client.get(URL, {"area": "330305"}), "member_no") == [member.member_no]


def test_a_relation_that_ended_puts_nobody_into_an_area():
    street, other = AreaFactory(code="330304001"), AreaFactory(code="330305001")
    first = MembershipFactory(organization=OrganizationFactory(area=street), valid_to=date(2008, 6, 19))
    MembershipFactory(
        member=first.member, organization=OrganizationFactory(area=other), valid_from=date(2008, 6, 19)
    )
    client = signed_in()

    assert keys(client.get(URL, {"area": "330304001"}), "member_no") == []
    assert len(keys(client.get(URL, {"area": "330305001"}), "member_no")) == 1


@pytest.mark.parametrize(
    ("ordering", "order"),
    [("name", "ABC"), ("-member_no", "CBA"), ("full_on", "CBA"), ("-full_on", "BCA")],
)
def test_ordering(ordering, order):
    MemberFactory(member_no="A", name="a", full_on=None)
    MemberFactory(member_no="B", name="b", full_on=date(2008, 1, 1))
    MemberFactory(member_no="C", name="c", full_on=date(2007, 1, 1))

    found = keys(signed_in(SEES_MEMBERS).get(URL, {"ordering": ordering}), "member_no")

    assert found == list(order)


def test_the_detail_tells_the_relations_of_all_times(secretive):
    secretive.memberships.update(valid_to=date(2008, 6, 19))
    detail = signed_in().get(f"{URL}M1/").json()

    organization = secretive.memberships.get().organization
    assert detail["organization"] is None
    assert detail["memberships"] == [
        {
            "valid_from": "2000-01-01",
            "valid_to": "2008-06-19",
            "organization": {"code": "ZZ1", "name": organization.name},
        }
    ]
    assert signed_in().get(f"{URL}M1/", {"on": "2008-06-18"}).json()["organization"] == "ZZ1"


def test_an_unknown_number_is_404():
    assert signed_in().get(f"{URL}M404/").status_code == 404


@pytest.mark.parametrize("path", ["", "{no}/"])
def test_one_row_and_three_take_the_same_queries(path, django_assert_num_queries):
    def make():
        return MemberFactory(organization=OrganizationFactory(), employer=EnterpriseFactory())

    member = make()
    url = URL + path.format(no=member.member_no)
    client = signed_in(SEES_MEMBERS)
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        assert client.get(url).status_code == 200
    make(), make(), MembershipFactory(member=member, valid_from=date(1999, 1, 1), valid_to=date(2000, 1, 1))

    with django_assert_num_queries(len(first)):
        assert client.get(url).status_code == 200


def test_the_detail_tells_the_steps_and_to_those_who_may_see_members_who_vouched():
    MemberFactory(
        member_no="M1", talked_on=date(1998, 1, 1), probationary_on=date(1999, 1, 1), approved_on=date(1999, 2, 1),
        probation_until=date(2000, 1, 1), first_voucher=MemberFactory(member_no="V1"),
    )  # fmt: skip
    told = signed_in(SEES_MEMBERS).get(f"{URL}M1/").json()
    assert (told["talked_on"], told["approved_on"], told["probation_until"]) == (
        "1998-01-01",
        "1999-02-01",
        "2000-01-01",
    )
    assert (told["first_voucher"], told["second_voucher"]) == ("V1", None)
    others = signed_in().get(f"{URL}M1/").json()
    assert others["talked_on"] == "1998-01-01"
    assert not {"first_voucher", "second_voucher"} & others.keys()


def test_ending_a_membership_ends_posts_and_standings():
    post = PostFactory()
    member, standing = post.member, StandingFactory(member=post.member)
    client = signed_in("members.view_member", "members.change_member")
    body = {"ended_on": "2010-01-01", "ended_reason": "lapsed"}
    assert patched(client, f"{URL}{member.member_no}/", body).status_code == 200
    for period in (post, standing):
        period.refresh_from_db()
        assert period.valid_to == date(2010, 1, 1)
    answer = client.get(URL, {"ended_reason": "lapsed"})
    assert keys(answer, "member_no") == [member.member_no]


def test_members_between_an_end_and_its_restoration_are_listed_as_ended():
    standing = StandingFactory(kind="no_member", valid_from=date(2005, 1, 1), valid_to=date(2006, 1, 1))
    client = signed_in()
    MembershipFactory(member=standing.member)
    for day, stage in (("2004-12-31", "full"), ("2005-01-01", "ended"), ("2006-01-01", "full")):
        given = {"on": day, "stage": stage}
        assert keys(client.get(URL, given), "member_no") == [standing.member.member_no]
