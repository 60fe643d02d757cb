"""Series of flows: against counting day by day on random registers, and by examples."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs.models import Kind, OrganizationArea, OrganizationKind
from stats.figures import Scale, coverage_figures
from stats.series import Flows, series_figures
from stats.spans import Interval, Span, periods_of
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.stats.reference import Register
from tests.stats.worlds import DAYS, worlds

pytestmark = pytest.mark.django_db

STOCKS = ("organizations", "members", "enterprises")
ONE_DAY = timedelta(days=1)
EDGES = sorted({*DAYS, *(day - ONE_DAY for day in DAYS), *(day + ONE_DAY for day in DAYS)})
ALL_DAYS = Span(date.min, date.max)

spans = st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES)).map(lambda days: Span(min(days), max(days)))


def day_by_day(register, span, code, interval):
    """What `series_figures` shall answer: record by record, on each day on which anything changes."""

    def inside(counted):
        return {
            stock: {pk for pk, own in found.items() if register.lies_in(own, code)}
            for stock, found in counted.items()
        }

    days = sorted(filter(span.holds, register.days_of_change()))
    before = register.counted(span.first - ONE_DAY)
    stocks = {stock: len(found) for stock, found in inside(before).items()}
    for name, period in periods_of(span, interval):
        opening = dict(stocks)
        flows = {stock: [0, 0, 0, 0] for stock in STOCKS}
        for day in filter(period.holds, days):
            after = register.counted(day)
            for stock in STOCKS:
                was, now = inside(before)[stock], inside(after)[stock]
                found = flows[stock]
                found[0] += len(now - before[stock].keys())
                found[1] += len(was - after[stock].keys())
                found[2] += len((now - was) & before[stock].keys())
                found[3] += len((was - now) & after[stock].keys())
                stocks[stock] = len(now)
            before = after
        yield name, period, {stock: Flows(opening[stock], *flows[stock], stocks[stock]) for stock in STOCKS}


def stocks(day, area):
    found = coverage_figures(day, area, Scale.ALL)
    return [found.organizations.total, found.members.total, found.enterprises.operating]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds, span=spans, interval=st.sampled_from(Interval))
def test_a_series_is_what_counting_day_by_day_gives(world, span, interval):
    with transaction.atomic():
        areas = world.store()
        register = Register()
        for area in (None, *areas.values()):
            found = series_figures(span, area, interval)
            expected = day_by_day(register, span, area and area.code, interval)
            for period, (name, days, flows) in zip(found, expected, strict=True):
                assert (period.period, period.span) == (name, days)
                assert {stock: getattr(period, stock) for stock in STOCKS} == flows, (area, name)
            assert [getattr(found[0], stock).opening for stock in STOCKS] == stocks(
                span.first - ONE_DAY, area
            )
            assert [getattr(found[-1], stock).closing for stock in STOCKS] == stocks(span.last, area)
        transaction.set_rollback(True)


# By example


def flows(stock, first, last, area=None):
    """Those of the one period that the days are."""
    [found] = series_figures(Span(first, last), area, Interval.YEAR)
    return getattr(found, stock)


def test_an_empty_register_has_periods_without_flows():
    found = series_figures(Span(date(2007, 11, 15), date(2008, 2, 10)), None, Interval.QUARTER)

    nothing = Flows(0, 0, 0, 0, 0, 0)
    assert [(one.period, one.organizations, one.members, one.enterprises) for one in found] == [
        ("2007-Q4", nothing, nothing, nothing),
        ("2008-Q1", nothing, nothing, nothing),
    ]


def test_what_ends_on_a_day_leaves_on_that_day_and_a_leap_day_is_one():
    EnterpriseFactory(registered_on=date(2007, 1, 1), closed_on=date(2008, 2, 29))

    assert flows("enterprises", date(2008, 2, 1), date(2008, 2, 28)) == Flows(1, 0, 0, 0, 0, 1)
    assert flows("enterprises", date(2008, 2, 29), date(2008, 2, 29)) == Flows(1, 0, 1, 0, 0, 0)
    assert flows("enterprises", date(2008, 3, 1), date(2008, 3, 31)) == Flows(0, 0, 0, 0, 0, 0)


def test_an_organization_that_moves_takes_its_members_along_and_is_not_founded_again():
    left, reached = AreaFactory(), AreaFactory()
    organization = OrganizationFactory(area=left)
    organization.areas.update(valid_to=date(2008, 6, 19))
    OrganizationArea.objects.create(organization=organization, area=reached, valid_from=date(2008, 6, 19))
    MemberFactory(organization=organization)

    for stock in ("organizations", "members"):
        found = [flows(stock, date(2008, 1, 1), date(2008, 12, 31), area) for area in (left, reached, None)]
        assert found == [Flows(1, 0, 0, 0, 1, 0), Flows(0, 0, 0, 1, 0, 1), Flows(1, 0, 0, 0, 0, 1)]


def test_a_member_who_is_transferred_moves_between_areas_and_stays_in_the_register():
    left, reached = AreaFactory(), AreaFactory()
    relation = MembershipFactory(organization=OrganizationFactory(area=left), valid_to=date(2008, 6, 19))
    MembershipFactory(
        member=relation.member, organization=OrganizationFactory(area=reached), valid_from=date(2008, 6, 19)
    )

    found = [flows("members", date(2008, 1, 1), date(2008, 12, 31), area) for area in (left, reached, None)]
    assert found == [Flows(1, 0, 0, 0, 1, 0), Flows(0, 0, 0, 1, 0, 1), Flows(1, 0, 0, 0, 0, 1)]


def test_a_member_with_a_day_between_two_relations_leaves_and_enters():
    relation = MembershipFactory(valid_to=date(2008, 6, 19))
    MembershipFactory(member=relation.member, valid_from=date(2008, 6, 20))

    assert flows("members", date(2008, 1, 1), date(2008, 12, 31)) == Flows(1, 1, 1, 0, 0, 1)


def test_one_organization_dissolved_and_another_founded_on_a_day_are_both_counted():
    OrganizationFactory(dissolved_on=date(2008, 6, 19))
    OrganizationFactory(established_on=date(2008, 6, 19))

    assert flows("organizations", date(2008, 1, 1), date(2008, 12, 31)) == Flows(1, 1, 1, 0, 0, 1)


def test_a_change_of_the_kind_is_no_flow_of_organizations_or_members():
    organization = OrganizationFactory(kind=Kind.BRANCH)
    organization.kinds.update(valid_to=date(2008, 6, 19))
    OrganizationKind.objects.create(
        organization=organization, kind=Kind.GENERAL_BRANCH, valid_from=date(2008, 6, 19)
    )
    MemberFactory(organization=organization)

    for stock in ("organizations", "members"):
        assert flows(stock, date(2008, 1, 1), date(2008, 12, 31)) == Flows(1, 0, 0, 0, 0, 1)


def test_all_days_that_there_are_can_be_asked_for():
    EnterpriseFactory(registered_on=date.min, closed_on=date.max)
    OrganizationFactory(established_on=date(2008, 1, 1))

    first, *_between, last = series_figures(ALL_DAYS, None, Interval.YEAR)
    assert (first.period, first.enterprises) == ("0001", Flows(0, 1, 0, 0, 0, 1))
    assert (last.period, last.enterprises) == ("9999", Flows(1, 0, 1, 0, 0, 0))
    assert last.organizations.closing == 1


@pytest.mark.sqlite
def test_a_series_costs_the_same_statements_for_any_register_and_any_number_of_periods():
    place = AreaFactory()

    def statements(area, span, interval):
        with CaptureQueriesContext(connection) as found:
            series_figures(span, area, interval)
        return len(found)

    def of_each(span, interval):
        return [statements(area, span, interval) for area in (None, place)]

    MemberFactory(organization=OrganizationFactory(area=place))
    assert of_each(Span(date(2008, 6, 19), date(2008, 6, 19)), Interval.YEAR) == [3, 4]
    for _number in range(2):
        MemberFactory(organization=OrganizationFactory(area=place))
    assert of_each(Span(date(2000, 1, 1), date(2008, 12, 31)), Interval.MONTH) == [3, 4]
