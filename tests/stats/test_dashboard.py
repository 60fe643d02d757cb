"""The dashboard and the leaders' view: their figures, who sees them, what they are asked for, sorting, comparing."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from applications.models import State
from orgs.models import Area, Level
from stats.figures import Scale, coverage_by_area, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    OrganizationFactory,
    PracticeFactory,
)
from tests.stats.pages import DAY, ask, full_district, staff

pytestmark = pytest.mark.django_db

PAGES = ("dashboard", "dashboard_leaders")


@pytest.fixture
def district():
    return full_district()


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


@pytest.mark.parametrize("day", ["2008-6-19", " 2008-06-19 "])
def test_the_day_to_compare_with_is_that_of_the_day_however_it_is_written(client, district, day):
    client.force_login(staff(Role.ADMINISTRATOR))
    page = ask(client, as_of=day).context

    assert (page["asked"].day, page["other_day"]) == (DAY, date(2007, 12, 31))


def test_a_day_that_is_none_is_compared_as_today_is(client, district):
    client.force_login(staff(Role.ADMINISTRATOR))
    page = ask(client, status=400, as_of="20080619").context

    assert page["other_day"] == date(page["asked"].day.year - 1, 12, 31)


def test_one_year_mistyped_makes_one_row(client, district):
    OrganizationFactory(established_on=date(1, 1, 1))
    client.force_login(staff(Role.ADMINISTRATOR))

    years = [(year.year, year.cumulative.value) for year in ask(client).context["growth"]]
    assert years == [(1, 1), (2007, 4), (2008, 6)]


def test_the_days_to_decide_are_those_of_the_applications(client, district):
    area = Area.objects.get(code="330304001")
    application_in(State.APPROVED, area=area)
    client.force_login(staff(Role.ADMINISTRATOR))
    page = ask(client, as_of="2026-06-30").context

    assert page["applications"].total.received == 1
    assert [name for name, _numbers in page["applications"].results][::5] == ["2025-Q1", "2026-Q2"]


def test_quarters_are_written_in_words(client, district):
    client.force_login(staff(Role.ADMINISTRATOR))
    html = ask(client).content.decode()

    assert '<th scope="row">Q2 2008</th>' in html
    assert "2008-Q2" not in html


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
        with CaptureQueriesContext(connection) as queries:
            ask(client, page)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40
