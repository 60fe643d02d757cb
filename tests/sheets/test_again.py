"""The same import twice: everything unchanged, and no row of history. Refused: nothing at all."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orgs.models import Area, Kind, Organization
from sheets.problems import ImportRefused
from sheets.resources import RESOURCES
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory, credit_code
from tests.sheets.files import counts, csv_text, errors, identity, load

CODES = [credit_code(number) for number in range(3)]
DAYS = st.sampled_from(["", "2001-01-01", "2003/3/3", "2005-05-05", "2009-09-09"])


def number_of_rows():
    """How many rows every table has, histories too."""
    models = [*apps.get_app_config("orgs").get_models(), *apps.get_app_config("members").get_models()]
    return {model.__name__: model.objects.count() for model in models}


def table(resource, **columns):
    """Files of `resource`: some of `columns` in any order, up to four rows of what they draw."""
    keys = [column.name for column in RESOURCES[resource].columns if column.key]

    def rows(names):
        cells = st.tuples(*(columns[name] for name in names))
        places = [names.index(key) for key in keys]
        lines = st.lists(cells, max_size=4, unique_by=lambda row: tuple(row[place] for place in places))
        return lines.map(lambda drawn: (resource, [names, *drawn]))

    return st.permutations(list(columns)).flatmap(rows)


AREAS = st.sampled_from(["", "330304", "330304001"])
FILES = st.one_of(
    table(
        "areas",
        code=st.sampled_from(["33", "3303", "330304"]),
        name=st.sampled_from(["x", "y"]),
        level=st.sampled_from(["省", "city", "district"]),
    ),
    table(
        "enterprises",
        uscc=st.sampled_from(CODES),
        name=st.sampled_from(["x", "温州"]),
        area=AREAS,
        ownership=st.sampled_from(["", "外资"]),
        legal_form=st.sampled_from(["", "集体"]),
        registered_on=st.sampled_from(["2000-01-01", "2001-01-01"]),
        closed_on=st.sampled_from(["", "", "2010-01-01"]),
        above_scale_from=DAYS,
        above_scale_to=st.sampled_from(["", "", "2007-01-01"]),
        employees=st.sampled_from(["", "-", "5"]),
    ),
    table(
        "organizations",
        code=st.sampled_from("ABC"),
        name=st.just("x"),
        kind=st.sampled_from(["branch", "joint_branch", "社区党总支"]),
        area=AREAS,
        superior=st.sampled_from(["", "", "A", "B", "N/A"]),
        incubated_by=st.sampled_from(["", "", "C"]),
        established_on=st.sampled_from(["2000-01-01", "2001-01-01"]),
        dissolved_on=st.sampled_from(["", "", "2010-01-01"]),
    ),
    table(
        "coverage",
        organization=st.sampled_from("ABC"),
        enterprise=st.sampled_from(CODES),
        valid_from=st.sampled_from(["2001-01-01", "2003/3/3", "2005-05-05"]),
        valid_to=DAYS,
    ),
    table(
        "members",
        member_no=st.sampled_from(["M1", "M2", "M3"]),
        name=st.just("张三"),
        id_number=st.sampled_from(["", *(identity(order=order) for order in ("001", "002", "003"))]),
        phone=st.sampled_from(["", "138"]),
        enterprise=st.sampled_from(["", *CODES]),
        organization=st.sampled_from(["", "A", "B"]),
        relation_from=DAYS,
        relation_to=st.sampled_from(["", "", "2007-01-01"]),
        full_on=DAYS,
    ),
    table(
        "instructors",
        name=st.sampled_from(["王五", "赵六"]),
        enterprise=st.sampled_from(CODES),
        valid_from=st.sampled_from(["2001-01-01", "2005-05-05"]),
        valid_to=DAYS,
        phone=st.sampled_from(["", "139"]),
    ),
    table(
        "designations",
        enterprise=st.sampled_from(CODES),
        title=st.just("活力和谐企业"),
        level=st.sampled_from(["city", "区级"]),
        awarded_on=st.sampled_from(["2001-01-01", "2005-05-05"]),
        revoked_on=DAYS,
    ),
)


class TheSameImportTwice(TestCase):
    """On random small registers, one random file after another."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(files=st.lists(FILES, min_size=1, max_size=5), option=st.booleans())
    def test_is_all_unchanged_and_a_refused_one_changes_nothing(self, files, option):
        area = AreaFactory(code="330304")
        AreaFactory(code="330304001")
        for number, code in enumerate(CODES):
            EnterpriseFactory(uscc=code, closed_on=date(2012, 1, 1) if number == 2 else None)
        for code in "AB":
            OrganizationFactory(code=code, kind=Kind.JOINT_BRANCH if code == "B" else None)
        chosen = area if option else None
        for resource, rows in files:
            before = number_of_rows()
            try:
                summary = load(resource, csv_text(rows), area=chosen)
                problems = []
            except ImportRefused as refused:
                problems = refused.errors.first()
            after = number_of_rows()
            event(f"{resource} {'refused' if problems else 'taken'}")
            if problems:
                assert after == before
                # Every rule is checked, and pinned to its line, before the database would refuse.
                assert not any("database" in problem.message for problem in problems)
                continue
            assert sum(summary.outcomes.counts.values()) == len(rows) - 1
            assert counts(resource, csv_text(rows), area=chosen) == (0, 0, len(rows) - 1)
            assert number_of_rows() == after


@pytest.mark.django_db
def test_what_somebody_else_writes_meanwhile_refuses_the_file(monkeypatch):
    """The database has the last word; its refusal is one clear line and nothing is written."""

    def refuse(*_arguments, **_options):
        raise IntegrityError("duplicate key (a name, a number)")

    monkeypatch.setattr("sheets.resources.areas.Areas.finish", refuse)
    (error,) = errors("areas", "code,name,level\n33,浙江,province\n")
    assert error.startswith("line 1: file: ")
    assert "duplicate key" not in error
    assert not Area.objects.exists()


@pytest.mark.django_db
def test_a_changed_pointer_alone_is_one_update():
    OrganizationFactory(code="A", name="x", established_on=date(2001, 1, 1))
    OrganizationFactory(code="B")
    text = "code,name,kind,established_on,superior\nA,x,branch,2001-01-01,B\n"
    assert counts("organizations", text) == (0, 1, 0)
    assert Organization.objects.get(code="A").history.count() == 2
    assert counts("organizations", text) == (0, 0, 1)
