"""Entering and changing members in the admin."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from members.actions.dissolution import dissolve
from members.models import Member, Stage
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, with_row
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory, StandingFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.turns import in_turn
from tests.orgs.admin.test_organization import errors_of, saved
from tests.sheets.files import identity

pytestmark = pytest.mark.django_db
ADD = "/admin/members/member/add/"
ID_NUMBER = "33030419800101123" + "0"  # its check digit is put right below


def id_number():
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = ID_NUMBER[:17]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def change_address(member):
    return reverse("admin:members_member_change", args=[member.pk])


def found(client, **query):
    page = client.get("/admin/members/member/", query)
    assert page.status_code == 200
    return {row.pk for row in page.context["cl"].result_list}


def new_member(client, **values):
    return filled_in(client.get(ADD)) | {"member_no": "M1", "name": "单雄信"} | values


def test_one_page_enters_a_member_with_organization_and_relation(admin_client, admin_user):
    organization = OrganizationFactory()
    data = new_member(
        admin_client, organization=organization.pk, relation_from="2008-06-30", full_on="2005-01-01"
    )
    saved(admin_client.post(ADD, data))
    member = Member.objects.get()
    relation = member.memberships.get()
    assert (relation.organization, relation.valid_from) == (organization, date(2008, 6, 30))
    assert member.history.get().history_user == relation.history.get().history_user == admin_user


def test_organization_and_day_of_the_relation_go_together(admin_client):
    organization = OrganizationFactory(dissolved_on=date(2008, 6, 30))
    for values, field in (
        ({"organization": organization.pk}, "relation_from"),
        ({"relation_from": "2008-01-01"}, "organization"),
        ({"organization": organization.pk, "relation_from": "2008-06-30"}, "relation_from"),
    ):
        page = admin_client.post(ADD, new_member(admin_client, **values))
        assert list(errors_of(page)) == ["", field]
    assert not Member.objects.exists()


def test_a_member_changes_organization_in_one_save(admin_client):
    relation = MembershipFactory()
    data = filled_in(admin_client.get(change_address(relation.member)))
    data |= {"memberships-0-valid_to": "2008-06-30"}
    other = OrganizationFactory()
    data = with_row(data, "memberships", organization=other.pk, valid_from="2008-06-30")
    saved(admin_client.post(change_address(relation.member), data))
    assert [str(row.valid_to) for row in relation.member.memberships.order_by("valid_from")] == [
        "2008-06-30",
        "None",
    ]


def test_two_relations_at_once_are_refused_at_the_field(admin_client):
    relation = MembershipFactory()
    data = filled_in(admin_client.get(change_address(relation.member)))
    data = with_row(data, "memberships", organization=OrganizationFactory().pk, valid_from="2008-06-30")
    assert "memberships-1-valid_from" in errors_of(admin_client.post(change_address(relation.member), data))


def test_a_relation_does_not_outlast_a_dissolved_organization(admin_client):
    member, organization = MemberFactory(), OrganizationFactory(dissolved_on=date(2008, 6, 30))
    data = filled_in(admin_client.get(change_address(member)))
    late = with_row(data, "memberships", organization=organization.pk, valid_from="2008-06-30")
    assert "memberships-0-valid_from" in errors_of(admin_client.post(change_address(member), late))
    data = with_row(data, "memberships", organization=organization.pk, valid_from="2008-01-01")
    saved(admin_client.post(change_address(member), data))
    assert member.memberships.get().valid_to == date(2008, 6, 30)


@pytest.mark.django_db(transaction=True)
def test_nobody_is_entered_into_an_organization_that_is_dissolved_meanwhile(admin_client):
    organization = OrganizationFactory()
    data = new_member(admin_client, organization=organization.pk, relation_from="2008-06-30")
    page = in_turn(
        lambda: dissolve(organization=organization, on=date(2008, 6, 30), by=None, reason="合并"),
        lambda: admin_client.post(ADD, data),
    )
    assert list(errors_of(page)) == ["", "relation_from"]
    assert not Member.objects.exists()


def test_an_identity_number_is_verified_and_unique(admin_client):
    saved(admin_client.post(ADD, new_member(admin_client, id_number=id_number().lower())))
    assert Member.objects.get().id_number == id_number()
    for wrong in ("330304198001011231"[:17], id_number()[:17] + "A", id_number()):
        page = admin_client.post(ADD, new_member(admin_client, member_no="M2", id_number=wrong))
        told = str(errors_of(page))
        assert "id_number" in errors_of(page)
        assert wrong not in told


def test_what_is_unusual_about_the_employer_is_told(admin_client):
    closed, other = EnterpriseFactory(closed_on=date(2008, 1, 1)), EnterpriseFactory()
    relation = MembershipFactory(member__employer=closed)
    address = change_address(relation.member)
    data = filled_in(admin_client.get(address))
    assert any("closed" in text for text in saved(admin_client.post(address, data)))
    data = filled_in(admin_client.get(address)) | {"employer": other.pk}
    told = saved(admin_client.post(address, data))
    assert ["does not cover" in text for text in told].count(True) == 1
    relation.organization.coverage.create(enterprise=other, valid_from=date(2000, 1, 1))
    data = filled_in(admin_client.get(address))
    told = saved(admin_client.post(address, data))
    assert not any("does not cover" in text for text in told)


def test_an_employer_that_closes_today_is_closed(admin_client):
    member = MemberFactory(employer=EnterpriseFactory(closed_on=timezone.localdate()))
    data = filled_in(admin_client.get(change_address(member)))
    assert any("closed" in text for text in saved(admin_client.post(change_address(member), data)))


def test_nothing_about_the_employer_is_unusual_once_the_membership_has_ended(admin_client):
    member = MemberFactory(
        employer=EnterpriseFactory(closed_on=date(2008, 1, 1)),
        ended_on=date(2008, 1, 1),
        ended_reason="death",
    )
    data = filled_in(admin_client.get(change_address(member)))
    assert len(saved(admin_client.post(change_address(member), data))) == 1


def test_missing_earlier_stages_are_told(admin_client):
    member = MemberFactory(applied_on=date(2000, 1, 1), candidate_on=None, full_on=date(2004, 1, 1))
    data = filled_in(admin_client.get(change_address(member))) | {"activist_on": "2001-01-01"}
    told = saved(admin_client.post(change_address(member), data))
    assert "Earlier stages are missing: Candidate on, Probationary on" in told
    data = filled_in(admin_client.get(change_address(member)))
    data |= {"candidate_on": "2002-01-01", "probationary_on": "2003-01-01"}
    assert not any("missing" in text for text in saved(admin_client.post(change_address(member), data)))


def test_an_unknown_county_in_an_identity_number_is_told_without_it(admin_client):
    number = identity(county="339999")
    told = saved(admin_client.post(ADD, new_member(admin_client, id_number=number)))
    assert any("county code" in text for text in told)
    assert not any(number in text for text in told)
    assert Member.objects.get().id_number == number


def test_personal_columns_show_on_the_form_of_who_may_change_members_and_nowhere_else(client, admin_client):
    member = MemberFactory(id_number=id_number(), phone="13800138000", birth_date=date(1980, 1, 1))
    reader = UserFactory(is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_member", "see_everything"]))
    history = reverse("admin:members_member_history", args=[member.pk])

    form = admin_client.get(change_address(member)).content.decode()
    assert "330304********1233" in form
    assert "138****8000" in form
    assert id_number() not in form
    assert "13800138000" not in form
    client.force_login(reader)
    for page in (
        client.get(change_address(member)), client.get("/admin/members/member/"), client.get(history),
        admin_client.get("/admin/members/member/"), admin_client.get(history),
    ):  # fmt: skip
        assert page.status_code == 200
        assert id_number() not in page.content.decode()
        assert "13800138000" not in page.content.decode()


@pytest.mark.parametrize("text", ["单雄信", "shanxiongxin", "SXX", "M77"])
def test_a_member_is_found_by_name_number_and_pinyin_of_the_surname(admin_client, text):
    member = MemberFactory(name="单雄信", member_no="M7701")
    MemberFactory(name="王五", member_no="M8801")
    assert found(admin_client, q=text) == {member.pk}


def test_members_are_filtered_by_their_relation_on_the_day(admin_client):
    area = AreaFactory(code="330304001")
    relation = MembershipFactory(organization=OrganizationFactory(area=area), valid_to=date(2008, 1, 1))
    MemberFactory()
    own, district = {relation.member_id}, AreaFactory(code="330304")
    assert found(admin_client, on="2007-12-31") == own
    assert found(admin_client, on="2008-01-01") == set()
    assert found(admin_client, organization=relation.organization_id, on="2007-12-31") == own
    assert found(admin_client, organization=relation.organization_id) == set()
    assert found(admin_client, area=district.pk, on="2007-12-31") == own
    assert found(admin_client, area=district.pk) == set()


def test_members_of_an_area_are_those_of_the_organizations_in_it(admin_client):
    inside = MembershipFactory(organization=OrganizationFactory(area=AreaFactory(code="330304001")))
    MembershipFactory(organization=OrganizationFactory(area=AreaFactory(code="330305001")))
    MembershipFactory()
    assert found(admin_client, area=AreaFactory(code="330304").pk) == {inside.member_id}


def test_members_are_filtered_by_employer(admin_client):
    member = MemberFactory(employer=EnterpriseFactory())
    MemberFactory()
    assert found(admin_client, employer=member.employer_id) == {member.pk}


@pytest.mark.parametrize(("day", "stage"), [("2004-12-31", Stage.APPLICANT), ("2005-01-01", Stage.FULL)])
def test_members_are_filtered_by_the_stage_of_the_day(admin_client, day, stage):
    member = MemberFactory(
        applied_on=date(2003, 1, 1), full_on=date(2005, 1, 1), organization=OrganizationFactory()
    )
    for other in Stage:
        assert found(admin_client, stage=other.value, on=day) == ({member.pk} if other == stage else set())


def test_the_columns_show_stage_organization_and_employer_of_the_day(admin_client):
    organization = OrganizationFactory(name="温州电器党支部")
    MemberFactory(organization=organization, full_on=date(2005, 1, 1), probationary_on=date(2004, 1, 1))
    row = admin_client.get("/admin/members/member/").context["cl"].result_list[0]
    assert (row.stage, row.organization_name) == (Stage.FULL, "温州电器党支部")
    row = admin_client.get("/admin/members/member/?on=2004-06-01").context["cl"].result_list[0]
    assert row.stage == Stage.PROBATIONARY


def test_an_organization_counts_its_full_and_probationary_members_of_the_day(admin_client):
    organization = OrganizationFactory()
    MemberFactory(organization=organization)
    MemberFactory(organization=organization, full_on=None, probationary_on=date(2008, 1, 1))
    MemberFactory(organization=organization, full_on=None, applied_on=date(2008, 1, 1))
    MemberFactory(organization=organization, ended_on=date(2009, 1, 1))
    MembershipFactory(organization=organization, valid_to=date(2008, 1, 1))
    address = "/admin/orgs/organization/"
    assert admin_client.get(address).context["cl"].result_list[0].members == 2
    assert admin_client.get(address + "?on=2007-12-31").context["cl"].result_list[0].members == 3


def test_the_steps_beside_the_stages_are_corrected_on_the_form(admin_client):
    first, second, member = MemberFactory(), MemberFactory(), MemberFactory(probationary_on=date(1999, 1, 1))
    data = filled_in(admin_client.get(change_address(member))) | {
        "applied_on": "1997-01-01", "talked_on": "1997-01-20", "approved_on": "1999-03-01",
        "probation_until": "2000-01-01", "first_voucher": first.pk, "second_voucher": second.pk,
    }  # fmt: skip
    saved(admin_client.post(change_address(member), data))
    member.refresh_from_db()
    assert (member.talked_on, member.approved_on) == (date(1997, 1, 20), date(1999, 3, 1))
    assert (member.first_voucher, member.second_voucher) == (first, second)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"applied_on": "1997-01-02", "talked_on": "1997-01-01"}, "talked_on"),
        ({"probationary_on": "1999-01-02", "approved_on": "1999-01-01"}, "approved_on"),
        ({"approved_on": "1999-01-01"}, "approved_on"),
        ({"probationary_on": "1999-01-01", "probation_until": "1999-01-01"}, "probation_until"),
        ({"probation_until": "1999-01-01"}, "probation_until"),
    ],
)
def test_a_talk_an_approval_and_an_extension_follow_what_they_are_about(admin_client, values, field):
    member = MemberFactory()
    data = filled_in(admin_client.get(change_address(member))) | values
    assert list(errors_of(admin_client.post(change_address(member), data))) == ["", field]


def test_nobody_vouches_alone_or_for_oneself(admin_client):
    member, other = MemberFactory(), MemberFactory()
    data = filled_in(admin_client.get(change_address(member)))
    for vouchers in ((member.pk, other.pk), (other.pk, other.pk), ("", other.pk)):
        given = dict(zip(("first_voucher", "second_voucher"), vouchers, strict=True))
        assert errors_of(admin_client.post(change_address(member), data | given))
    assert Member.objects.get(pk=member.pk).second_voucher is None


def test_a_corrected_end_takes_posts_and_standings_along(admin_client, admin_user):
    organization = OrganizationFactory()
    member = MemberFactory(ended_on=date(2010, 1, 1), ended_reason="removed", organization=organization)
    post = PostFactory(member=member, organization=organization, valid_to=date(2010, 1, 1))
    standing = StandingFactory(member=member)
    data = filled_in(admin_client.get(change_address(member))) | {"ended_on": "2009-01-01"}
    saved(admin_client.post(change_address(member), data))
    for period in (post, standing):
        period.refresh_from_db()
        assert period.valid_to == date(2009, 1, 1)
        assert period.history.latest().history_user == admin_user


def test_an_end_before_a_standing_begins_is_told_at_its_day(admin_client):
    member = MemberFactory(ended_on=date(2010, 1, 1), ended_reason="removed")
    StandingFactory(member=member, valid_from=date(2009, 6, 1), valid_to=date(2010, 1, 1))
    data = filled_in(admin_client.get(change_address(member))) | {"ended_on": "2009-01-01"}
    assert list(errors_of(admin_client.post(change_address(member), data))) == ["", "ended_on"]
    assert Member.objects.get(pk=member.pk).ended_on == date(2010, 1, 1)
