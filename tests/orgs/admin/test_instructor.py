"""Instructors in the admin: what each does in all, and the warning where somebody is sent to several enterprises."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import Instructor
from tests.factories.accounts import UserFactory
from tests.factories.admin import send
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory
from tests.orgs.admin.test_organization import errors_of, saved

pytestmark = pytest.mark.django_db

LIST = "/admin/orgs/instructor/"
ADD = f"{LIST}add/"


def loads(client, **asked):
    """By key of the row: enterprises and days in all."""
    rows = client.get(LIST, asked).context["cl"].result_list
    return {row.pk: (row.workload.enterprises, row.workload.days_per_month) for row in rows}


def warnings_of(response):
    return [str(message) for message in response.context["messages"] if message.level_tag == "warning"]


def new(enterprise, **more):
    return {"name": "王五", "enterprise": str(enterprise.pk), "valid_from": "2007-01-01", **more}


def test_the_list_tells_what_each_does_in_all_on_the_day(admin_client):
    first = InstructorFactory(name="王五", days_per_month=4)
    second = InstructorFactory(name="王五", days_per_month=2, valid_to=date(2008, 6, 30))
    untold = InstructorFactory(name="王五", valid_from=date(2008, 6, 29))
    other = InstructorFactory(name="赵六")

    assert loads(admin_client, on="2008-06-28") == {
        first.pk: (2, 6), second.pk: (2, 6), other.pk: (1, None),
    }  # fmt: skip
    assert loads(admin_client, on="2008-06-29")[untold.pk] == (3, 6)
    # The end day itself; and who is no longer sent is told what the person does now.
    assert loads(admin_client, on="2008-06-30") == {first.pk: (2, 4), untold.pk: (2, 4), other.pk: (1, None)}
    assert loads(admin_client)[second.pk] == (2, 4)


def test_two_assignments_to_one_enterprise_are_one_enterprise(admin_client):
    enterprise = EnterpriseFactory()
    InstructorFactory(name="王五", enterprise=enterprise, days_per_month=4, valid_to=date(2005, 1, 1))
    later = InstructorFactory(
        name="王五", enterprise=enterprise, days_per_month=3, valid_from=date(2005, 1, 1)
    )
    assert loads(admin_client)[later.pk] == (1, 3)


def test_what_lies_outside_the_area_is_not_told(client):
    own, foreign = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    inside = InstructorFactory(name="王五", enterprise=EnterpriseFactory(area=own), days_per_month=4)
    InstructorFactory(name="王五", enterprise=EnterpriseFactory(area=foreign), days_per_month=9)
    user = UserFactory(is_staff=True, area=own)
    user.groups.add(Group.objects.get(name="organizer"))
    client.force_login(user)

    assert loads(client) == {inside.pk: (1, 4)}
    page = reverse("admin:orgs_instructor_change", args=[inside.pk])
    assert warnings_of(client.get(send(client, page, days_per_month="5").url)) == []


def test_the_list_takes_the_same_queries_for_one_row_and_three(admin_client, django_assert_num_queries):
    InstructorFactory(name="王五")
    admin_client.get(LIST)
    with CaptureQueriesContext(connection) as first:
        admin_client.get(LIST)
    InstructorFactory.create_batch(2)
    with django_assert_num_queries(len(first)):
        admin_client.get(LIST)


def test_who_is_sent_to_a_second_enterprise_is_warned_of(admin_client):
    InstructorFactory(name="王五", days_per_month=10)
    answer = send(admin_client, ADD, new(EnterpriseFactory(), days_per_month="12"))
    saved(answer)

    (warning,) = warnings_of(admin_client.get(answer.url))
    assert warning == (
        "The same person is also assigned to 1 other enterprise at that time. 22 days a month in all."
    )
    assert "王五" not in answer.cookies["messages"].value


def test_without_days_the_warning_names_none(admin_client):
    InstructorFactory.create_batch(2, name="王五")
    answer = send(admin_client, ADD, new(EnterpriseFactory()))

    (warning,) = warnings_of(admin_client.get(answer.url))
    assert warning == "The same person is also assigned to 2 other enterprises at that time."


def test_the_warning_tells_of_the_busiest_time(admin_client):
    """Four enterprises one after another and at once; never more than three, in May 2008 alone."""
    for first, last, days in (
        ((2006, 1, 1), (2007, 1, 1), 20), ((2007, 1, 1), (2008, 5, 1), 1),
        ((2008, 5, 1), (2008, 6, 1), 2), ((2008, 5, 1), None, 3),
    ):  # fmt: skip
        end = last and date(*last)
        InstructorFactory(name="王五", valid_from=date(*first), valid_to=end, days_per_month=days)
    answer = send(admin_client, ADD, new(EnterpriseFactory(), days_per_month="4"))

    (warning,) = warnings_of(admin_client.get(answer.url))
    assert "2 other enterprises" in warning
    assert "9 days a month in all" in warning


@pytest.mark.parametrize(
    "other", [{"name": "赵六"}, {"valid_to": date(2007, 1, 1)}, {"valid_from": date(2009, 1, 1)}]
)
def test_who_is_another_or_at_another_time_is_not_warned_of(admin_client, other):
    InstructorFactory(**{"name": "王五", **other})
    answer = send(admin_client, ADD, new(EnterpriseFactory(), valid_to="2009-01-01"))
    saved(answer)
    assert warnings_of(admin_client.get(answer.url)) == []


def test_a_page_that_is_saved_untouched_warns_of_nothing(admin_client):
    first, _second = InstructorFactory.create_batch(2, name="王五")
    answer = send(admin_client, reverse("admin:orgs_instructor_change", args=[first.pk]))
    assert warnings_of(admin_client.get(answer.url)) == []


def test_a_month_has_no_32_days(admin_client):
    answer = send(admin_client, ADD, new(EnterpriseFactory(), days_per_month="32"))
    assert "days_per_month" in errors_of(answer)
    saved(send(admin_client, ADD, new(EnterpriseFactory(), days_per_month="31")))
    assert Instructor.objects.get().days_per_month == 31
