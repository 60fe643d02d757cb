"""What is done to enterprises, from their pages and by the API."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.models import Coverage, Enterprise, Instructor, Kind, Organization
from tests.factories.api import staff_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory
from tests.factories.procedures import perform, preview
from tests.factories.rows import all_rows

pytestmark = pytest.mark.django_db
ON = "2008-06-30"
DAY = date(2008, 6, 30)


@pytest.fixture
def here():
    return AreaFactory(code="330304001", name="梧田街道", name_en="Wutian")


@pytest.fixture
def there():
    return AreaFactory(code="330304002", name="三垟街道", name_en="Sanyang")


@pytest.fixture
def enterprise(here):
    return EnterpriseFactory(area=here)


@pytest.fixture
def api():
    return staff_client("administrator")


def post(api, enterprise, procedure, /, **inputs):
    address = f"/api/v1/enterprises/{enterprise.uscc}/"
    etag = api.get(address).headers["ETag"]
    return api.post(f"{address}{procedure}/", inputs, format="json", headers={"If-Match": etag})


def moved(outcome, day):
    return next(
        {one.code: (one.before, one.after) for one in figures.moved}
        for figures in outcome.figures
        if figures.day == day
    )


def messages(client, answer):
    page = client.get(answer.url)
    return [str(message) for message in page.context["messages"]]


def test_a_closing_shows_what_becomes_of_the_organizations_before_it_is_done(admin_client, enterprise, here):
    branch = OrganizationFactory(area=here, covers=[enterprise])
    other = OrganizationFactory(area=here, covers=[EnterpriseFactory(area=here)])
    member = MemberFactory(organization=branch, employer=enterprise)
    before = all_rows()

    undecided = preview(admin_client, enterprise, "close", on=ON)
    assert list(undecided.context["form"].errors) == ["dissolve_organizations"]
    assert branch.name in undecided.content.decode()
    said = {"on": ON, "document": "党字1号", "dissolve_organizations": "on"}
    homeless = preview(admin_client, enterprise, "close", **said)
    assert list(homeless.context["form"].errors) == ["members_to"]
    without = preview(admin_client, enterprise, "close", **said | {"document": "", "members_to": other.pk})
    assert list(without.context["form"].errors) == ["document"]
    seen = preview(admin_client, enterprise, "close", **said, members_to=other.pk)
    assert moved(seen.context["outcome"], DAY)["organizations.total"] == (2, 1)
    assert "members.full" not in moved(seen.context["outcome"], DAY)
    assert len(seen.context["outcome"].warnings) == 1  # who is employed there
    assert all_rows() == before

    answer = perform(admin_client, enterprise, "close", **said, members_to=other.pk)
    assert answer.status_code == 302
    assert Enterprise.objects.get(pk=enterprise.pk).closed_on == DAY
    assert Organization.objects.get(pk=branch.pk).dissolved_on == DAY
    assert member.memberships.get(valid_to=None).organization == other


def test_what_has_closed_is_closed_merged_and_moved_no_more(admin_client, enterprise):
    perform(admin_client, enterprise, "close", on=ON)
    page = admin_client.get(reverse("admin:orgs_enterprise_change", args=[enterprise.pk]))
    assert {address.rstrip("/").rsplit("/", 1)[-1] for address, _label in page.context["links"]}.isdisjoint(
        {"close", "merge", "move", "assign-instructor", "end-instructor"}
    )
    answer = admin_client.get(reverse("admin:orgs_enterprise_close", args=[enterprise.pk]))
    assert answer.status_code == 302


def test_closing_by_api_asks_for_the_same_decisions(api, enterprise):
    OrganizationFactory(covers=[enterprise])
    answer = post(api, enterprise, "close", on=ON)
    assert answer.status_code == 400
    assert list(answer.json()) == ["dissolve_organizations"]
    answer = post(api, enterprise, "close", on=ON, document="党字1号", dissolve_organizations=True)
    assert answer.status_code == 200, answer.content
    assert answer.json()["performed"] is True
    again = post(api, enterprise, "close", on=ON)
    assert again.status_code == 400


def test_an_enterprise_moves_with_its_organization(admin_client, enterprise, here, there):
    branch = OrganizationFactory(area=here, covers=[enterprise])
    answer = perform(admin_client, enterprise, "move", on=ON, area="330304002", document="温政1号")
    assert answer.status_code == 302, answer.context["form"].errors
    for record in (enterprise, branch):
        assert record.areas.get(valid_to=None).area == there
    assert enterprise.deeds.get().document == "温政1号"


@pytest.mark.parametrize("said", [{}, {"area": "330304002", "leaves_district": "on"}])
def test_a_move_leads_to_an_area_or_out_of_the_district(admin_client, enterprise, there, said):
    answer = perform(admin_client, enterprise, "move", on=ON, **said)
    assert list(answer.context["form"].errors) == ["area"]
    assert enterprise.areas.count() == 1


def test_an_enterprise_leaves_the_district_by_api(api, enterprise):
    answer = post(api, enterprise, "move", on=ON, leaves_district=True)
    assert answer.status_code == 200, answer.content
    assert enterprise.areas.get(valid_to=None).area is None
    assert enterprise.deeds.get().what == "left_the_district"


def test_what_stays_behind_is_told_before_the_move(admin_client, enterprise, here, there):
    joint = OrganizationFactory(
        kind=Kind.JOINT_BRANCH, area=here, covers=[enterprise, EnterpriseFactory(area=here)]
    )
    seen = preview(admin_client, enterprise, "move", on=ON, area="330304002")
    assert any(joint.name in text for text in seen.context["outcome"].warnings)


def test_an_enterprise_merges_into_another(admin_client, enterprise, there):
    into = EnterpriseFactory(area=there)
    member = MemberFactory(employer=enterprise)
    branch = OrganizationFactory(covers=[enterprise])
    itself = perform(admin_client, enterprise, "merge", on=ON, into=enterprise.pk)
    assert list(itself.context["form"].errors) == ["into"]
    answer = perform(admin_client, enterprise, "merge", on=ON, into=into.pk, document="工商3号")
    assert answer.status_code == 302, answer.context["form"].errors
    member.refresh_from_db()
    assert member.employer == into
    assert Coverage.objects.get(organization=branch, valid_to=None).enterprise == into


def test_a_merger_by_api_names_the_other_by_its_credit_code(api, enterprise):
    into = EnterpriseFactory()
    answer = post(api, enterprise, "merge", on=ON, into=into.uscc, preview=True)
    assert answer.status_code == 200, answer.content
    assert answer.json()["performed"] is False
    assert Enterprise.objects.get(pk=enterprise.pk).closed_on is None
    answer = post(api, enterprise, "merge", on=ON, into=into.uscc, confirm=answer.json()["digest"])
    assert answer.json()["performed"] is True


def test_an_instructor_is_assigned_and_the_preview_keeps_the_phone_to_itself(admin_client, enterprise):
    said = {"on": ON, "name": "陈芳", "phone": "13800001234", "employer": "党校", "days_per_month": "4"}
    seen = preview(admin_client, enterprise, "assign-instructor", **said)
    shown = [
        text
        for rows in seen.context["outcome"].rows
        for row in rows.shown
        for text in (row.name, *(field.new for field in row.fields))
    ]
    assert not any("8000012" in str(text) for text in shown)
    assert not Instructor.objects.exists()

    answer = perform(admin_client, enterprise, "assign-instructor", **said)
    assert answer.status_code == 302, answer.context["form"].errors
    instructor = enterprise.instructors.get()
    assert (instructor.name, instructor.valid_from, instructor.employer) == ("陈芳", DAY, "党校")
    assert (instructor.days_per_month, instructor.phone.reveal()) == (4, "13800001234")
    assert not any("8000012" in text for text in messages(admin_client, answer))


def test_who_works_for_others_too_is_told_with_all_the_days(admin_client, enterprise):
    InstructorFactory(name="陈芳", days_per_month=6)
    InstructorFactory(name="陈芳", days_per_month=None)
    InstructorFactory(name="陈芳", days_per_month=9, valid_to=DAY)
    InstructorFactory(name="林琳", days_per_month=9)
    seen = preview(admin_client, enterprise, "assign-instructor", on=ON, name="陈芳", days_per_month=4)
    assert seen.context["outcome"].warnings == [
        "The same person is also assigned to 2 other enterprises at that time. 10 days a month in all."
    ]


def test_only_what_the_organizer_sees_counts_as_other_work(enterprise, here, there):
    InstructorFactory(name="陈芳", days_per_month=6, enterprise=EnterpriseFactory(area=there))
    api = staff_client("organizer", here)
    answer = post(api, enterprise, "assign-instructor", on=ON, name="陈芳", preview=True)
    assert answer.status_code == 200, answer.content
    assert answer.json()["warnings"] == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"days_per_month": "32"}, "days_per_month"),
        ({"name": ""}, "name"),
        ({"on": "2000-01-01", "name": "陈芳"}, "on"),
    ],
)
def test_an_assignment_that_cannot_be_is_refused_at_its_input(admin_client, enterprise, said, field):
    InstructorFactory(enterprise=enterprise, name="陈芳")
    answer = perform(admin_client, enterprise, "assign-instructor", **{"on": ON, "name": "林琳", **said})
    assert list(answer.context["form"].errors) == [field]
    assert enterprise.instructors.count() == 1


def test_an_assignment_ends(admin_client, enterprise):
    staying, going = InstructorFactory.create_batch(2, enterprise=enterprise)
    InstructorFactory(enterprise=enterprise, valid_to=DAY)
    foreign = InstructorFactory()
    page = admin_client.get(reverse("admin:orgs_enterprise_end-instructor", args=[enterprise.pk]))
    assert set(page.context["form"].fields["instructor"].queryset) == {staying, going}

    wrong = perform(admin_client, enterprise, "end-instructor", on=ON, instructor=foreign.pk)
    assert list(wrong.context["form"].errors) == ["instructor"]
    early = perform(admin_client, enterprise, "end-instructor", on="2000-01-01", instructor=going.pk)
    assert list(early.context["form"].errors) == ["on"]
    answer = perform(admin_client, enterprise, "end-instructor", on=ON, instructor=going.pk)
    assert answer.status_code == 302
    for row in (staying, going):
        row.refresh_from_db()
    assert (staying.valid_to, going.valid_to) == (None, DAY)


def test_an_assignment_ends_by_api_by_its_number(api, enterprise):
    instructor, foreign = InstructorFactory(enterprise=enterprise), InstructorFactory()
    wrong = post(api, enterprise, "end-instructor", on=ON, instructor=foreign.pk)
    assert (wrong.status_code, list(wrong.json())) == (400, ["instructor"])
    answer = post(api, enterprise, "end-instructor", on=ON, instructor=instructor.pk)
    assert answer.status_code == 200, answer.content
    instructor.refresh_from_db()
    assert instructor.valid_to == DAY
    again = post(api, enterprise, "end-instructor", on=timezone.localdate().isoformat(), instructor=1)
    assert again.status_code == 400


def test_an_enterprise_that_closes_later_gets_an_instructor_until_then(admin_client, here):
    closing = timezone.localdate().replace(year=timezone.localdate().year + 2, day=1)
    enterprise = EnterpriseFactory(area=here, closed_on=closing)
    perform(admin_client, enterprise, "assign-instructor", on=ON, name="陈芳")
    assert enterprise.instructors.get().valid_to == closing
