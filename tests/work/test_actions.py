"""Exemptions: declared with an end and a reason, ended early, never twice at once."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import EnterpriseFactory, OrganizationFactory
from tests.factories.turns import at_once, in_turn
from tests.factories.work import ExemptionFactory
from work.actions import AlreadyExempt, HasEnded, end_exemption, exempt
from work.items import KIND_BY_CODE
from work.models import Exemption

pytestmark = pytest.mark.django_db

OWN = KIND_BY_CODE["own_organization"]
DAY, END = date(2020, 2, 29), date(2020, 12, 1)


def declare(record, *, kind=OWN, on=DAY, until=END, reason="正在搬迁", by=None):
    return exempt(kind=kind, record=record, on=on, until=until, reason=reason, by=by or UserFactory())


def test_it_has_an_end_a_reason_and_an_author_and_stands_in_the_history():
    user, enterprise = UserFactory(), EnterpriseFactory()
    exemption = declare(enterprise, by=user)

    assert (exemption.valid_from, exemption.valid_to, exemption.reason) == (DAY, END, "正在搬迁")
    assert (exemption.enterprise, exemption.entered_by) == (enterprise, user)
    [row] = Exemption.history.all()
    assert (row.history_type, row.history_user) == ("+", user)


@pytest.mark.parametrize(
    "wrong", [{"until": DAY}, {"until": date(2020, 2, 28)}, {"reason": ""}, {"reason": "x" * 301}]
)
def test_one_without_an_end_behind_its_beginning_or_without_a_reason_is_refused(wrong):
    with pytest.raises(ValidationError):
        declare(EnterpriseFactory(), **wrong)
    assert not Exemption.objects.exists()


def test_two_of_one_item_and_record_share_no_day():
    enterprise = EnterpriseFactory()
    first = declare(enterprise)
    with pytest.raises(AlreadyExempt, match="正在搬迁"):
        declare(enterprise, on=date(2020, 11, 30), until=date(2021, 1, 1))
    declare(enterprise, on=END, until=date(2021, 1, 1))
    declare(enterprise, kind=KIND_BY_CODE["instructor"])
    declare(EnterpriseFactory())
    assert first in Exemption.objects.on(DAY)


@pytest.mark.parametrize(
    ("link", "make"),
    [("enterprise", EnterpriseFactory), ("organization", OrganizationFactory), ("member", MemberFactory)],
)
def test_the_database_refuses_two_of_one_record(link, make):
    given = {"enterprise": None, link: make()}
    ExemptionFactory(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExemptionFactory(**given, valid_from=date(2020, 12, 31), valid_to=date(2022, 1, 1))
    ExemptionFactory(**given, valid_from=date(2021, 1, 1), valid_to=date(2022, 1, 1))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("exemption_has_an_end", {"valid_to": None}),
        ("exemption_has_a_reason", {"reason": ""}),
        ("exemption_is_of_one_record", {"enterprise": None}),
    ],
)
def test_the_database_refuses(name, fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ExemptionFactory(**fields)


def test_the_database_refuses_one_of_two_records():
    with pytest.raises(IntegrityError, match="exemption_is_of_one_record"), transaction.atomic():
        ExemptionFactory(organization=OrganizationFactory())


def test_it_ends_early_once():
    user = UserFactory()
    exemption = declare(EnterpriseFactory())
    end_exemption(exemption=exemption, on=date(2020, 3, 1), by=user)

    exemption.refresh_from_db()
    assert exemption.valid_to == date(2020, 3, 1)
    assert Exemption.history.first().history_user == user
    with pytest.raises(HasEnded):
        end_exemption(exemption=exemption, on=date(2020, 3, 1), by=user)


def test_one_that_ends_on_its_first_day_was_none_and_stands_in_the_history_alone():
    user = UserFactory()
    exemption = declare(EnterpriseFactory())
    end_exemption(exemption=Exemption.objects.get(), on=DAY, by=user)

    assert not Exemption.objects.exists()
    assert [row.history_type for row in Exemption.history.all()] == ["-", "+"]
    exemption.pk = Exemption.history.first().id
    with pytest.raises(HasEnded):
        end_exemption(exemption=exemption, on=DAY, by=user)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_declare_the_same_at_once_one_is_told_of_the_other():
    enterprise, user = EnterpriseFactory(), UserFactory()

    def attempt():
        try:
            return declare(enterprise, by=user).pk
        except AlreadyExempt:
            return None

    results = at_once(attempt, attempt)
    assert [result for result in results if result] == list(Exemption.objects.values_list("pk", flat=True))
    assert len(set(results)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_the_same_one_after_the_other_the_second_is_told():
    user = UserFactory()
    exemption = declare(EnterpriseFactory(), by=user)

    def end():
        end_exemption(exemption=exemption, on=date(2020, 3, 1), by=user)

    def late():
        with pytest.raises(HasEnded):
            end()
        return True

    assert in_turn(end, late)
