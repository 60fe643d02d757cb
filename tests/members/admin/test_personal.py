"""What belongs to a person shows to those who may change it, and is looked up by nobody."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.roles import Role
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def area():
    return AreaFactory()


def signed_in(client, role, area):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.ORGANIZER, True), (Role.ADMINISTRATOR, True), (Role.REVIEWER, False), (Role.ANALYST, False)],
)
def test_the_contact_of_an_enterprise_shows_to_those_who_may_change_it(client, area, role, shown):
    enterprise = EnterpriseFactory(area=area, contact_name="单雄信", contact_phone="13800138000")
    InstructorFactory(enterprise=enterprise, phone="13900139000")
    page = signed_in(client, role, area).get(reverse("admin:orgs_enterprise_change", args=[enterprise.pk]))

    assert page.status_code == 200
    for text in ("单雄信", "138****8000", "139****9000"):
        assert (text in page.content.decode()) is shown
    for number in ("13800138000", "13900139000"):
        assert number not in page.content.decode()


@pytest.mark.parametrize(("role", "shown"), [(Role.ORGANIZER, True), (Role.REVIEWER, False)])
def test_the_phone_of_an_instructor_shows_to_those_who_may_change_it(client, area, role, shown):
    instructor = InstructorFactory(enterprise__area=area, name="单雄信", phone="13900139000")
    page = signed_in(client, role, area).get(reverse("admin:orgs_instructor_change", args=[instructor.pk]))

    assert "单雄信" in page.content.decode()
    assert ("139****9000" in page.content.decode()) is shown
    assert "13900139000" not in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "members/member/?id_number__startswith=33", "members/member/?id_number_index__startswith=3",
        "members/member/?phone=13800138000",
        "members/member/?birth_date__year=1980", "members/member/?employer__contact_phone=13800138000",
        "orgs/enterprise/?contact_phone__startswith=138", "orgs/enterprise/?contact_name=单",
        "orgs/instructor/?phone=13900139000", "orgs/designation/?enterprise__contact_phone=13800138000",
    ],
)  # fmt: skip
def test_no_address_of_a_list_asks_for_it(admin_client, query):
    assert admin_client.get(f"/admin/{query}").status_code == 400
