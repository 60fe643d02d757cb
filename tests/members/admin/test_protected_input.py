"""Protected values in forms: the mask as text, an input for another value, a tick for none."""

import pytest
from django.urls import reverse

from members.models import Member
from orgs.models import Instructor
from tests.factories.admin import filled_in, with_row
from tests.factories.members import MemberFactory
from tests.factories.orgs import EnterpriseFactory, InstructorFactory
from tests.orgs.admin.test_organization import errors_of, saved
from tests.sheets.files import identity

pytestmark = pytest.mark.django_db
PHONE, OTHER = "13800138000", "13900139000"


@pytest.fixture
def member():
    return MemberFactory(id_number=identity(), phone=PHONE)


def address(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def test_a_form_saved_untouched_changes_nothing(admin_client, member):
    before = Member.objects.values("phone", "phone_index", "id_number", "id_number_changes").get()
    data = filled_in(admin_client.get(address(member)))
    assert (data["phone"], data["id_number"]) == ("", "")
    saved(admin_client.post(address(member), data | {"name": "王五"}))
    assert Member.objects.values("phone", "phone_index", "id_number", "id_number_changes").get() == before
    assert Member.objects.get().name == "王五"


def test_a_new_value_takes_the_place_of_the_old_one(admin_client, member):
    data = filled_in(admin_client.get(address(member)))
    saved(
        admin_client.post(address(member), data | {"phone": f" {OTHER} ", "id_number": identity(order="002")})
    )
    member = Member.objects.get()
    assert (member.phone, member.id_number) == (OTHER, identity(order="002"))


def test_a_tick_removes_the_value(admin_client, member):
    data = filled_in(admin_client.get(address(member)))
    saved(admin_client.post(address(member), data | {"phone-remove": "on"}))
    member = Member.objects.get()
    assert (member.phone, member.phone_index, member.id_number) == ("", None, identity())


def test_a_value_and_a_tick_contradict_each_other(admin_client, member):
    data = filled_in(admin_client.get(address(member)))
    page = admin_client.post(address(member), data | {"phone": OTHER, "phone-remove": "on"})
    assert "Either a new value or none" in str(errors_of(page)["phone"])
    assert Member.objects.get().phone == PHONE


def test_a_value_that_is_too_long_is_refused(admin_client, member):
    data = filled_in(admin_client.get(address(member)))
    assert "phone" in errors_of(admin_client.post(address(member), data | {"phone": "1" * 31}))


def test_a_page_with_an_error_keeps_what_was_typed_and_shows_the_stored_value_masked(admin_client, member):
    data = filled_in(admin_client.get(address(member)))
    page = admin_client.post(address(member), data | {"phone": OTHER, "name": ""}).content.decode()
    assert f'value="{OTHER}"' in page
    assert "138****8000" in page
    assert PHONE not in page


def test_a_member_keeps_the_own_identity_number(admin_client, member):
    data = filled_in(admin_client.get(address(member)))
    saved(admin_client.post(address(member), data | {"id_number": identity()}))
    other = MemberFactory()
    data = filled_in(admin_client.get(address(other)))
    page = admin_client.post(address(other), data | {"id_number": identity()})
    assert errors_of(page)["id_number"] == ["Another member has this identity number."]
    assert identity() not in str(errors_of(page))


def test_the_phone_of_an_instructor_is_entered_beneath_the_enterprise(admin_client):
    enterprise = EnterpriseFactory()
    instructor = InstructorFactory(enterprise=enterprise, phone=PHONE)
    data = filled_in(admin_client.get(address(enterprise)))
    assert data["instructors-0-phone"] == ""
    data = with_row(data, "instructors", name="王五", phone=OTHER, valid_from="2008-06-30")
    saved(admin_client.post(address(enterprise), data))
    assert Instructor.objects.get(pk=instructor.pk).phone == PHONE
    assert Instructor.objects.get(name="王五").phone == OTHER
    assert Instructor.history.filter(id=instructor.pk).count() == 1  # its own row was not touched


def test_the_history_page_says_that_a_value_changed(admin_client, member):
    data = filled_in(admin_client.get(address(member)))
    saved(admin_client.post(address(member), data | {"phone": OTHER}))
    data = filled_in(admin_client.get(address(member)))
    saved(admin_client.post(address(member), data | {"name": "王五"}))
    page = admin_client.get(reverse("admin:members_member_history", args=[member.pk]))
    fields = [{field.label: field.new for field in change.fields} for change in page.context["page"]]
    assert fields[0] == {"Name": "王五"}
    assert fields[1] == {"Phone": "changed"}
    assert (fields[2]["Phone"], fields[2]["Identity number"]) == ("changed", "changed")
    for secret in (PHONE, OTHER, identity(), member.phone_index, member.phone.stored, "138****"):
        assert secret not in page.content.decode()
