"""Whose number is it? Asked by POST, for the whole number, within what one sees."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.roles import Role
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory
from tests.sheets.files import identity

pytestmark = pytest.mark.django_db
PHONE = "13800138000"
FIND = "/admin/members/member/find/"
LIST = "/admin/members/member/"


def page_of(record):
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])


@pytest.mark.parametrize(
    "number", [identity(), identity().lower(), f" {identity()} ", PHONE, "138-0013-8000"]
)
def test_a_member_is_found_by_the_whole_number(admin_client, number):
    member = MemberFactory(id_number=identity(), phone=PHONE)
    MemberFactory(id_number=identity(order="002"), phone="13900139000")
    answer = admin_client.post(FIND, {"number": number})
    assert (answer.status_code, answer.url) == (302, page_of(member))


@pytest.mark.parametrize("number", [identity()[:17], PHONE[:10], PHONE + "0", "138%", "", "   "])
def test_a_part_of_a_number_finds_nobody(admin_client, number):
    MemberFactory(id_number=identity(), phone=PHONE)
    MemberFactory()
    assert admin_client.post(FIND, {"number": number}).url == LIST


def test_those_who_share_a_phone_are_all_named(admin_client):
    members = [MemberFactory(phone=PHONE) for _ in range(2)]
    MemberFactory(phone="13900139000")
    page = admin_client.post(FIND, {"number": PHONE})
    assert {address for address, _record in page.context["found"]} == {page_of(member) for member in members}
    assert PHONE not in page.content.decode()


def test_an_instructor_and_an_enterprise_are_found_by_phone(admin_client):
    instructor, enterprise = InstructorFactory(phone=PHONE), EnterpriseFactory(contact_phone="0577 88123456")
    assert admin_client.post("/admin/orgs/instructor/find/", {"number": PHONE}).url == page_of(instructor)
    assert admin_client.post("/admin/orgs/enterprise/find/", {"number": "0577-88123456"}).url == page_of(
        enterprise
    )


def test_what_is_not_seen_is_answered_like_what_is_absent(client):
    user = UserFactory(is_staff=True, area=AreaFactory())
    user.groups.add(Group.objects.get(name=Role.ORGANIZER))
    MemberFactory(id_number=identity(), organization=OrganizationFactory(area=AreaFactory()))
    client.force_login(user)
    answers = []
    for number in (identity(), identity(order="002")):
        answer = client.post(FIND, {"number": number}, follow=True)
        answers.append((answer.redirect_chain, [str(message) for message in answer.context["messages"]]))
        assert number not in answer.content.decode()
    assert answers[0] == answers[1]
    assert answers[0][1] == ["You see no record with this number."]


def test_the_access_log_tells_that_somebody_looked_and_not_for_what(admin_client, admin_user):
    member = MemberFactory(id_number=identity())
    admin_client.post(FIND, {"number": identity()})
    admin_client.post(FIND, {"number": PHONE})
    found, absent = AccessEntry.objects.filter(event=Event.SEARCHED).order_by("at")
    assert (found.user, found.subject) == (admin_user, f"members.member {member.pk}")
    assert (absent.user, absent.subject) == (admin_user, "members.member")
    for entry in (found, absent):
        assert not any(number in repr(vars(entry)) for number in (identity(), PHONE))


def test_a_number_in_an_address_is_not_looked_for(admin_client):
    MemberFactory(id_number=identity(), phone=PHONE)
    assert admin_client.get(FIND, {"number": identity()}).url == LIST
    for number in (identity(), PHONE, f"+86 {PHONE}"):
        answer = admin_client.get(LIST, {"q": number})
        assert answer.url == LIST
        page = admin_client.get(LIST).content.decode()
        assert "its own field" in page
        assert number not in page


def test_a_credit_code_of_digits_alone_is_no_number_of_a_person(admin_client):
    assert admin_client.get("/admin/orgs/enterprise/", {"q": "913303041456123459"}).status_code == 200


def test_the_form_stands_on_the_list_of_who_may_change_members(client, admin_client):
    assert f'action="{FIND}"' in admin_client.get(LIST).content.decode()
    user = UserFactory(is_staff=True, area=AreaFactory())
    user.groups.add(Group.objects.get(name=Role.REVIEWER))
    client.force_login(user)
    assert "find/" not in client.get("/admin/orgs/instructor/").content.decode()
    assert client.post("/admin/orgs/instructor/find/", {"number": PHONE}).status_code == 403


def test_looking_costs_the_same_however_many_members_there_are(admin_client, django_assert_num_queries):
    MemberFactory(id_number=identity())
    with django_assert_num_queries(6) as first:
        admin_client.post(FIND, {"number": identity()})
    MemberFactory.create_batch(20, phone="13900139000")
    with django_assert_num_queries(len(first)):
        admin_client.post(FIND, {"number": identity()})
