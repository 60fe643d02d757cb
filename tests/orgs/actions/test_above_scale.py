"""The yearly list: who enters, stays and leaves, and what is refused."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.actions.above_scale import (
    ComesToSomethingElse,
    DoesNotFitTheRegister,
    compare_with_list,
    follow_yearly_list,
)
from orgs.actions.enterprise import AlreadyClosed, close_enterprise
from orgs.models import AboveScale, Enterprise, EnterpriseArea
from sheets.writing import Changes
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, credit_code
from tests.factories.turns import in_turn

pytestmark = pytest.mark.django_db

DAY = date(2009, 1, 1)
BEFORE, LATER = date(2008, 1, 1), date(2010, 1, 1)


def follow(*listed, on=DAY, among=None, by=None, seen=None):
    """Follow the list of these enterprises."""
    return follow_yearly_list(
        codes=[enterprise.uscc for enterprise in listed],
        on=on,
        among=Enterprise.objects.all() if among is None else among,
        changes=Changes(),
        by=by,
        seen=seen,
    )


def periods(enterprise):
    return list(enterprise.above_scale_periods.order_by("valid_from").values_list("valid_from", "valid_to"))


def refused(*listed, **options):
    """Follow a list that does not go with the register; gives the comparison."""
    before, history = list(AboveScale.objects.order_by("pk").values()), AboveScale.history.count()
    with pytest.raises(DoesNotFitTheRegister) as refusal:
        follow(*listed, **options)
    assert list(AboveScale.objects.order_by("pk").values()) == before
    assert AboveScale.history.count() == history
    return refusal.value.comparison


def test_who_is_on_the_list_enters_or_stays_and_who_is_not_leaves():
    entering, staying, leaving, never = EnterpriseFactory.create_batch(4)
    for enterprise in (staying, leaving):
        AboveScale.objects.create(enterprise=enterprise, valid_from=BEFORE)
    user = UserFactory()

    done = follow(entering, staying, by=user)

    assert [move.uscc for move in done.entering] == [entering.uscc]
    assert done.staying == 1
    assert [move.uscc for move in done.leaving] == [leaving.uscc]
    assert periods(entering) == [(DAY, None)]
    assert periods(staying) == [(BEFORE, None)]
    assert periods(leaving) == [(BEFORE, DAY)]
    assert periods(never) == []
    changes = AboveScale.history.filter(history_change_reason="import").order_by("history_type")
    assert list(changes.values_list("history_type", "history_user")) == [("+", user.pk), ("~", user.pk)]


def test_the_same_list_twice_changes_nothing():
    entering, leaving = EnterpriseFactory(), EnterpriseFactory(above_scale_from=BEFORE)
    follow(entering)
    history = AboveScale.history.count()

    again = follow(entering)

    assert (again.entering, again.staying, again.leaving) == ((), 1, ())
    assert AboveScale.history.count() == history
    assert periods(leaving) == [(BEFORE, DAY)]


def test_a_period_that_ends_on_the_day_is_over_and_one_that_starts_on_it_holds():
    ended, started = EnterpriseFactory(), EnterpriseFactory(above_scale_from=DAY)
    AboveScale.objects.create(enterprise=ended, valid_from=BEFORE, valid_to=DAY)

    done = follow(ended, started)

    assert ([move.uscc for move in done.entering], done.staying) == ([ended.uscc], 1)
    assert periods(ended) == [(BEFORE, DAY), (DAY, None)]


def test_a_list_from_a_leap_day_holds_on_it():
    leap = date(2008, 2, 29)
    entering, leaving = EnterpriseFactory(), EnterpriseFactory(above_scale_from=date(2008, 2, 28))
    follow(entering, on=leap)
    assert list(Enterprise.objects.above_scale_on(date(2008, 2, 28))) == [leaving]
    assert list(Enterprise.objects.above_scale_on(leap)) == [entering]


def test_who_enters_before_a_later_period_is_above_scale_until_that_starts():
    enterprise = EnterpriseFactory(above_scale_from=LATER)
    (move,) = follow(enterprise).entering
    assert move.until == LATER
    assert periods(enterprise) == [(DAY, LATER), (LATER, None)]


def test_who_leaves_in_the_past_has_its_later_periods_left():
    enterprise = EnterpriseFactory(above_scale_from=LATER)
    AboveScale.objects.create(enterprise=enterprise, valid_from=BEFORE, valid_to=date(2009, 7, 1))
    (move,) = follow(EnterpriseFactory()).leaving
    assert move.until == date(2009, 7, 1)
    assert periods(enterprise) == [(BEFORE, DAY), (LATER, None)]


def test_who_enters_and_closes_later_is_above_scale_until_it_closes():
    enterprise = EnterpriseFactory(closed_on=LATER)
    follow(enterprise)
    assert periods(enterprise) == [(DAY, LATER)]


@pytest.mark.parametrize("closed_on", [BEFORE, DAY])
def test_a_closed_enterprise_on_the_list_is_refused(closed_on):
    enterprise = EnterpriseFactory(name="旧厂", closed_on=closed_on)
    assert refused(enterprise, EnterpriseFactory()).closed == {enterprise.uscc: ("旧厂", closed_on)}


def test_an_enterprise_that_is_registered_only_later_is_refused():
    enterprise = EnterpriseFactory(registered_on=LATER)
    assert list(refused(enterprise).registered_later) == [enterprise.uscc]
    follow(EnterpriseFactory(registered_on=DAY))


def test_an_unknown_code_is_refused():
    unknown = Enterprise(uscc=credit_code(999_999))
    assert refused(EnterpriseFactory(), unknown).absent == (unknown.uscc,)


def test_who_is_above_scale_from_that_very_day_cannot_leave():
    wrong = EnterpriseFactory(above_scale_from=DAY)
    comparison = refused(EnterpriseFactory())
    assert [move.uscc for move in comparison.starting] == [wrong.uscc]


def test_the_list_of_an_area_is_about_who_lies_in_it_on_that_day():
    area, other = AreaFactory(), AreaFactory()
    own = EnterpriseFactory(area=area, above_scale_from=BEFORE)
    foreign = EnterpriseFactory(area=other, above_scale_from=BEFORE)
    came = EnterpriseFactory(above_scale_from=BEFORE)
    EnterpriseArea.objects.create(enterprise=came, area=other, valid_from=BEFORE, valid_to=DAY)
    EnterpriseArea.objects.create(enterprise=came, area=area, valid_from=DAY)
    entering = EnterpriseFactory(area=area)
    among = Enterprise.objects.in_area(area, DAY)

    done = follow(entering, among=among)

    assert {move.uscc for move in done.leaving} == {own.uscc, came.uscc}
    assert periods(foreign) == [(BEFORE, None)]
    with pytest.raises(DoesNotFitTheRegister) as refusal:
        follow(entering, foreign, among=among)
    assert refusal.value.comparison.absent == (foreign.uscc,)


def test_what_the_user_did_not_see_is_not_done():
    entering, leaving = EnterpriseFactory(), EnterpriseFactory(above_scale_from=BEFORE)
    seen = compare_with_list(codes=[entering.uscc], on=DAY, among=Enterprise.objects.all()).digest()
    came = EnterpriseFactory(above_scale_from=BEFORE)

    with pytest.raises(ComesToSomethingElse) as refusal:
        follow(entering, seen=seen)

    assert periods(leaving) == periods(came) == [(BEFORE, None)]
    done = follow(entering, seen=refusal.value.comparison.digest())
    assert len(done.leaving) == 2


def test_a_long_list_takes_as_many_statements_as_a_short_one():
    def statements(count):
        listed = EnterpriseFactory.create_batch(count)
        EnterpriseFactory.create_batch(count, above_scale_from=BEFORE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            follow(*listed)
        AboveScale.objects.all().delete()
        return len(queries)

    assert statements(1) == statements(40)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_enterprise_that_closes_meanwhile_is_not_on_the_list_any_more():
    enterprise = EnterpriseFactory()

    def list_it():
        with pytest.raises(DoesNotFitTheRegister) as refusal:
            follow(enterprise)
        return list(refusal.value.comparison.closed)

    assert in_turn(lambda: close_enterprise(enterprise=enterprise, on=BEFORE, by=None), list_it) == [
        enterprise.uscc
    ]
    assert periods(enterprise) == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_are_followed_one_after_the_other():
    enterprise = EnterpriseFactory()
    done = in_turn(lambda: follow(enterprise), lambda: follow(enterprise))
    assert (done.entering, done.staying) == ((), 1)
    assert periods(enterprise) == [(DAY, None)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_enterprise_closes_after_the_list_that_was_first():
    enterprise = EnterpriseFactory()
    in_turn(lambda: follow(enterprise), lambda: close_enterprise(enterprise=enterprise, on=LATER, by=None))
    assert periods(enterprise) == [(DAY, LATER)]
    with pytest.raises(AlreadyClosed):
        close_enterprise(enterprise=enterprise, on=LATER, by=None)
