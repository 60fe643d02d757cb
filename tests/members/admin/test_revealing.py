"""A protected value is seen in clear for a reason, by who may change the record, a few times a day."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory
from tests.factories.turns import in_turn
from tests.sheets.files import identity

pytestmark = pytest.mark.django_db
PHONE = "13800138000"
REASON = {"reason": "to call about the meeting"}


@pytest.fixture
def area():
    return AreaFactory()


@pytest.fixture
def organizer(area):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=Role.ORGANIZER))
    return user


@pytest.fixture
def member(area):
    return MemberFactory(
        id_number=identity(), phone=PHONE, organization=OrganizationFactory(area=area), name="单雄信"
    )


def reveal_address(record, column="phone"):
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_reveal", args=[record.pk, column])


def reveals():
    return AccessEntry.objects.filter(event=Event.REVEALED)


def test_it_shows_once_and_is_kept_in_the_access_log(client, organizer, member):
    client.force_login(organizer)
    page = client.get(reveal_address(member))
    assert PHONE not in page.content.decode()
    assert "138****8000" in page.content.decode()
    assert not reveals().exists()
    page = client.post(reveal_address(member), REASON)
    assert page.status_code == 200
    assert PHONE in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = reveals().get()
    assert (entry.user, entry.subject, entry.detail, entry.reason) == (
        organizer, f"members.member {member.pk}", "phone", REASON["reason"],
    )  # fmt: skip
    assert PHONE not in client.get(reveal_address(member)).content.decode()


@pytest.mark.parametrize("make", ["id_number", "instructor", "enterprise"])
def test_every_protected_column_is_revealed(admin_client, member, make):
    record, column, value = {
        "id_number": lambda: (member, "id_number", identity()),
        "instructor": lambda: (InstructorFactory(phone="13900139000"), "phone", "13900139000"),
        "enterprise": lambda: (
            EnterpriseFactory(contact_phone="057788123456"),
            "contact_phone",
            "057788123456",
        ),
    }[make]()
    assert value in admin_client.post(reveal_address(record, column), REASON).content.decode()
    assert reveals().get().detail == column


@pytest.mark.parametrize("reason", ["", "    ", "why", "x" * 201])
def test_without_a_reason_nothing_shows(admin_client, member, reason):
    page = admin_client.post(reveal_address(member), {"reason": reason})
    assert PHONE not in page.content.decode()
    assert page.context["form"].errors["reason"]
    assert not reveals().exists()


def test_the_page_warns_of_what_becomes_of_the_reason(admin_client, member):
    assert "Name nobody in it." in admin_client.get(reveal_address(member)).content.decode()


def test_a_form_of_another_site_reveals_nothing(organizer, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(organizer)
    assert client.post(reveal_address(member), REASON).status_code == 403
    assert not reveals().exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ANALYST])
def test_who_may_not_change_the_record_reveals_nothing(client, area, role):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    enterprise = EnterpriseFactory(area=area, contact_phone=PHONE)
    assert client.post(reveal_address(enterprise, "contact_phone"), REASON).status_code == 403
    assert not reveals().exists()


def test_what_is_not_seen_is_not_found(client, organizer):
    foreign = MemberFactory(phone=PHONE, organization=OrganizationFactory(area=AreaFactory()))
    client.force_login(organizer)
    assert client.post(reveal_address(foreign), REASON).status_code == 404
    assert not reveals().exists()


@pytest.mark.parametrize("column", ["name", "phone_index", "row_key", "contact_phone"])
def test_other_columns_are_not_found(admin_client, member, column):
    assert admin_client.post(reveal_address(member, column), REASON).status_code == 404


def test_there_is_nothing_to_reveal_where_there_is_no_value(admin_client):
    member = MemberFactory()
    assert admin_client.get(reveal_address(member)).status_code == 302
    assert (
        "/reveal/"
        not in admin_client.get(reverse("admin:members_member_change", args=[member.pk])).content.decode()
    )


def test_a_day_has_a_limit_and_the_next_one_another(client, organizer, member, settings, monkeypatch):
    settings.REVEALS_PER_DAY = 2
    client.force_login(organizer)
    for _ in range(2):
        assert PHONE in client.post(reveal_address(member), REASON).content.decode()
    page = client.post(reveal_address(member, "id_number"), REASON)
    assert "You have revealed 2 values today" in page.content.decode()
    assert identity() not in page.content.decode()
    assert reveals().count() == 2
    other = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(other)
    assert PHONE in client.post(reveal_address(member), REASON).content.decode()
    tomorrow = timezone.localtime() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localtime", lambda *_: tomorrow)
    client.force_login(organizer)
    assert PHONE in client.post(reveal_address(member), REASON).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_exceed_the_limit(client, organizer, member, settings):
    settings.REVEALS_PER_DAY = 1
    client.force_login(organizer)
    shown = []

    def ask():
        shown.append(PHONE in client.post(reveal_address(member), REASON).content.decode())

    in_turn(ask, ask)
    assert shown == [True, False]
    assert reveals().count() == 1


def test_what_cannot_be_read_is_told_and_not_counted(admin_client, member):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET phone = id_number")
    for page in (
        admin_client.get(reverse("admin:members_member_change", args=[member.pk])),
        admin_client.get(reveal_address(member)),
    ):
        assert page.status_code == 200
        assert "not readable" in page.content.decode()
    page = admin_client.post(reveal_address(member), REASON)
    assert "The value cannot be read." in page.content.decode()
    assert not reveals().exists()
