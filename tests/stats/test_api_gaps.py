"""GET /api/v1/statistics/gaps/: who is without an organization, for staff and within their area."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from orgs.models import EnterpriseArea, Kind
from record.models import AccessEntry, Event
from stats.api import gaps as api
from tests.factories.api import staff_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    START,
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.stats.asking import DAY, ask, place, rows_of_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return staff_client(Role.ADMINISTRATOR)


def enterprise(*, members=0, **values):
    """An enterprise above scale whose staff are so many full members."""
    found = EnterpriseFactory(above_scale_from=START, **values)
    MemberFactory.create_batch(members, employer=found)
    return found


def gaps(client, **parameters):
    answer = ask("gaps", client, **{"as_of": DAY, **parameters})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def names(client, **parameters):
    return [row["enterprise"]["name"] for row in gaps(client, **parameters)]


def test_an_empty_register_has_no_gaps(administrator):
    answer = ask("gaps", administrator)

    assert answer.json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_an_enterprise_is_told_with_its_members_its_mode_and_what_the_rules_ask_for(administrator):
    area = AreaFactory(code="330304001001")
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=area)
    found = enterprise(name="瓯海电器", area=area, members=1)

    assert gaps(administrator) == [
        {
            "enterprise": {"uscc": found.uscc, "name": "瓯海电器", "area": "330304001001"},
            "full_members": 1,
            "mode": "community",
            "recommended": "joint",
        }
    ]


def test_those_with_most_full_members_come_first_and_equals_by_credit_code(administrator):
    for number, members in enumerate([0, 2, 4, 1, 3, 2]):
        enterprise(name=f"企业{number}", members=members)
    InstructorFactory(enterprise=enterprise(name="企业6", members=2))

    found = [(row["enterprise"]["name"], row["full_members"], row["mode"]) for row in gaps(administrator)]
    assert found == [
        ("企业2", 4, "none"),
        ("企业4", 3, "none"),
        ("企业1", 2, "none"),
        ("企业5", 2, "none"),
        ("企业6", 2, "instructor"),
        ("企业3", 1, "none"),
        ("企业0", 0, "none"),
    ]
    assert [row["recommended"] for row in gaps(administrator)] == [
        "standalone", "standalone", "instructor", "instructor", "instructor", "joint", "community",
    ]  # fmt: skip


def test_only_who_is_full_on_the_day_and_works_there_counts(administrator):
    found = enterprise()
    MemberFactory(employer=found, full_on=date(2008, 6, 20))
    MemberFactory(employer=found, ended_on=date(2008, 6, 19))
    MemberFactory(employer=found, full_on=None, probationary_on=START)
    MemberFactory(organization=OrganizationFactory())
    MemberFactory(employer=found, full_on=date(2008, 6, 19), organization=OrganizationFactory())

    assert [row["full_members"] for row in gaps(administrator)] == [1]


def test_an_enterprise_with_an_organization_of_its_own_or_a_joint_one_is_no_gap(administrator):
    for kind in (Kind.BRANCH, Kind.JOINT_BRANCH):
        CoverageFactory(organization=OrganizationFactory(kind=kind), enterprise=enterprise(members=3))
    left = enterprise(name="企业")
    CoverageFactory(organization=OrganizationFactory(), enterprise=left, valid_to=date(2008, 6, 19))

    assert names(administrator) == ["企业"]
    assert names(administrator, as_of="2008-06-18") == []


def test_all_enterprises_are_another_question(administrator):
    EnterpriseFactory(name="企业")

    assert names(administrator) == []
    assert names(administrator, scale="all") == ["企业"]


def test_there_are_as_many_as_the_coverage_figures_count(administrator):
    place("330304001", 2)
    place("330304002", 1)
    area = place("330304", 1)
    InstructorFactory(enterprise=enterprise(area=area))

    for code in ("330304", "330304001", None):
        asked = {"as_of": DAY, **({"area": code} if code else {})}
        by_mode = ask("coverage", **asked).json()["enterprises"]["by_mode"]
        without = by_mode["instructor"] + by_mode["community"] + by_mode["none"]
        assert ask("gaps", administrator, **asked).json()["count"] == without


def test_pages_go_through_all_of_them(administrator):
    for _number in range(5):
        enterprise()
    first = ask("gaps", administrator, as_of=DAY, page_size=2)
    second = administrator.get(first.json()["next"])
    third = administrator.get(second.json()["next"])

    pages = [page.json() for page in (first, second, third)]
    found = [row["enterprise"]["uscc"] for page in pages for row in page["results"]]
    assert [page["count"] for page in pages] == [5, 5, 5]
    assert found == [row["enterprise"]["uscc"] for row in gaps(administrator)]
    assert pages[2]["next"] is None
    assert pages[2]["previous"] is not None
    assert ask("gaps", administrator, page=4, page_size=2).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [("page", "0"), ("page", "x"), ("page_size", "1001"), ("cursor", ""), ("as_of", "x"), ("area", "9"),
     ("scale", "some"), ("ordering", "name"), ("level", "city")],
)  # fmt: skip
def test_a_bad_value_or_an_unknown_parameter_is_named(administrator, name, value):
    answer = ask("gaps", administrator, **{name: value})

    assert answer.status_code == 400
    assert list(answer.json()) == [name]


@pytest.mark.sqlite
def test_who_is_not_signed_in_learns_nothing():
    place("330304001")

    for format_ in ("json", "csv", "xlsx"):
        answer = ask("gaps", as_of=DAY, format=format_)
        assert answer.status_code == 401
        assert answer.json().keys() == {"detail"}


@pytest.mark.sqlite
@pytest.mark.parametrize("role", Role)
def test_staff_see_the_gaps_of_their_area(role):
    own = place("330304001")
    place("330304002", 0)
    enterprise(name="无区划")
    client = staff_client(role, own)

    everything = role == Role.ADMINISTRATOR
    assert len(gaps(client)) == (3 if everything else 1)
    assert len(gaps(client, area="330304001")) == 1
    assert len(gaps(client, area="330304002")) == (1 if everything else 0)
    assert ask("gaps", staff_client(role), as_of=DAY).json()["count"] == (3 if everything else 0)


@pytest.mark.sqlite
def test_who_looks_after_an_enterprise_today_sees_it_on_any_day():
    own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    moved = enterprise(area=own)
    moved.areas.update(valid_to=date(2020, 1, 1))
    EnterpriseArea.objects.create(enterprise=moved, area=other, valid_from=date(2020, 1, 1))

    then, now = staff_client(Role.ORGANIZER, own), staff_client(Role.ORGANIZER, other)
    assert gaps(then) == gaps(then, area="330304001") == []
    assert [row["enterprise"]["area"] for row in gaps(now)] == ["330304001"]
    assert gaps(now, area="330304002") == []
    assert [row["enterprise"]["area"] for row in gaps(now, as_of="2020-01-01")] == ["330304002"]


def test_a_file_holds_all_rows_and_is_noted(administrator):
    for _number in range(3):
        enterprise()

    rows = rows_of_csv(ask("gaps", administrator, as_of=DAY, format="csv"))

    assert len(rows) == 3
    entry = AccessEntry.objects.get(event=Event.EXPORTED)
    assert entry.user.groups.get().name == Role.ADMINISTRATOR
    assert entry.detail == "gaps.csv: rows 3"
    assert ask("gaps", administrator, format="csv", page=1).json().keys() == {"page"}


def test_a_file_that_its_reader_has_is_not_noted_again(administrator):
    etag = ask("gaps", administrator, format="csv").headers["ETag"]
    assert ask("gaps", administrator, format="csv", headers={"if-none-match": etag}).status_code == 304

    assert AccessEntry.objects.filter(event=Event.EXPORTED).count() == 1


def test_a_page_and_a_refused_file_are_not_noted(administrator):
    ask("gaps", administrator)
    administrator.head("/api/v1/statistics/gaps/", {"format": "csv"})
    ask("gaps", administrator, format="csv", area="9")
    ask("gaps", format="xlsx")

    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


def test_a_file_has_an_end(administrator, monkeypatch):
    monkeypatch.setattr(api, "MOST_ROWS", 1)
    enterprise()
    assert ask("gaps", administrator, as_of=DAY, format="xlsx").status_code == 200
    enterprise()

    refused = ask("gaps", administrator, as_of=DAY, format="xlsx")
    assert refused.status_code == 400
    assert refused.json().keys() == {"area"}


@pytest.mark.sqlite
@pytest.mark.parametrize("format_", ["json", "csv"])
def test_the_number_of_statements_is_constant(administrator, format_):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert ask("gaps", administrator, as_of=DAY, format=format_).status_code == 200
        return len(queries)

    gaps(administrator)  # the use of the token is noted once a day
    enterprise(members=1)
    one = statements()
    for _number in range(2):
        enterprise(members=3)
    assert statements() == one
