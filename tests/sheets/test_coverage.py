"""Coverage: references, overlaps, the standalone rule, ends with the owners."""

from datetime import date

import pytest

from orgs.models import Coverage, Kind
from tests.factories.orgs import CoverageFactory, EnterpriseFactory, OrganizationFactory, credit_code
from tests.sheets.files import counts, errors, load, warnings

pytestmark = pytest.mark.django_db

ONE, TWO = credit_code(1), credit_code(2)
HEADER = ["organization", "enterprise", "valid_from", "valid_to"]


@pytest.fixture(autouse=True)
def world():
    """A branch A, a joint branch J, a community general branch G; two enterprises."""
    for code in (ONE, TWO):
        EnterpriseFactory(uscc=code)
    OrganizationFactory(code="A")
    OrganizationFactory(code="J", kind=Kind.JOINT_BRANCH)
    OrganizationFactory(code="G", kind=Kind.COMMUNITY_GENERAL_BRANCH)


def rows(*lines):
    return [HEADER, *(line.split(" ") + [""] * (4 - len(line.split(" "))) for line in lines)]


def stored():
    found = Coverage.objects.order_by("organization__code", "enterprise__uscc", "valid_from")
    return [
        (c.organization.code, c.enterprise.uscc == ONE, str(c.valid_from), str(c.valid_to or ""))
        for c in found
    ]


def test_periods_are_created_and_updated_by_their_key():
    file = rows(f"A {ONE} 2001-01-01 2003-01-01", f"A {ONE} 2004-01-01")
    assert counts("coverage", file) == (2, 0, 0)
    assert counts("coverage", file) == (0, 0, 2)
    assert counts("coverage", rows(f"A {ONE} 2001-01-01 2004-01-01")) == (0, 1, 0)
    assert stored() == [("A", True, "2001-01-01", "2004-01-01"), ("A", True, "2004-01-01", "")]
    assert [c.history.count() for c in Coverage.objects.order_by("valid_from")] == [2, 1]


def test_a_file_without_ends_leaves_them_and_an_empty_cell_clears():
    load("coverage", rows(f"A {ONE} 2001-01-01 2003-01-01"))
    assert counts("coverage", [HEADER[:3], ["A", ONE, "2001-01-01"]]) == (0, 0, 1)
    assert counts("coverage", rows(f"A {ONE} 2001-01-01")) == (0, 1, 0)
    assert stored() == [("A", True, "2001-01-01", "")]


def test_what_does_not_exist_is_an_error_of_its_column():
    unknown = credit_code(99)
    found = errors(
        "coverage", rows(f"X {ONE} 2001-01-01", f"A {unknown} 2001-01-01", f"X {unknown} 2002-01-01")
    )
    assert [error.split(": ")[:2] for error in found] == [
        ["line 2", "organization"], ["line 3", "enterprise"], ["line 4", "organization"], ["line 4", "enterprise"],
    ]  # fmt: skip
    assert found[0].endswith("(X)")
    assert found[1].endswith(f"({unknown})")


def test_the_same_key_twice_is_an_error():
    (error,) = errors("coverage", rows(f"A {ONE} 2001-01-01 2002-01-01", f"A {ONE} 2001/1/1"))
    assert error.startswith("line 3: organization: ")


@pytest.mark.parametrize("end", ["2001-01-01", "2000-01-01"])
def test_it_ends_after_it_starts(end):
    (error,) = errors("coverage", rows(f"A {ONE} 2001-01-01 {end}"))
    assert error.startswith("line 2: valid_to: ")


@pytest.mark.parametrize("first", ["2001-01-01", "2000-01-01 2001-01-02", "2002-01-01 2003-01-01"])
def test_an_overlap_with_the_register_is_an_error(first):
    load("coverage", rows(f"J {ONE} 2001-01-01 2005-01-01"))
    if first == "2001-01-01":
        assert counts("coverage", rows(f"J {ONE} {first}")) == (0, 1, 0)
        return
    (error,) = errors("coverage", rows(f"J {ONE} {first}"))
    assert error.startswith("line 2: valid_from: ")
    assert error.endswith(f"({first.split()[0]})")


def test_an_overlap_in_the_file_is_an_error_of_the_later_line():
    (error,) = errors("coverage", rows(f"J {ONE} 2004-01-01", f"J {TWO} 2001-01-01", f"J {ONE} 2001-01-01"))
    assert error.startswith("line 4: valid_from: ")


def test_an_end_moved_over_the_next_period_is_an_error():
    load("coverage", rows(f"J {ONE} 2001-01-01 2003-01-01", f"J {ONE} 2003-01-01"))
    (error,) = errors("coverage", rows(f"J {ONE} 2001-01-01 2003-01-02"))
    assert error.startswith("line 2: valid_from: ")


def test_a_period_ended_and_the_next_begun_in_one_file_is_fine_in_any_order():
    load("coverage", rows(f"J {ONE} 2001-01-01"))
    file = rows(f"J {ONE} 2005-01-01", f"J {ONE} 2001-01-01 2005-01-01")
    assert counts("coverage", file) == (1, 1, 0)


def test_a_standalone_organization_covers_one_enterprise_at_a_time():
    found = errors("coverage", rows(f"A {ONE} 2001-01-01 2003-01-01", f"A {TWO} 2002-12-31"))
    assert [error.split(": ")[:2] for error in found] == [["line 2", "enterprise"], ["line 3", "enterprise"]]
    assert counts("coverage", rows(f"A {ONE} 2001-01-01 2003-01-01", f"A {TWO} 2003-01-01")) == (2, 0, 0)


def test_a_second_enterprise_of_a_standalone_organization_is_pinned_to_its_row():
    load("coverage", rows(f"A {ONE} 2001-01-01"))
    (error,) = errors("coverage", rows(f"J {ONE} 2001-01-01", f"A {TWO} 2005-01-01"))
    assert error.startswith("line 3: enterprise: ")
    assert error.endswith(f"({TWO})")


def test_a_joint_branch_covers_several():
    assert counts("coverage", rows(f"J {ONE} 2001-01-01", f"J {TWO} 2001-01-01")) == (2, 0, 0)


class TestEndsOfTheOwners:
    """Coverage ends by the day its organization is dissolved or its enterprise closed."""

    @pytest.fixture(autouse=True)
    def owners(self):
        OrganizationFactory(code="D", dissolved_on=date(2009, 1, 1))
        EnterpriseFactory(uscc=credit_code(3), closed_on=date(2008, 1, 1))

    @pytest.mark.parametrize(
        ("organization", "number", "end"),
        [("D", 1, "2009-01-01"), ("A", 3, "2008-01-01"), ("D", 3, "2008-01-01")],
    )
    def test_without_an_end_it_ends_that_day_and_stays_unchanged(self, organization, number, end):
        file = rows(f"{organization} {credit_code(number)} 2001-01-01")
        load("coverage", file)
        assert str(Coverage.objects.get().valid_to) == end
        assert counts("coverage", file) == (0, 0, 1)

    @pytest.mark.parametrize(
        ("line", "column"),
        [
            (f"D {ONE} 2001-01-01 2009-01-02", "valid_to"),
            (f"D {ONE} 2009-01-01", "valid_from"),
            (f"D {ONE} 2010-01-01 2011-01-01", "valid_from"),
            (f"A {credit_code(3)} 2001-01-01 2008-01-02", "valid_to"),
            (f"A {credit_code(3)} 2008-01-01", "valid_from"),
        ],
    )
    def test_beyond_it_is_an_error(self, line, column):
        (error,) = errors("coverage", rows(line))
        assert error.startswith(f"line 2: {column}: ")

    def test_up_to_it_is_fine(self):
        assert counts("coverage", rows(f"D {ONE} 2001-01-01 2009-01-01")) == (1, 0, 0)


class TestWarnings:
    """Joint branches with one enterprise or over five; organizations left without any."""

    def joint(self, count):
        codes = [credit_code(n) for n in range(10, 10 + count)]
        for code in codes:
            EnterpriseFactory(uscc=code)
        return rows(*(f"J {code} 2001-01-01" for code in codes))

    @pytest.mark.parametrize(("count", "warned"), [(1, True), (2, False), (5, False), (6, True)])
    def test_a_joint_branch_with_one_enterprise_or_over_five(self, count, warned):
        found = warnings("coverage", self.joint(count))
        assert [line.startswith("line 2: organization: ") and line.endswith("(J)") for line in found] == (
            [True] if warned else []
        )

    def test_over_five_were_fine_before_the_rule(self):
        assert warnings("coverage", self.joint(6), day=date(2008, 6, 19)) == []

    def test_what_is_in_the_register_counts_too(self):
        CoverageFactory(organization__code="K", organization__kind=Kind.JOINT_BRANCH)
        OrganizationFactory(code="L", kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(5))
        assert len(warnings("coverage", rows(f"L {ONE} 2001-01-01"))) == 1
        assert warnings("coverage", rows(f"K {TWO} 2001-01-01")) == []

    def test_a_branch_that_was_joint_may_have_one_enterprise(self):
        branch = OrganizationFactory(code="K", kind=Kind.JOINT_BRANCH)
        branch.kinds.update(valid_to=date(2009, 1, 1))
        branch.kinds.create(kind=Kind.BRANCH, valid_from=date(2009, 1, 1))
        assert warnings("coverage", rows(f"K {ONE} 2001-01-01")) == []

    def test_an_organization_that_the_file_leaves_without_enterprise(self):
        (warning,) = warnings("coverage", rows(f"A {ONE} 2001-01-01 2003-01-01"))
        assert warning.startswith("line 2: organization: ")

    def test_a_branch_with_its_enterprise_is_fine(self):
        assert warnings("coverage", rows(f"A {ONE} 2001-01-01")) == []


def test_chinese_headers_are_told_as_they_are_written():
    text = f"组织代码,统一社会信用代码,起始日期,截止日期\nX,{ONE},2001-01-01,\n"
    (error,) = errors("coverage", text)
    assert error.startswith("line 2: 组织代码: ")


def test_rows_of_one_key_are_seen_together_across_chunks(monkeypatch):
    monkeypatch.setattr("sheets.pipeline._CHUNK", 2)
    load("coverage", rows(f"J {ONE} 2001-01-01"))
    file = rows(
        f"J {ONE} 2005-01-01", f"G {ONE} 2001-01-01", f"G {TWO} 2001-01-01", f"J {TWO} 2001-01-01",
        f"J {ONE} 2001-01-01 2005-01-01",
    )  # fmt: skip
    assert counts("coverage", file) == (4, 1, 0)
