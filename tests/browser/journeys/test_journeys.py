"""The whole way of each kind of user, in both languages, on a desk and on a phone."""

import pytest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from applications.models import State
from tests.browser.conftest import BROAD, NARROW
from tests.browser.journeys import analyst, enterprise, importing, organizer
from tests.browser.journeys.newcomers import APPLICANTS, LISTS, MEMBERS, TO_BE_ENTERED

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

VISITORS = [("zh-hans", BROAD), ("en", BROAD), ("zh-hans", NARROW), ("en", NARROW)]


def each_with(values):
    """The visitors, each with a value of their own."""
    return [(*visitor, value) for visitor, value in zip(VISITORS, values, strict=True)]


def counted(page):
    """The figures of today that a new branch of an enterprise moves."""
    figures = page.request.get("/api/v1/statistics/coverage/?area=330304&scale=all").json()
    return {
        "organizations": figures["organizations"]["total"],
        "initiated by enterprises": figures["organizations"]["initiated_by_enterprise"],
        "full members": figures["members"]["full"],
        "standalone": figures["enterprises"]["by_mode"]["standalone"],
        "covered": figures["coverage"]["organizational"]["numerator"],
    }


@pytest.mark.parametrize(("language", "width", "newcomer"), each_with(TO_BE_ENTERED), indirect=["language"])
def test_an_organizer_enters_a_branch_and_sees_the_figure_move(open_page, shot, language, width, newcomer):
    page = open_page("/admin/", language=language, width=width)
    before, after = organizer.enter_a_branch(page, newcomer, shot)
    assert after == before + 1


@pytest.mark.parametrize(("language", "width", "applicant"), each_with(APPLICANTS), indirect=["language"])
def test_an_enterprise_applies_and_the_figures_count_its_branch(open_page, shot, language, width, applicant):
    reads = {"language": language, "width": width}
    page = open_page("/", **reads, javascript=width == BROAD)
    before = counted(page)
    code = f"ZZ330304-8{applicant.number}"

    receipt = enterprise.apply(page, applicant, shot)
    enterprise.review(open_page("/admin/", **reads), receipt, shot)
    organizer_page = open_page("/admin/", **reads)
    enterprise.found(organizer_page, receipt, code, shot)
    told = enterprise.follow(page, receipt, shot)

    assert capfirst(str(State.FOUNDED.label)) in told
    assert code in told
    founded = organizer_page.request.get(f"/api/v1/organizations/{code}/").json()
    assert [post["member"]["name"] for post in founded["posts"]] == [MEMBERS[0]]
    moved = counted(page)
    assert {name: moved[name] - before[name] for name in moved} == {
        "organizations": 1, "initiated by enterprises": 1, "full members": len(MEMBERS), "standalone": 1, "covered": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "width", "token"),
    each_with(["月报", "Monthly report", "年报", "Annual report"]),
    indirect=["language"],
)
def test_an_analyst_pulls_with_a_token_what_the_dashboard_shows(
    open_page, site, shot, language, width, token
):
    page = open_page("/admin/", language=language, width=width)
    shown = analyst.read_the_dashboard(page, shot)
    key = analyst.make_a_token(page, token, shot)
    asked = {"as_of": analyst.DAY, "area": analyst.DISTRICT}
    program = analyst.Program(site, key, language)

    rows = program.sheet("statistics/coverage/by-area/", **asked)
    assert {
        row["area.name"]: [row[column] for column in analyst.COLUMNS] for row in rows if row["area.code"]
    } == shown
    whole = program.json("statistics/coverage/", **asked)
    gaps = program.json("statistics/gaps/", **asked)  # which needs the token
    assert sum(row[0] for row in shown.values()) == whole["organizations"]["total"]
    covered = whole["coverage"]["organizational"]
    assert gaps["count"] == covered["denominator"] - covered["numerator"]


@pytest.mark.parametrize(("language", "width", "newcomers"), each_with(LISTS), indirect=["language"])
def test_an_organizer_imports_a_list_mends_what_is_wrong_in_it_and_imports_that(
    open_page, shot, tmp_path, language, width, newcomers
):
    page = open_page("/admin/", language=language, width=width)
    told = importing.import_a_list(page, tmp_path, newcomers, language, shot)
    assert _("there is no such day") in told
    for one in newcomers:
        kept = page.request.get(f"/api/v1/enterprises/{one.uscc}/").json()
        assert (kept["name"], kept["registered_on"]) == (one.name, importing.DAY)
