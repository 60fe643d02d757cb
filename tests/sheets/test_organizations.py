"""Organizations: kind and area histories, superiors, dissolution."""

from datetime import date

import pytest

from members.models import Membership
from orgs.models import Coverage, Kind, Organization, OrganizationKind
from tests.factories.members import MembershipFactory
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory
from tests.sheets.files import counts, errors, load, warnings

pytestmark = pytest.mark.django_db


def row(**cells):
    values = {"code": "A", "name": "甲", "kind": "branch", "established_on": "2001-01-01"} | cells
    return [list(values), list(values.values())]


def rows(*lines, columns="code,superior,incubated_by"):
    return [
        [*columns.split(","), "name", "kind", "established_on"],
        *([*line.split(","), "x", "branch", "2001-01-01"] for line in lines),
    ]


def stored(code="A"):
    return Organization.objects.get(code=code)


def kinds():
    return [(str(k.valid_from), str(k.valid_to or ""), k.kind) for k in stored().kinds.order_by("valid_from")]


def test_kind_and_area_open_on_the_day_of_establishment():
    AreaFactory(code="330304001")
    file = row(
        kind="联合党支部",
        area="330304001",
        place="上海",
        initiated_by="企业",
        approval_number="瓯〔2001〕1号",
    )
    assert counts("organizations", file) == (1, 0, 0)
    assert kinds() == [("2001-01-01", "", "joint_branch")]
    area = stored().areas.get()
    assert (str(area.valid_from), area.valid_to, area.area.code) == ("2001-01-01", None, "330304001")
    assert (stored().place, stored().initiated_by) == ("上海", "enterprise")
    assert counts("organizations", file) == (0, 0, 1)
    for instance in (stored(), stored().kinds.get(), area):
        assert instance.history.count() == 1


def test_area_option_fills_created_rows_without_area():
    area = AreaFactory(code="330304")
    assert counts("organizations", row(area=""), area=area) == (1, 0, 0)
    assert stored().areas.get().area == area
    assert counts("organizations", row(area=""), area=area) == (0, 0, 1)


def test_a_changed_kind_corrects_the_latest_entry():
    organization = OrganizationFactory(code="A", name="甲", established_on=date(2001, 1, 1))
    organization.kinds.update(valid_to=date(2005, 1, 1))
    OrganizationKind.objects.create(
        organization=organization, kind=Kind.GENERAL_BRANCH, valid_from=date(2005, 1, 1)
    )
    assert counts("organizations", row(kind="committee")) == (0, 1, 0)
    assert kinds() == [("2001-01-01", "2005-01-01", "branch"), ("2005-01-01", "", "committee")]


@pytest.mark.parametrize(
    ("first", "latest", "kind"),
    [("branch", "general_branch", "社区党总支"), ("community_general_branch",) * 2 + ("branch",)],
)
def test_a_community_general_branch_stays_one_and_no_other_becomes_one(first, latest, kind):
    organization = OrganizationFactory(code="A", kind=first, established_on=date(2001, 1, 1))
    organization.kinds.update(valid_to=date(2005, 1, 1))
    OrganizationKind.objects.create(organization=organization, kind=latest, valid_from=date(2005, 1, 1))
    (error,) = errors("organizations", row(kind=kind))
    assert error.startswith("line 2: kind: ")


def test_a_single_kind_is_corrected_from_and_to_a_community_general_branch():
    load("organizations", row(kind="社区党总支"))
    assert counts("organizations", row(kind="branch")) == (0, 1, 0)
    assert counts("organizations", row(kind="社区党总支")) == (0, 1, 0)
    assert kinds() == [("2001-01-01", "", "community_general_branch")]


def test_a_kind_that_does_not_allow_what_is_covered_is_an_error():
    OrganizationFactory(
        code="A", kind=Kind.JOINT_BRANCH, established_on=date(2001, 1, 1),
        covers=EnterpriseFactory.create_batch(2),
    )  # fmt: skip
    (error,) = errors("organizations", row(kind="branch"))
    assert error.startswith("line 2: kind: ")
    assert kinds() == [("2001-01-01", "", "joint_branch")]


def test_a_corrected_establishment_takes_the_first_entries_along():
    AreaFactory(code="330304001")
    load("organizations", row(area="330304001"))
    assert counts("organizations", row(established_on="2000-05-05")) == (0, 1, 0)
    assert kinds() == [("2000-05-05", "", "branch")]
    assert str(stored().areas.get().valid_from) == "2000-05-05"


def test_an_establishment_behind_the_end_of_the_first_kind_is_an_error():
    organization = OrganizationFactory(code="A", established_on=date(2001, 1, 1))
    organization.kinds.update(valid_to=date(2005, 1, 1))
    OrganizationKind.objects.create(organization=organization, kind="branch", valid_from=date(2005, 1, 1))
    (error,) = errors("organizations", row(established_on="2006-01-01"))
    assert error.startswith("line 2: established_on: ")


def test_superior_and_incubator_may_stand_later_in_the_file():
    file = rows("A,B,C", "B,,", "C,,")
    assert counts("organizations", file) == (3, 0, 0)
    assert (stored().superior.code, stored().incubated_by.code) == ("B", "C")
    assert stored().history.count() == 1
    assert counts("organizations", file) == (0, 0, 3)


def test_a_superior_may_be_in_the_register_already():
    OrganizationFactory(code="B")
    load("organizations", rows("A,B,"))
    assert stored().superior.code == "B"
    assert counts("organizations", rows("A,,")) == (0, 1, 0)
    assert stored().superior is None


@pytest.mark.parametrize("line", ["A,X,", "A,,X"])
def test_a_reference_to_what_does_not_exist_is_an_error(line):
    column = "superior" if line == "A,X," else "incubated_by"
    assert errors("organizations", rows(line)) == [
        f"line 2: {column}: there is no organization with this code (X)"
    ]


@pytest.mark.parametrize(("line", "column"), [("A,A,", "superior"), ("A,,A", "incubated_by")])
@pytest.mark.parametrize("known", [True, False])
def test_a_reference_to_itself_is_an_error(line, column, known):
    if known:
        load("organizations", rows("A,,"))
    (error,) = errors("organizations", rows(line))
    assert error.startswith(f"line 2: {column}: ")
    assert error.endswith("(A)")


def test_a_circle_in_the_file_is_an_error_of_each_of_its_rows():
    found = errors("organizations", rows("A,B,", "B,C,", "C,A,", "D,A,"))
    assert [error.split(": ")[:2] for error in found] == [[f"line {n}", "superior"] for n in (2, 3, 4)]


def test_a_circle_through_the_register_is_an_error():
    load("organizations", rows("A,B,", "B,C,", "C,,"))
    (error,) = errors("organizations", rows("C,A,"))
    assert error.startswith("line 2: superior: ")


def test_a_circle_of_incubators_is_an_error_and_one_of_both_pointers_is_none():
    found = errors("organizations", rows("A,,B", "B,,A"))
    assert [error.split(": ")[1] for error in found] == ["incubated_by"] * 2
    assert counts("organizations", rows("A,B,", "B,,A")) == (2, 0, 0)


def test_a_circle_that_the_file_opens_is_none():
    load("organizations", rows("A,B,", "B,,"))
    assert counts("organizations", rows("A,,", "B,A,")) == (0, 2, 0)


def test_a_reference_to_a_row_with_another_error_does_exist():
    found = errors("organizations", [*rows("A,B,", "B,,"), ["B", "", "", "x", "branch", "2001-01-01"]])
    assert [error[:7] for error in found] == ["line 4:"]
    broken = [*rows("A,B,"), ["B", "", "", "", "branch", "2001-01-01"]]
    assert [error.split(": ")[:2] for error in errors("organizations", broken)] == [["line 3", "name"]]


@pytest.mark.parametrize("day", ["2001-01-01", "1999-01-01"])
def test_dissolution_comes_after_establishment(day):
    (error,) = errors("organizations", row(dissolved_on=day))
    assert error.startswith("line 2: dissolved_on: ")


class TestDissolution:
    """What is open ends with the organization, when its dissolution arrives."""

    @pytest.fixture
    def organization(self):
        return OrganizationFactory(code="A", name="甲", established_on=date(2001, 1, 1))

    def test_open_coverage_and_relations_end_that_day_with_their_history(self, organization):
        CoverageFactory(organization=organization)
        MembershipFactory(organization=organization)
        ended = MembershipFactory(organization=organization, valid_to=date(2003, 1, 1))
        assert counts("organizations", row(dissolved_on="2009-01-01")) == (0, 1, 0)
        coverage = Coverage.objects.get()
        assert (str(coverage.valid_to), coverage.history.count()) == ("2009-01-01", 2)
        relation = Membership.objects.exclude(pk=ended.pk).get()
        assert (str(relation.valid_to), relation.history.count()) == ("2009-01-01", 2)
        ended.refresh_from_db()
        assert str(ended.valid_to) == "2003-01-01"
        assert kinds() == [("2001-01-01", "", "branch")]
        assert counts("organizations", row(dissolved_on="2009-01-01")) == (0, 0, 1)

    @pytest.mark.parametrize(
        ("first", "end"),
        [(date(2009, 1, 1), None), (date(2010, 1, 1), None), (date(2005, 1, 1), date(2009, 1, 2))],
    )
    @pytest.mark.parametrize("factory", [CoverageFactory, MembershipFactory])
    def test_a_period_that_lasts_longer_is_an_error(self, organization, factory, first, end):
        factory(organization=organization, valid_from=first, valid_to=end)
        (error,) = errors("organizations", row(dissolved_on="2009-01-01"))
        assert error.startswith("line 2: dissolved_on: ")
        assert error.endswith("(2009-01-01)")

    def test_a_dissolution_corrected_to_an_earlier_day_takes_along_what_it_ended(self, organization):
        CoverageFactory(organization=organization)
        load("organizations", row(dissolved_on="2009-01-01"))
        assert counts("organizations", row(dissolved_on="2008-01-01")) == (0, 1, 0)
        assert str(Coverage.objects.get().valid_to) == "2008-01-01"

    def test_one_corrected_to_a_later_day_lengthens_nothing(self, organization):
        CoverageFactory(organization=organization)
        load("organizations", row(dissolved_on="2008-01-01"))
        load("organizations", row(dissolved_on="2009-01-01"))
        assert str(Coverage.objects.get().valid_to) == "2008-01-01"

    def test_one_before_the_closing_of_an_enterprise_takes_along_what_that_ended(self, organization):
        enterprise = EnterpriseFactory(closed_on=date(2009, 1, 1))
        CoverageFactory(organization=organization, enterprise=enterprise, valid_to=date(2009, 1, 1))
        load("organizations", row(dissolved_on="2008-01-01"))
        assert str(Coverage.objects.get().valid_to) == "2008-01-01"

    def test_an_earlier_dissolution_meets_what_was_to_end_on_another_day(self, organization):
        CoverageFactory(organization=organization, valid_to=date(2008, 6, 1))
        load("organizations", row(dissolved_on="2009-01-01"))
        (error,) = errors("organizations", row(dissolved_on="2008-01-01"))
        assert error.startswith("line 2: dissolved_on: ")

    def test_clearing_it_clears_reason_and_successor_and_reopens_nothing(self, organization):
        CoverageFactory(organization=organization)
        load("organizations", row(dissolved_on="2009-01-01"))
        Organization.objects.update(dissolution_reason="merged", successor=None)
        assert counts("organizations", row(dissolved_on="")) == (0, 1, 0)
        assert (stored().dissolved_on, stored().dissolution_reason) == (None, "")
        assert str(Coverage.objects.get().valid_to) == "2009-01-01"


class TestWarnings:
    """An organization in force that covers nobody, or too few or many for a joint branch."""

    def test_an_organization_without_coverage_is_warned_of(self):
        assert warnings("organizations", row()) == ["line 2: code: the organization covers no enterprise (A)"]

    def test_one_with_coverage_on_the_day_is_not(self):
        organization = OrganizationFactory(code="A", established_on=date(2001, 1, 1))
        CoverageFactory(organization=organization)
        assert warnings("organizations", row()) == []
        Coverage.objects.update(valid_to=date(2026, 7, 1))
        assert len(warnings("organizations", row())) == 1

    def test_one_that_becomes_a_joint_branch_with_one_enterprise_is_warned_of(self):
        CoverageFactory(organization=OrganizationFactory(code="A", established_on=date(2001, 1, 1)))
        assert warnings("organizations", row(kind="joint_branch")) == [
            "line 2: kind: a joint branch with 1 enterprise (A)"
        ]

    def test_one_that_is_dissolved_or_not_yet_established_is_not(self):
        assert warnings("organizations", row(dissolved_on="2026-07-01")) == []
        assert warnings("organizations", row(code="B", established_on="2026-07-02")) == []

    def test_a_community_general_branch_covers_what_lies_in_its_area(self):
        AreaFactory(code="330304001")
        file = row(kind="community_general_branch", area="330304001")
        assert warnings("organizations", file) == []
        assert len(warnings("organizations", row(code="B", kind="community_general_branch"))) == 1

    def test_one_whose_incubator_is_no_community_general_branch_is_warned_of(self):
        OrganizationFactory(code="B")
        OrganizationFactory(code="C", kind="community_general_branch")
        found = warnings("organizations", row(incubated_by="B"))
        assert "line 2: incubated_by: the incubator is no community general branch (B)" in found
        assert len(warnings("organizations", row(incubated_by="C"))) == len(found) - 1
