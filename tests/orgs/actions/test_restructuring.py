"""An organization changes its kind, its superior, its area from a day on."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.actions.following import AreaIsSettled
from orgs.actions.organization import CoversAnotherEnterprise
from orgs.actions.restructuring import (
    ChangeIsSettled,
    ChangesAfterItsEnd,
    ChangesAtItsBeginning,
    ChangesNothing,
    KindDoesNotChange,
    SuperiorNotInForce,
    change_area,
    change_kind,
    change_superior,
)
from orgs.models import Kind, Organization, OrganizationAct, OrganizationDeed
from tests.factories.accounts import UserFactory
from tests.factories.orgs import START, AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.turns import in_turn

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
SAID = {"document": "党字1号", "by": None}


def kinds_of(organization):
    return list(organization.kinds.order_by("valid_from").values_list("kind", "valid_from", "valid_to"))


def areas_of(organization):
    return list(organization.areas.order_by("valid_from").values_list("area", "valid_from", "valid_to"))


def deeds_of(organization):
    return list(organization.deeds.order_by("pk").values_list("what", "on", "document", "other"))


def change(what, organization, on=DAY):
    """Do one of the three changes to `organization`."""
    if what == "kind":
        return change_kind(organization=organization, kind=Kind.COMMITTEE, on=on, **SAID)
    if what == "area":
        return change_area(organization=organization, area=AreaFactory(), on=on, **SAID)
    return change_superior(organization=organization, superior=OrganizationFactory(), on=on, **SAID)


def test_a_kind_holds_from_the_day_and_the_former_one_until_the_day_before():
    organization, user = OrganizationFactory(), UserFactory()
    new = change_kind(
        organization=organization, kind=Kind.GENERAL_BRANCH, on=DAY, document="党字1号", by=user
    )
    assert kinds_of(organization) == [(Kind.BRANCH, START, DAY), (Kind.GENERAL_BRANCH, DAY, None)]
    assert deeds_of(organization) == [(OrganizationAct.KIND_CHANGED, DAY, "党字1号", None)]
    deed = organization.deeds.get()
    assert {row.history.latest().history_user for row in (new, organization.kinds.first(), deed)} == {user}


def test_a_joint_branch_with_several_enterprises_does_not_become_standalone():
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(2))
    with pytest.raises(CoversAnotherEnterprise):
        change_kind(organization=joint, kind=Kind.BRANCH, on=DAY, **SAID)
    assert kinds_of(joint) == [(Kind.JOINT_BRANCH, START, None)]
    assert not OrganizationDeed.objects.exists()
    joint.coverage.filter(pk=joint.coverage.first().pk).update(valid_to=DAY)
    change_kind(organization=joint, kind=Kind.BRANCH, on=DAY, **SAID)
    assert kinds_of(joint)[-1] == (Kind.BRANCH, DAY, None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Kind.COMMUNITY_GENERAL_BRANCH, Kind.GENERAL_BRANCH),
        (Kind.GENERAL_BRANCH, Kind.COMMUNITY_GENERAL_BRANCH),
        (Kind.COMMUNITY_GENERAL_BRANCH, Kind.COMMUNITY_GENERAL_BRANCH),
    ],
)
def test_nothing_becomes_or_ceases_to_be_a_community_general_branch(before, after):
    organization = OrganizationFactory(kind=before)
    with pytest.raises(KindDoesNotChange):
        change_kind(organization=organization, kind=after, on=DAY, **SAID)
    assert kinds_of(organization) == [(before, START, None)]


def test_an_area_holds_from_the_day_also_after_none():
    first, second = AreaFactory.create_batch(2)
    organization = OrganizationFactory(area=first)
    change_area(organization=organization, area=None, on=DAY, **SAID)
    later = date(2009, 1, 1)
    change_area(organization=organization, area=second, on=later, **SAID)
    assert areas_of(organization) == [(first.pk, START, DAY), (None, DAY, later), (second.pk, later, None)]
    assert [what for what, *_rest in deeds_of(organization)] == [OrganizationAct.AREA_CHANGED] * 2
    without = OrganizationFactory()
    change_area(organization=without, area=first, on=DAY, **SAID)
    assert areas_of(without) == [(first.pk, DAY, None)]


def test_a_superior_is_that_of_the_deed_and_none_may_follow():
    organization, superior = OrganizationFactory(), OrganizationFactory()
    change_superior(organization=organization, superior=superior, on=DAY, **SAID)
    organization.refresh_from_db()
    assert organization.superior == superior
    change_superior(organization=organization, superior=None, on=date(2009, 1, 1), **SAID)
    organization.refresh_from_db()
    assert organization.superior is None
    assert [(what, other) for what, _on, _document, other in deeds_of(organization)] == [
        (OrganizationAct.SUPERIOR_CHANGED, superior.pk),
        (OrganizationAct.SUPERIOR_CHANGED, None),
    ]


@pytest.mark.parametrize(
    "life", [{"dissolved_on": DAY}, {"established_on": date(2008, 7, 1)}], ids=["dissolved", "to come"]
)
def test_a_superior_exists_on_the_day(life):
    organization, superior = OrganizationFactory(), OrganizationFactory(**life)
    with pytest.raises(SuperiorNotInForce):
        change_superior(organization=organization, superior=superior, on=DAY, **SAID)
    organization.refresh_from_db()
    assert organization.superior is None


def test_a_superior_does_not_lead_back():
    top = OrganizationFactory()
    below = OrganizationFactory(superior=OrganizationFactory(superior=top))
    for superior in (below, top):
        with pytest.raises(ValidationError) as refusal:
            change_superior(organization=top, superior=superior, on=DAY, **SAID)
        assert list(refusal.value.message_dict) == ["superior"]
    assert not OrganizationDeed.objects.exists()


@pytest.mark.parametrize("what", ["kind", "area", "superior"])
def test_a_change_begins_after_the_establishment_and_before_the_end(what):
    organization = OrganizationFactory(dissolved_on=date(2009, 1, 1))
    for on in (date(1999, 12, 31), START):
        with pytest.raises(ChangesAtItsBeginning):
            change(what, organization, on)
    for on in (date(2009, 1, 1), date(2010, 1, 1)):
        with pytest.raises(ChangesAfterItsEnd):
            change(what, organization, on)
    assert not OrganizationDeed.objects.exists()
    change(what, organization, date(2008, 12, 31))
    assert OrganizationDeed.objects.count() == 1


@pytest.mark.parametrize("what", ["kind", "area", "superior"])
def test_a_change_on_the_day_of_one_or_before_it_is_a_contradiction(what):
    organization = OrganizationFactory(area=AreaFactory())
    change(what, organization)
    for on in (DAY, date(2008, 6, 29)):
        with pytest.raises(AreaIsSettled if what == "area" else ChangeIsSettled):
            change(what, organization, on)
    assert organization.deeds.count() == 1


def test_what_is_so_already_does_not_change():
    area, superior = AreaFactory(), OrganizationFactory()
    organization = OrganizationFactory(area=area, superior=superior)
    for deed in (
        lambda: change_kind(organization=organization, kind=Kind.BRANCH, on=DAY, **SAID),
        lambda: change_area(organization=organization, area=area, on=DAY, **SAID),
        lambda: change_superior(organization=organization, superior=superior, on=DAY, **SAID),
    ):
        with pytest.raises(ChangesNothing):
            deed()
    assert not OrganizationDeed.objects.exists()


def test_changes_of_several_things_on_one_day_go_together():
    organization = OrganizationFactory(area=AreaFactory())
    for what in ("kind", "area", "superior"):
        change(what, organization)
    assert organization.deeds.filter(on=DAY).count() == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_kind_at_once_one_is_done():
    organization = OrganizationFactory()

    def later():
        with pytest.raises(ChangeIsSettled):
            change_kind(organization=organization, kind=Kind.GENERAL_BRANCH, on=DAY, **SAID)

    in_turn(lambda: change("kind", organization), later)
    assert kinds_of(organization) == [(Kind.BRANCH, START, DAY), (Kind.COMMITTEE, DAY, None)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_come_under_each_other_at_once_close_no_circle():
    first, second = OrganizationFactory.create_batch(2)

    def later():
        with pytest.raises(ValidationError):
            change_superior(organization=second, superior=first, on=DAY, **SAID)

    in_turn(lambda: change_superior(organization=first, superior=second, on=DAY, **SAID), later)
    assert list(Organization.objects.order_by("pk").values_list("superior", flat=True)) == [second.pk, None]
