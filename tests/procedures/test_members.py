"""What is done to members, by page and API: offered where it can succeed, told where it is unusual."""

from datetime import date

import pytest
from django.contrib.messages import get_messages

from members.models import Member, StandingKind
from members.models.member import EndReason
from procedures.members import MEMBER_PROCEDURES
from tests.factories.api import signed_in, staff_client
from tests.factories.members import MemberFactory, StandingFactory, TransferFactory
from tests.factories.orgs import AreaFactory, OrganizationFactory
from tests.factories.procedures import page_of, perform, preview

pytestmark = pytest.mark.django_db
MEETING = date(2020, 6, 19)
SINCE = date(2010, 1, 1)


def person(**days):
    return MemberFactory(**{"full_on": None} | days)


OFFERED = [
    ({}, None, {"apply", "talk", "activist", "candidate", "admit", "end"}),
    ({"applied_on": SINCE}, None, {"talk", "activist", "candidate", "admit", "end"}),
    ({"activist_on": SINCE}, None, {"candidate", "admit", "end"}),
    ({"candidate_on": SINCE}, None, {"admit", "end"}),
    (
        {"probationary_on": SINCE}, None,
        {"approve", "extend-probation", "confirm", "end-probation", "lost-contact", "go-away", "end"},
    ),
    (
        {"probationary_on": SINCE, "approved_on": SINCE, "probation_until": date(2012, 1, 1)}, None,
        {"confirm", "end-probation", "lost-contact", "go-away", "end"},
    ),
    ({"full_on": SINCE}, None, {"lost-contact", "go-away", "end"}),
    ({"full_on": SINCE}, StandingKind.AWAY, {"lost-contact", "come-back", "end"}),
    ({"full_on": SINCE}, StandingKind.LOST_CONTACT, {"stop", "contact-found", "end"}),
    ({"full_on": SINCE}, StandingKind.STOPPED, {"contact-found", "end"}),
    ({"full_on": SINCE, "ended_on": MEETING, "ended_reason": "removed"}, None, {"restore"}),
    ({"full_on": SINCE, "ended_on": MEETING, "ended_reason": "death"}, None, set()),
]  # fmt: skip


@pytest.mark.parametrize(("days", "standing", "names"), OFFERED)
def test_only_what_can_succeed_is_offered_and_done(admin_client, days, standing, names):
    member = person(**days)
    if standing is not None:
        StandingFactory(member=member, kind=standing, valid_from=date(2015, 1, 1))
    page = admin_client.get(f"/admin/members/member/{member.pk}/change/").content.decode()
    own = {procedure.name for procedure in MEMBER_PROCEDURES}
    assert {name for name in own if f'href="{page_of(member, name)}"' in page} == names
    for name in own - names:
        assert admin_client.get(page_of(member, name)).status_code == 302, name


def test_a_life_by_pages(admin_client):
    organization = OrganizationFactory()
    member = person(organization=organization)
    first, second = MemberFactory(), MemberFactory()
    vouchers = {"first_voucher": first.pk, "second_voucher": second.pk}
    for name, inputs in (
        ("apply", {"on": "2018-01-01"}),
        ("talk", {"on": "2018-01-20"}),
        ("activist", {"on": "2018-06-01"}),
        ("candidate", {"on": "2019-06-01", "document": "党字1号"}),
        ("admit", {"on": "2020-06-19", "document": "党字2号", **vouchers}),
        ("approve", {"on": "2020-09-19", "document": "党字3号"}),
        ("extend-probation", {"on": "2021-06-01", "until": "2021-12-19", "document": "党字4号"}),
        ("confirm", {"document": "党字5号"}),
        ("go-away", {"on": "2022-01-01", "place": "上海"}),
        ("come-back", {"on": "2022-02-01"}),
        ("lost-contact", {"on": "2022-03-01"}),
        ("stop", {"on": "2022-09-01", "document": "党字6号"}),
        ("contact-found", {"on": "2022-10-01"}),
        ("end", {"on": "2023-01-01", "reason": EndReason.LAPSED, "document": "党字7号"}),
        ("restore", {"on": "2024-01-01", "organization": organization.pk, "document": "党字8号"}),
    ):
        answer = perform(admin_client, member, name, **inputs)
        assert answer.status_code == 302, (name, answer.context["form"].errors)

    member.refresh_from_db()
    assert (member.full_on, member.ended_on) == (date(2021, 12, 19), None)
    assert list(member.deeds.order_by("pk").values_list("what", flat=True)) == [
        "applied", "talked", "activist", "candidate", "admitted", "approved", "extended", "confirmed", "went_away",
        "came_back", "contact_lost", "stopped", "contact_found", "left", "restored",
    ]  # fmt: skip
    assert list(member.memberships.order_by("valid_from").values_list("valid_to", flat=True)) == [
        date(2023, 1, 1),
        None,
    ]


def test_who_is_not_confirmed_leaves_by_the_page(admin_client):
    member = person(probationary_on=MEETING)
    assert perform(admin_client, member, "end-probation", on="2021-06-19", document="1").status_code == 302
    assert Member.objects.get().ended_reason == EndReason.REMOVED


@pytest.mark.parametrize(
    ("days", "name", "inputs", "field"),
    [
        ({"applied_on": MEETING}, "talk", {"on": "2020-06-18"}, "on"),
        ({"probationary_on": MEETING}, "confirm", {"on": "2021-06-18", "document": "1"}, "on"),
        ({"probationary_on": MEETING}, "confirm", {"on": "2021-06-19", "document": ""}, "document"),
        ({"probationary_on": MEETING}, "approve", {"on": "2020-12-20", "document": "1"}, "on"),
        (
            {"probationary_on": MEETING}, "extend-probation",
            {"on": "2021-06-01", "until": "2022-06-20", "document": "1"}, "until",
        ),
        ({"probationary_on": MEETING}, "end", {"on": "2020-06-18", "reason": "removed"}, "on"),
        ({"full_on": MEETING}, "go-away", {"on": "2020-06-18", "place": "上海"}, "on"),
    ],
)  # fmt: skip
def test_a_refusal_is_shown_at_its_input(admin_client, days, name, inputs, field):
    member = person(**days)
    answer = preview(admin_client, member, name, **inputs)
    assert list(answer.context["form"].errors) == [field]
    assert not member.deeds.exists()


def test_who_vouches_is_another_full_member(admin_client):
    member, voucher = person(candidate_on=SINCE), MemberFactory()
    inputs = {"on": MEETING, "document": "1", "first_voucher": voucher.pk, "second_voucher": voucher.pk}
    answer = preview(admin_client, member, "admit", **inputs)
    assert list(answer.context["form"].errors) == ["second_voucher"]


def test_an_open_transfer_is_told_where_the_membership_would_end(admin_client):
    member = TransferFactory().member
    answer = preview(admin_client, member, "end", on="2020-01-01", reason="resignation")
    assert "transfer" in answer.context["form"].errors["reason"][0]


def warned(client, member, name, **inputs):
    return preview(client, member, name, **inputs).context["outcome"].warnings


def test_what_is_unusual_is_told_with_its_rule(admin_client):
    [late] = warned(admin_client, person(applied_on=MEETING), "talk", on="2020-07-20")
    assert "July 19, 2020" in late or "2020-07-19" in late
    assert "Rules on Admitting Party Members" in late

    early, missing = warned(
        admin_client, person(activist_on=MEETING), "candidate", on="2021-06-18", document="1"
    )
    assert "2021-06-19" in early
    assert missing == "Earlier stages are missing: applied on, talked with on"

    late = warned(admin_client, person(probationary_on=MEETING), "approve", on="2020-09-20", document="1")[0]
    assert "2020-09-19" in late

    stopped = StandingFactory(kind=StandingKind.STOPPED, valid_from=MEETING)
    [early] = warned(admin_client, stopped.member, "end", on="2022-06-18", reason="removed")
    assert "2022-06-19" in early
    assert warned(admin_client, stopped.member, "end", on="2022-06-18", reason="death") == []


def test_who_is_admitted_without_an_organization_is_told_to_count_nowhere(admin_client):
    inputs = {"on": MEETING, "document": "1"}
    for number, name in enumerate(("first_voucher", "second_voucher")):
        inputs[name] = MemberFactory(member_no=f"V{number}").pk
    organization = OrganizationFactory()
    assert "no figure counts" in warned(admin_client, person(), "admit", **inputs)[-1]
    outcome = preview(admin_client, person(organization=organization), "admit", **inputs).context["outcome"]
    assert not any("no figure counts" in text for text in outcome.warnings)
    assert {one.code: (one.before, one.after) for one in outcome.figures[0].moved} == {
        "members.total": (0, 1),
        "members.probationary": (0, 1),
    }


def test_the_admission_is_warned_of_and_confirmed(admin_client):
    member = person(probationary_on=MEETING)
    seen = preview(admin_client, member, "confirm", document="1")
    assert any("admission approved on" in text for text in seen.context["outcome"].warnings)
    answer = perform(admin_client, member, "confirm", document="1")
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["A full member now."]


def post(client, member, name, **body):
    address = f"/api/v1/members/{member.member_no}/"
    etag = client.get(address).headers["ETag"]
    return client.post(f"{address}{name}/", body, format="json", headers={"If-Match": etag})


def test_the_api_admits_with_vouchers_by_their_numbers():
    client = signed_in("members.view_member", "members.change_member")
    first, second, member = (
        MemberFactory(member_no="V1"),
        MemberFactory(member_no="V2"),
        person(candidate_on=SINCE),
    )
    body = {"on": "2020-06-19", "first_voucher": "V1", "document": "党字2号"}
    answer = post(client, member, "admit", second_voucher="V1", **body)
    assert list(answer.json()) == ["second_voucher"]
    assert post(client, member, "admit", second_voucher="V2", **body).status_code == 200

    member.refresh_from_db()
    assert (member.first_voucher, member.second_voucher) == (first, second)
    detail = client.get(f"/api/v1/members/{member.member_no}/").json()
    assert (detail["first_voucher"], detail["second_voucher"]) == ("V1", "V2")
    assert post(client, member, "admit", second_voucher="V2", **body).status_code == 400


def test_another_area_or_role_takes_no_step():
    area = AreaFactory()
    member = MemberFactory(
        full_on=None, probationary_on=MEETING, organization=OrganizationFactory(area=AreaFactory())
    )
    address = f"/api/v1/members/{member.member_no}/confirm/"
    body = {"on": "2021-06-19", "document": "1"}
    for client, status in ((staff_client("organizer", area), 404), (staff_client("analyst", area), 403)):
        answer = client.post(address, body, format="json", headers={"If-Match": '"1"'})
        assert answer.status_code == status
    assert Member.objects.get().full_on is None
