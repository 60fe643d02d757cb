"""`manage.py load_sample`: into an empty database only, all or nothing."""

import re
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from accounts.models import User
from members.models import Member
from orgs.models import Area, Enterprise, Organization, PolicyNumber
from sample.loading import HasData, load
from sample.logins import LOGINS
from sample.presence import is_loaded
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

NOTICE = "components/sample_notice.html"


def load_sample(*arguments):
    output = StringIO()
    call_command("load_sample", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(
    "factory", [AreaFactory, EnterpriseFactory, OrganizationFactory, MemberFactory, UserFactory]
)
def test_it_refuses_a_database_that_has_data_and_says_what(factory):
    row = factory()
    with pytest.raises(CommandError, match=str(row._meta.verbose_name_plural)) as refusal:
        load_sample()
    assert refusal.value.returncode == 1
    assert type(row).objects.count() == 1
    assert not is_loaded()


def test_if_empty_leaves_data_alone_and_says_no_logins_that_do_not_exist():
    AreaFactory()
    assert load_sample("--if-empty") == ""
    assert not Enterprise.objects.exists()


def test_it_leaves_nothing_behind_when_it_fails_half_way():
    Group.objects.get(name="analyst").delete()  # which the last of its users needs
    with pytest.raises(Group.DoesNotExist):
        load()
    for model in (Area, Enterprise, Organization, Member, User):
        assert not model.objects.exists(), model
        if hasattr(model, "history"):
            assert not model.history.exists(), model


def test_it_makes_a_user_of_each_role_and_says_how_to_sign_in():
    policies = PolicyNumber.objects.count()
    said = load_sample()

    assert PolicyNumber.objects.count() == policies > 0
    for login in LOGINS:
        assert re.search(rf"{login.username}\s+{login.password}\n", said)
        user = User.objects.get(username=login.username)
        answer = Client().post("/admin/login/", {"username": login.username, "password": login.password})
        assert answer.status_code == 302
        assert [group.name for group in user.groups.all()] == [login.role]
        assert user.area.code == login.area
        assert user.is_staff
        assert not user.is_superuser
    assert User.objects.get(username="organizer").area.level == "subdistrict"

    assert load_sample("--if-empty") == said
    with pytest.raises(HasData):
        load()


def test_an_invented_enterprise_alone_is_not_yet_the_sample():
    EnterpriseFactory(uscc="91330399YX00000016")
    assert not is_loaded()


def test_pages_say_that_the_data_are_invented_only_while_they_are(django_assert_num_queries):
    request = RequestFactory().get("/")
    with django_assert_num_queries(1):
        assert render_to_string(NOTICE, request=request).strip() == ""
    EnterpriseFactory(uscc="91330399YL0000001X", registered_on=date(2001, 1, 1))
    assert "sample-notice" in render_to_string(NOTICE, request=RequestFactory().get("/"))
