"""Enterprises: defaults, area and above-scale periods, closing."""

from datetime import date

import pytest

from orgs.models import AboveScale, Coverage, Enterprise, Instructor
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    credit_code,
)
from tests.sheets.files import counts, errors, load

pytestmark = pytest.mark.django_db

CODE = credit_code(1)


def row(**cells):
    values = {"uscc": CODE, "name": "甲", "registered_on": "2001-01-01"} | cells
    return [list(values), list(values.values())]


def stored():
    return Enterprise.objects.get(uscc=CODE)


def days(periods):
    return [(str(period.valid_from), str(period.valid_to or "")) for period in periods.order_by("valid_from")]


@pytest.mark.parametrize(
    ("legal_form", "code", "ownership"),
    [
        ("有限责任公司", CODE, "private"),
        ("", CODE, "private"),
        ("个体工商户", CODE, "individual"),
        ("有限责任公司", credit_code(1, prefix="92330399"), "individual"),
        ("集体所有制", CODE, "collective"),
        ("国有独资", CODE, "state"),
        ("全民所有制", CODE, "state"),
        ("有限责任公司(港澳台法人独资)", CODE, "hmt"),
        ("外商投资", CODE, "foreign"),
        ("外资企业", CODE, "foreign"),
    ],
)
@pytest.mark.parametrize(
    "given", [{}, {"ownership": ""}, {"ownership": "N/A"}], ids=["absent", "empty", "na"]
)
def test_ownership_of_a_new_row_follows_from_legal_form_and_code(legal_form, code, ownership, given):
    file = row(uscc=code, legal_form=legal_form, **given)
    load("enterprises", file)
    assert Enterprise.objects.get().ownership == ownership
    assert counts("enterprises", file) == (0, 0, 1)


def test_a_given_ownership_is_kept():
    load("enterprises", row(legal_form="集体所有制", ownership="私营"))
    assert stored().ownership == "private"


def test_ownership_is_left_where_its_column_is_missing():
    load("enterprises", row(ownership="foreign"))
    load("enterprises", row(legal_form="集体所有制"))
    assert stored().ownership == "foreign"


def test_a_missing_column_leaves_and_an_empty_cell_clears():
    load("enterprises", row(address="街1号", legal_form="公司", employees=5, closed_on="2010-01-01"))
    assert counts("enterprises", row(address="街2号")) == (0, 1, 0)
    enterprise = stored()
    assert (enterprise.address, enterprise.legal_form, enterprise.employees) == ("街2号", "公司", 5)
    assert counts("enterprises", row(address="", legal_form="-", employees="N/A", closed_on="")) == (0, 1, 0)
    enterprise = stored()
    assert (enterprise.address, enterprise.legal_form, enterprise.employees) == ("", "", None)
    assert enterprise.closed_on is None


def test_what_the_file_does_not_know_stays():
    EnterpriseFactory(uscc=CODE, contact_name="赵", contact_phone="1", registered_on=date(2001, 1, 1))
    load("enterprises", row(name="乙"))
    assert (stored().name, stored().contact_name, stored().contact_phone) == ("乙", "赵", "1")


def test_a_name_is_found_by_its_sound_after_an_import():
    load("enterprises", row(name="温州"))
    assert stored().name_pinyin == "wenzhou wz"
    load("enterprises", row(name="瓯海"))
    assert stored().name_pinyin == "ouhai oh"
    assert stored().history.first().name_pinyin == "ouhai oh"


def test_the_area_period_opens_on_the_day_of_registration():
    AreaFactory(code="330304001")
    load("enterprises", row(area="330304001"))
    assert days(stored().areas) == [("2001-01-01", "")]
    assert stored().areas.get().area.code == "330304001"


def test_a_changed_area_corrects_the_latest_entry_of_the_history():
    old, middle, new = (AreaFactory(code=code) for code in ("330304001", "330304002", "330304003"))
    load("enterprises", row(area=old.code))
    first = stored().areas.get()
    first.valid_to = date(2005, 1, 1)
    first.save()
    stored().areas.create(area=middle, valid_from=date(2005, 1, 1))
    assert counts("enterprises", row(area=new.code)) == (0, 1, 0)
    assert [(p.area.code, str(p.valid_from)) for p in stored().areas.order_by("valid_from")] == [
        (old.code, "2001-01-01"), (new.code, "2005-01-01"),
    ]  # fmt: skip


def test_an_empty_area_clears_the_latest_entry():
    AreaFactory(code="330304001")
    load("enterprises", row(area="330304001"))
    assert counts("enterprises", row(area="")) == (0, 1, 0)
    assert stored().areas.get().area is None
    assert counts("enterprises", row(area="")) == (0, 0, 1)


def test_an_area_that_arrives_later_holds_from_the_registration():
    AreaFactory(code="330304001")
    load("enterprises", row())
    assert counts("enterprises", row(area="330304001")) == (0, 1, 0)
    assert days(stored().areas) == [("2001-01-01", "")]


def test_a_stored_enterprise_may_get_an_area_in_a_row_before_a_new_one_with_an_area():
    area = AreaFactory(code="330304")
    load("enterprises", row())
    header, first = row(area="330304")
    file = [header, first, [credit_code(2), "乙", "2001-01-01", "330304"]]
    assert counts("enterprises", file) == (1, 1, 0)
    assert area.enterprise_periods.count() == 2


def test_an_unknown_area_is_an_error():
    assert errors("enterprises", row(area="330304999")) == [
        "line 2: area: there is no area with this code (330304999)"
    ]


class TestTheAreaOption:
    """`--area`, the area of created rows that name none."""

    @pytest.fixture
    def area(self):
        AreaFactory(code="330304001")
        return AreaFactory(code="330304")

    @pytest.mark.parametrize("given", [{}, {"area": ""}], ids=["absent", "empty"])
    def test_it_is_the_area_of_created_rows_without_one(self, area, given):
        assert counts("enterprises", row(**given), area=area) == (1, 0, 0)
        assert stored().areas.get().area == area
        assert counts("enterprises", row(**given), area=area) == (0, 0, 1)

    def test_it_gives_way_to_the_rows_own(self, area):
        load("enterprises", row(area="330304001"), area=area)
        assert stored().areas.get().area.code == "330304001"

    def test_it_leaves_rows_that_exist(self, area):
        load("enterprises", row(area="330304001"))
        assert counts("enterprises", row(), area=area) == (0, 0, 1)
        assert stored().areas.get().area.code == "330304001"

    def test_it_does_not_fill_rows_that_exist_without_area(self, area):
        load("enterprises", row())
        assert counts("enterprises", row(area=""), area=area) == (0, 0, 1)
        assert not stored().areas.exists()


def test_a_corrected_registration_takes_the_first_area_along():
    AreaFactory(code="330304001")
    load("enterprises", row(area="330304001"))
    load("enterprises", row(area="330304001", registered_on="1999-05-05"))
    assert days(stored().areas) == [("1999-05-05", "")]


def test_a_registration_corrected_past_the_end_of_the_first_area_is_an_error():
    area = AreaFactory(code="330304001")
    load("enterprises", row(area=area.code))
    stored().areas.update(valid_to=date(2003, 1, 1))
    stored().areas.create(area=None, valid_from=date(2003, 1, 1))
    (error,) = errors("enterprises", row(registered_on="2003-01-01"))
    assert error.startswith("line 2: registered_on: ")


@pytest.mark.parametrize("closed_on", ["2001-01-01", "2000-12-31"])
def test_closing_comes_after_registration(closed_on):
    (error,) = errors("enterprises", row(closed_on=closed_on))
    assert error.startswith("line 2: closed_on: ")
    assert error.endswith(f"({closed_on})")


def test_a_registration_moved_behind_a_stored_closing_is_an_error():
    load("enterprises", row(closed_on="2002-01-01"))
    (error,) = errors("enterprises", row(registered_on="2003-01-01"))
    assert error.startswith("line 2: registered_on: ")


class TestAboveScale:
    """`above_scale_from` names a period by its first day."""

    def test_a_new_enterprise_opens_its_period(self):
        load("enterprises", row(above_scale_from="2007-01-01"))
        assert days(stored().above_scale_periods) == [("2007-01-01", "")]

    def test_one_that_exists_is_updated(self):
        load("enterprises", row(above_scale_from="2007-01-01"))
        file = row(above_scale_from="2007-01-01", above_scale_to="2009-01-01")
        assert counts("enterprises", file) == (0, 1, 0)
        assert days(stored().above_scale_periods) == [("2007-01-01", "2009-01-01")]
        assert stored().above_scale_periods.get().history.count() == 2

    def test_an_end_is_cleared_by_an_empty_cell_and_left_without_a_column(self):
        load("enterprises", row(above_scale_from="2007-01-01", above_scale_to="2009-01-01"))
        assert counts("enterprises", row(above_scale_from="2007-01-01")) == (0, 0, 1)
        assert counts("enterprises", row(above_scale_from="2007-01-01", above_scale_to="")) == (0, 1, 0)
        assert days(stored().above_scale_periods) == [("2007-01-01", "")]

    def test_a_later_one_is_added_and_ends_the_open_one(self):
        load("enterprises", row(above_scale_from="2007-01-01"))
        assert counts("enterprises", row(above_scale_from="2011-01-01", above_scale_to="")) == (0, 1, 0)
        assert days(stored().above_scale_periods) == [("2007-01-01", "2011-01-01"), ("2011-01-01", "")]
        assert counts("enterprises", row(above_scale_from="2011-01-01", above_scale_to="")) == (0, 0, 1)

    def test_a_later_one_leaves_an_ended_one(self):
        load("enterprises", row(above_scale_from="2007-01-01", above_scale_to="2008-01-01"))
        load("enterprises", row(above_scale_from="2011-01-01"))
        assert days(stored().above_scale_periods) == [("2007-01-01", "2008-01-01"), ("2011-01-01", "")]

    @pytest.mark.parametrize("end", ["", "2007-01-02"])
    def test_an_earlier_one_that_lasts_into_a_later_one_overlaps(self, end):
        load("enterprises", row(above_scale_from="2007-01-01"))
        (error,) = errors("enterprises", row(above_scale_from="2005-01-01", above_scale_to=end))
        assert error.startswith("line 2: above_scale_from: ")
        assert error.endswith("(2005-01-01)")

    def test_an_earlier_one_that_ends_in_time_is_added(self):
        load("enterprises", row(above_scale_from="2007-01-01"))
        load("enterprises", row(above_scale_from="2005-01-01", above_scale_to="2007-01-01"))
        assert days(stored().above_scale_periods) == [("2005-01-01", "2007-01-01"), ("2007-01-01", "")]

    def test_a_later_one_inside_an_ended_one_overlaps(self):
        load("enterprises", row(above_scale_from="2007-01-01", above_scale_to="2012-01-01"))
        (error,) = errors("enterprises", row(above_scale_from="2011-01-01"))
        assert error.startswith("line 2: above_scale_from: ")

    @pytest.mark.parametrize("end", ["2007-01-01", "2006-12-31"])
    def test_it_ends_after_it_starts(self, end):
        (error,) = errors("enterprises", row(above_scale_from="2007-01-01", above_scale_to=end))
        assert error.startswith("line 2: above_scale_to: ")
        assert error.endswith(f"({end})")

    def test_an_end_alone_is_an_error(self):
        (error,) = errors("enterprises", row(above_scale_to="2007-01-01"))
        assert error.startswith("line 2: above_scale_from: ")

    def test_no_first_day_names_no_period(self):
        load("enterprises", row(above_scale_from="2007-01-01"))
        assert counts("enterprises", row(above_scale_from="", above_scale_to="")) == (0, 0, 1)

    def test_an_open_one_ends_with_the_enterprise(self):
        file = row(above_scale_from="2007-01-01", above_scale_to="", closed_on="2009-01-01")
        load("enterprises", file)
        assert days(stored().above_scale_periods) == [("2007-01-01", "2009-01-01")]
        assert counts("enterprises", file) == (0, 0, 1)

    @pytest.mark.parametrize(
        ("first", "end", "column"),
        [("2009-01-01", "", "above_scale_from"), ("2010-01-01", "", "above_scale_from"),
         ("2007-01-01", "2009-01-02", "above_scale_to")],
    )  # fmt: skip
    def test_one_that_lasts_beyond_the_closing_is_an_error(self, first, end, column):
        file = row(above_scale_from=first, above_scale_to=end, closed_on="2009-01-01")
        (error,) = errors("enterprises", file)
        assert error.startswith(f"line 2: {column}: ")


class TestClosing:
    """What is open ends with the enterprise, when its closing arrives."""

    @pytest.fixture
    def enterprise(self):
        return EnterpriseFactory(uscc=CODE, name="甲", registered_on=date(2001, 1, 1))

    def test_open_periods_end_that_day_with_their_history(self, enterprise):
        CoverageFactory(enterprise=enterprise)
        CoverageFactory(enterprise=enterprise, valid_to=date(2005, 1, 1))
        InstructorFactory(enterprise=enterprise)
        AboveScale.objects.create(enterprise=enterprise, valid_from=date(2004, 1, 1))
        elsewhere = CoverageFactory()
        assert counts("enterprises", row(closed_on="2009-01-01")) == (0, 1, 0)
        ends = sorted(str(period.valid_to) for period in Coverage.objects.filter(enterprise=enterprise))
        assert ends == ["2005-01-01", "2009-01-01"]
        instructor = Instructor.objects.get()
        assert (str(instructor.valid_to), instructor.history.count()) == ("2009-01-01", 2)
        assert str(AboveScale.objects.get().valid_to) == "2009-01-01"
        elsewhere.refresh_from_db()
        assert elsewhere.valid_to is None
        assert counts("enterprises", row(closed_on="2009-01-01")) == (0, 0, 1)

    @pytest.mark.parametrize(
        ("first", "end"),
        [(date(2009, 1, 1), None), (date(2010, 1, 1), None), (date(2005, 1, 1), date(2009, 1, 2))],
    )
    @pytest.mark.parametrize("factory", [CoverageFactory, InstructorFactory])
    def test_a_period_that_lasts_longer_is_an_error(self, enterprise, factory, first, end):
        factory(enterprise=enterprise, valid_from=first, valid_to=end)
        (error,) = errors("enterprises", row(closed_on="2009-01-01"))
        assert error.startswith("line 2: closed_on: ")
        assert error.endswith("(2009-01-01)")

    def test_an_above_scale_period_that_lasts_longer_is_an_error(self, enterprise):
        AboveScale.objects.create(enterprise=enterprise, valid_from=date(2010, 1, 1))
        (error,) = errors("enterprises", row(closed_on="2009-01-01"))
        assert error.startswith("line 2: closed_on: ")

    def test_a_closing_corrected_to_an_earlier_day_takes_along_what_it_ended(self, enterprise):
        CoverageFactory(enterprise=enterprise)
        InstructorFactory(enterprise=enterprise)
        AboveScale.objects.create(enterprise=enterprise, valid_from=date(2004, 1, 1))
        load("enterprises", row(closed_on="2009-01-01"))
        file = row(closed_on="2008-01-01", above_scale_from="2004-01-01")
        assert counts("enterprises", file) == (0, 1, 0)
        ended = (Coverage.objects.get(), Instructor.objects.get(), AboveScale.objects.get())
        assert [str(period.valid_to) for period in ended] == ["2008-01-01"] * 3
        assert counts("enterprises", file) == (0, 0, 1)

    def test_one_before_the_dissolution_of_an_organization_takes_along_what_that_ended(self, enterprise):
        organization = OrganizationFactory(dissolved_on=date(2009, 1, 1))
        CoverageFactory(enterprise=enterprise, organization=organization, valid_to=date(2009, 1, 1))
        load("enterprises", row(closed_on="2008-01-01"))
        assert str(Coverage.objects.get().valid_to) == "2008-01-01"

    def test_an_earlier_closing_meets_what_was_to_end_on_another_day(self, enterprise):
        AboveScale.objects.create(
            enterprise=enterprise, valid_from=date(2004, 1, 1), valid_to=date(2008, 6, 1)
        )
        load("enterprises", row(closed_on="2009-01-01"))
        (error,) = errors("enterprises", row(closed_on="2008-01-01"))
        assert error.startswith("line 2: closed_on: ")
        shorter = row(closed_on="2008-01-01", above_scale_from="2004-01-01", above_scale_to="2007-01-01")
        assert counts("enterprises", shorter) == (0, 1, 0)
        assert days(AboveScale.objects.all()) == [("2004-01-01", "2007-01-01")]

    def test_a_later_above_scale_period_before_it_ends_the_open_one(self, enterprise):
        AboveScale.objects.create(enterprise=enterprise, valid_from=date(2004, 1, 1))
        load("enterprises", row(closed_on="2009-01-01"))
        file = row(above_scale_from="2007-01-01", above_scale_to="")
        assert counts("enterprises", file) == (0, 1, 0)
        assert days(AboveScale.objects.all()) == [("2004-01-01", "2007-01-01"), ("2007-01-01", "2009-01-01")]
        assert counts("enterprises", file) == (0, 0, 1)

    def test_clearing_the_closing_reopens_nothing(self, enterprise):
        CoverageFactory(enterprise=enterprise)
        load("enterprises", row(closed_on="2009-01-01"))
        load("enterprises", row(closed_on=""))
        assert stored().closed_on is None
        assert str(Coverage.objects.get().valid_to) == "2009-01-01"


def test_a_created_row_and_its_periods_each_have_one_row_of_history():
    AreaFactory(code="330304001")
    load("enterprises", row(area="330304001", above_scale_from="2007-01-01"))
    for instance in (stored(), stored().areas.get(), stored().above_scale_periods.get()):
        (entry,) = instance.history.all()
        assert (entry.history_type, entry.history_change_reason) == ("+", "import")
        assert entry.instance == instance


def test_many_rows_take_a_few_statements(django_assert_max_num_queries):
    rows = [["uscc", "name", "registered_on"], *([credit_code(n), "x", "2001-01-01"] for n in range(1500))]
    with django_assert_max_num_queries(40):
        assert counts("enterprises", rows) == (1500, 0, 0)
    with django_assert_max_num_queries(25):
        assert counts("enterprises", rows) == (0, 0, 1500)


def test_more_rows_than_one_chunk_are_all_written():
    rows = [["uscc", "name", "registered_on"], *([credit_code(n), "x", "2001-01-01"] for n in range(2500))]
    assert counts("enterprises", rows) == (2500, 0, 0)
    assert Enterprise.objects.count() == Enterprise.history.count() == 2500
    rows[2400][1] = "y"
    assert counts("enterprises", rows) == (0, 1, 2499)
