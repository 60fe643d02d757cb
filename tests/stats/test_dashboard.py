"""The dashboard and the leaders' view: their figures, the lists behind them, who sees what, sorting, comparing."""

import re
from datetime import date
from html import unescape
from random import Random

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from hypothesis import HealthCheck, given, settings

from accounts.roles import Role
from applications.models import State
from members.models import Member
from orgs.models import Area, Enterprise, Kind, Level, Practice
from stats.figures import Scale, coverage_by_area, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
)
from tests.stats.worlds import DAYS, worlds

pytestmark = pytest.mark.django_db

DAY = date(2008, 6, 19)
ASKED = {"as_of": DAY.isoformat(), "scale": "all"}
LINK = re.compile(r'<a href="(/admin/[^"]+\?[^"]+)">([\d,]+)</a>')
PAGES = ("dashboard", "dashboard_leaders")


def staff(role, area=None):
    return UserFactory(role=role.value, is_staff=True, area=area)


def ask(client, page="dashboard", status=200, **query):
    answer = client.get(reverse(page), ASKED | query, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer


def links(answer):
    """The numbers of a page that lead to lists, by their addresses."""
    found = LINK.findall(answer.content.decode())
    return {unescape(address): int(number.replace(",", "")) for address, number in found}


def numbers(answer):
    """All numbers of a page that may lead somewhere."""
    page = answer.context
    table = page["by_area"]
    rows = [*table.rows, table.total] if table else []
    cells = [cell.number for row in rows for cell in row.cells if cell.number]
    parts = [part.number for part in (*page["modes"], *page["stages"], *page["practices"])]
    years = [number for year in page["growth"] for number in (year.formed, year.cumulative)]
    return [*(detail.now for detail in page["details"]), *cells, *parts, *years, page["in_scale"]]


@pytest.fixture
def district():
    """A district in which every figure counts something, in its two subdistricts and beside them."""
    district = AreaFactory(code="330304", name_en="Ouhai")
    wutian, louqiao = AreaFactory(code="330304001", name_en="Wutian"), AreaFactory(code="330304002")
    Area.objects.rebuild_tree()
    enterprises = [
        EnterpriseFactory(area=area, above_scale_from=date(2007, 1, 1))
        for area in (wutian, wutian, wutian, louqiao, louqiao, district, district)
    ]
    kinds = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.JOINT_BRANCH)
    for number, kind in enumerate(kinds):
        organization = OrganizationFactory(
            area=district if kind == Kind.BRANCH else wutian,
            kind=kind,
            covers=[enterprises[5 if kind == Kind.BRANCH else number]],
            established_on=date(2007 + number % 2, 2, 1),
            initiated_by="enterprise",
        )
        MemberFactory(organization=organization)
        MemberFactory(organization=organization, full_on=None, probationary_on=date(2008, 3, 1))
    OrganizationFactory(area=louqiao, kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[enterprises[4]])
    OrganizationFactory(area=wutian, established_on=date(2007, 5, 1), dissolved_on=date(2008, 1, 1))
    InstructorFactory(enterprise=enterprises[3])
    for stage in ("applied_on", "activist_on", "candidate_on"):
        MemberFactory(full_on=None, employer=enterprises[0], **{stage: date(2008, 1, 1)})
    for level in ("city", "district"):
        DesignationFactory(enterprise=enterprises[0], level=level)
    PracticeFactory(enterprise=enterprises[0], released_on=date(2008, 6, 2))
    PracticeFactory(enterprise=enterprises[0])
    return district


def test_the_figures_are_those_of_the_figure_functions(client, district):
    client.force_login(staff(Role.ORGANIZER, district))
    page = ask(client, scale="above").context
    figures = coverage_figures(DAY, district, Scale.ABOVE)

    assert page["figures"] == figures
    shown = {detail.code: detail.now.value for detail in page["details"]}
    assert shown["organizations.total"] == figures.organizations.total == 4
    assert shown["members.total"] == figures.members.total == 8
    assert shown["community_general_branches"] == figures.community_general_branches == 1
    by_area = {
        area: figures
        for area, figures in coverage_by_area(DAY, district, Level.SUBDISTRICT, Scale.ABOVE)
        if area or figures.organizations.total
    }
    for row in [*page["by_area"].rows, page["by_area"].total]:
        wanted = figures if row.area == district else by_area.pop(row.area)
        cells = [cell.number.value if cell.number else cell.rate for cell in row.cells]
        assert cells == [
            wanted.organizations.total, wanted.organizations.standalone, wanted.organizations.joint,
            wanted.members.total, wanted.enterprises.in_scale, wanted.organizational.numerator,
            wanted.organizational.rate, wanted.work.numerator, wanted.work.rate,
        ]  # fmt: skip
    assert not by_area
    assert {str(part.label): part.number.value for part in page["stages"]} == {
        "Applicant": 1, "Activist": 1, "Candidate for development": 1, "Probationary member": 4, "Full member": 4,
    }  # fmt: skip
    assert [(year.year, year.formed.value, year.cumulative.value) for year in page["growth"]] == [
        (2007, 3, 3), (2008, 2, 5),
    ]  # fmt: skip
    assert [part.number.value for part in page["practices"]] == [2, 1]


@pytest.mark.sqlite
def test_every_number_leads_to_a_list_of_as_many_rows(client, district):
    client.force_login(staff(Role.ORGANIZER, district))
    answer = ask(client)

    assert all(number.address for number in numbers(answer) if number.value)
    found = links(answer)
    assert set(found) == {number.address for number in numbers(answer) if number.value}
    for address, number in found.items():
        assert client.get(address).context["cl"].result_count == number, address
    assert links(ask(client, "dashboard_leaders")).items() <= found.items()


def rows_of(address, user):
    """How many rows the list at `address` shows to `user`, without drawing it."""
    request = RequestFactory().get(address)
    request.user, request.resolver_match = user, resolve(request.path)
    name = request.resolver_match.url_name.removesuffix("_changelist")
    records = next(
        one for one in admin.site._registry.values() if one.opts.label_lower.replace(".", "_") == name
    )
    return records.get_changelist_instance(request).result_count


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds)
def test_numbers_lead_to_as_many_rows_on_random_registers(client, world):
    lot = Random(world.seed)
    with transaction.atomic():
        areas = world.store()
        enterprises = list(Enterprise.objects.all())
        for member in Member.objects.all():
            member.employer, member.applied_on = lot.choice(enterprises), lot.choice(DAYS)
            member.save()
        Practice.objects.create(
            title="互助会", text="", enterprise=lot.choice(enterprises), day=lot.choice(DAYS)
        )
        own = lot.choice(list(areas.values()))
        inside = [area for code, area in areas.items() if code.startswith(own.code)]
        for user, area in (
            (staff(Role.ADMINISTRATOR), lot.choice(["", *areas])),
            (staff(Role.ORGANIZER, own), lot.choice(inside).code),
        ):
            client.force_login(user)
            scale = lot.choice(Scale.values)
            answer = ask(client, as_of=lot.choice(world.asked).isoformat(), area=area, scale=scale)
            found = links(answer)
            assert {address: rows_of(address, user) for address in found} == found
            unexplained = [number for number in numbers(answer) if number.value and not number.address]
            assert not unexplained or answer.context["away"]
        transaction.set_rollback(True)


def test_what_has_left_the_users_area_is_counted_and_explained(client, district):
    client.force_login(staff(Role.ORGANIZER, district))
    wutian, elsewhere = Area.objects.get(code="330304001"), AreaFactory(code="330305001")
    gone = OrganizationFactory(area=wutian, established_on=date(2000, 1, 1))
    gone.areas.update(valid_to=date(2010, 1, 1))
    gone.areas.create(area=elsewhere, valid_from=date(2010, 1, 1))
    answer = ask(client)

    rows = {row.area and row.area.code: row.cells for row in answer.context["by_area"].rows}
    assert rows["330304001"][0].number.value == 4
    assert not rows["330304001"][0].number.address
    assert rows["330304001"][4].number.address, "no enterprise has left"
    assert rows[None][0].number.address, "no organization has left from there"
    html = answer.content.decode()
    assert "Some of what is counted on June 19, 2008 has left your area since: 1 organization." in html
    assert "has left your area" not in ask(client, as_of="2011-01-01").content.decode()


@pytest.mark.sqlite
def test_a_number_leads_to_no_list_that_its_reader_may_not_open(client, district):
    for role, opens_members in ((Role.ORGANIZER, True), (Role.REVIEWER, False), (Role.ANALYST, False)):
        client.force_login(staff(role, district))
        found = links(ask(client))
        assert any("/members/member/" in address for address in found) is opens_members
        assert any("/orgs/organization/" in address for address in found)
        assert ("Open applications" in ask(client).content.decode()) is (role != Role.ANALYST)


@pytest.mark.sqlite
@pytest.mark.parametrize("page", PAGES)
def test_the_pages_are_for_staff_who_see_some_area(client, district, page):
    address = reverse(page)
    assert client.get(address).url == f"/admin/login/?next={address}"
    for user in (UserFactory(), UserFactory(is_staff=True), staff(Role.ORGANIZER)):
        client.force_login(user)
        assert client.get(address).status_code == 403
    client.force_login(staff(Role.ANALYST, district))
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_an_area_outside_ones_own_is_refused_at_its_field(client, district, page):
    own, other = Area.objects.get(code="330304002"), AreaFactory(code="330305001", name="外区")
    client.force_login(staff(Role.ORGANIZER, own))
    answer = ask(client, page, status=400, area=other.code)

    assert answer.context["form"].errors == {"area": ["No area that you see has this code."]}
    assert answer.context["asked"].area == own
    assert "外区" not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "field"),
    [({"as_of": "2008-02-30"}, "as_of"), ({"compared_with": "x"}, "compared_with"), ({"scale": "most"}, "scale"),
     ({"sort": "-name"}, "sort")],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_its_field(client, district, query, field):
    client.force_login(staff(Role.ADMINISTRATOR))
    answer = ask(client, status=400, **query)

    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].errors[field][0] in answer.content.decode()


def test_areas_stand_in_the_order_asked_for(client, district):
    client.force_login(staff(Role.ADMINISTRATOR))

    def order(**query):
        table = ask(client, **query).context["by_area"]
        return [row.area and row.area.code[-3:] for row in table.rows], table

    assert order()[0] == ["001", "002", None]
    assert order(sort="-area")[0] == ["002", "001", None]
    assert order(sort="members")[0] == ["002", "001", None]
    codes, table = order(sort="-organizations", area="330304")
    assert codes == ["001", "002", None]
    organizations = table.headings[1]
    assert organizations.order == "descending"
    query = "as_of=2008-06-19&compared_with=2007-12-31&area=330304&scale=all&sort=organizations"
    assert organizations.address == f"?{query}#by-area"
    html = ask(client, sort="-organizations").content.decode()
    assert html.count("aria-sort=") == html.count('aria-sort="descending"') == 1


def test_beneath_an_area_stands_the_next_level_that_there_is(client, district):
    client.force_login(staff(Role.ADMINISTRATOR))
    AreaFactory(code="330304002001")

    def level(**query):
        table = ask(client, **query).context["by_area"]
        return table and table.level

    assert level() == level(area="330304") == "subdistrict"
    assert level(area="330304002") == "community"
    assert level(area="330304002001") is level(area="330304001") is None


def test_a_change_is_told_by_sign_and_word(client, district):
    client.force_login(staff(Role.ADMINISTRATOR))
    page = ask(client)
    changes = {detail.code: detail.change for detail in page.context["details"]}

    assert page.context["other_day"] == date(2007, 12, 31)
    assert (changes["organizations.total"].amount, changes["organizations.total"].word) == ("+1", "more")
    branches = changes["community_general_branches"]
    assert (branches.amount, branches.word) == ("", "unchanged")
    backwards = ask(client, as_of="2007-12-31", compared_with=DAY.isoformat())
    assert "<strong>−1</strong> fewer" in backwards.content.decode()
    assert "percentage points higher" in ask(client, compared_with="2007-01-01").content.decode()
    assert "not comparable" in ask(client, compared_with="1999-01-01").content.decode()


def test_the_days_to_decide_are_those_of_the_applications(client, district):
    area = Area.objects.get(code="330304001")
    application_in(State.APPROVED, area=area)
    client.force_login(staff(Role.ADMINISTRATOR))
    page = ask(client, as_of="2026-06-30").context

    assert page["applications"].total.received == 1
    assert [name for name, _numbers in page["applications"].results][::5] == ["2025-Q1", "2026-Q2"]


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_register_says_what_to_do(client, page):
    client.force_login(staff(Role.ADMINISTRATOR))
    html = ask(client, page).content.decode()

    assert "The register is empty." in html
    assert "import_data areas FILE" in html


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_of_the_calendar_have_figures(client, district, page, day):
    client.force_login(staff(Role.ADMINISTRATOR))
    ask(client, page, as_of=day.isoformat())


@pytest.mark.sqlite
@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_the_same_statements_for_one_row_and_three(client, page):
    district = AreaFactory(code="330304")
    client.force_login(staff(Role.ORGANIZER, district))

    def fill(number):
        area = AreaFactory(code=f"33030400{number}")
        enterprise = EnterpriseFactory(area=area)
        MemberFactory(organization=OrganizationFactory(area=area, covers=[enterprise]))
        MemberFactory(full_on=None, applied_on=DAY, employer=enterprise)
        DesignationFactory(enterprise=enterprise)
        PracticeFactory(enterprise=enterprise)

    counts = []
    for more in ([1], [2, 3]):
        for number in more:
            fill(number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(client, page)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40
