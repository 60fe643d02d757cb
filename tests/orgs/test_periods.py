"""Periods: their days, and the databases' refusal of overlaps."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from members.models import Membership, Post, PostRole, Standing, StandingKind
from orgs.models import (
    AboveScale,
    Coverage,
    Designation,
    EnterpriseArea,
    Instructor,
    Kind,
    OrganizationArea,
    OrganizationKind,
    Policy,
    PolicyNumber,
)
from orgs.periods import Period
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory
from work.models import Exemption

pytestmark = pytest.mark.django_db

PERIODS = [model for model in apps.get_models() if issubclass(model, Period)]
KEYS = {
    AboveScale: {"enterprise": EnterpriseFactory},
    Coverage: {"organization": OrganizationFactory, "enterprise": EnterpriseFactory},
    Designation: {"enterprise": EnterpriseFactory, "level": ("city", "district")},
    EnterpriseArea: {"enterprise": EnterpriseFactory},
    Exemption: {"kind": ("few_members", "instructor"), "enterprise": EnterpriseFactory},
    Instructor: {"name": ("王五", "李四"), "enterprise": EnterpriseFactory},
    Membership: {"member": MemberFactory},
    OrganizationArea: {"organization": OrganizationFactory},
    OrganizationKind: {"organization": OrganizationFactory},
    PolicyNumber: {"policy": (Policy.TALK_MONTHS, Policy.AWAY_MONTHS)},
    Post: {"organization": OrganizationFactory, "member": MemberFactory},
    Standing: {"member": MemberFactory},
}
"""Of each table of periods the key, for two rows that differ in it."""
BESIDE = {
    EnterpriseArea: {"area": AreaFactory},
    Exemption: {"reason": ("一", "二")},
    Membership: {"organization": OrganizationFactory},
    OrganizationArea: {"area": AreaFactory},
    OrganizationKind: {"kind": (Kind.BRANCH, Kind.COMMITTEE)},
    PolicyNumber: {"value": (1, 2), "source": ("一", "二")},
    Post: {"role": (PostRole.DEPUTY, PostRole.COMMISSIONER)},
    Standing: {"kind": (StandingKind.AWAY, StandingKind.LOST_CONTACT)},
}
"""What two periods of one key may differ in, and are rivals nevertheless."""


def two(values):
    return values if isinstance(values, tuple) else (values(), values())


@pytest.mark.parametrize("model", PERIODS, ids=lambda model: model.__name__)
def test_the_database_keeps_every_table_of_periods_free_of_overlaps(model):
    name = f"{model._meta.db_table}_does_not_overlap"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'x'")
            assert name in {row[0] for row in cursor}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            assert {f"{name}_insert", f"{name}_update"} <= {row[0] for row in cursor}


@pytest.mark.parametrize("model", PERIODS, ids=lambda model: model.__name__)
def test_two_periods_of_one_key_share_no_day_in_any_table(model):
    key = {name: two(values) for name, values in KEYS[model].items()}
    beside = {name: two(values) for name, values in BESIDE.get(model, {}).items()}
    own = {name: value for name, (value, _other) in key.items()}
    before, after = ({name: pair[place] for name, pair in beside.items()} for place in (0, 1))
    days = {"valid_from": date(1990, 1, 1), "valid_to": date(1992, 1, 1)}
    model.objects.create(**own, **before, **days)

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**own, **after, valid_from=date(1991, 12, 31), valid_to=date(1993, 1, 1))
    model.objects.create(**own, **after, valid_from=date(1992, 1, 1), valid_to=date(1993, 1, 1))
    for name, (value, other) in key.items():
        row = model.objects.create(**own | {name: other}, **after, **days)
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**{name: value})


@pytest.mark.parametrize("model", PERIODS, ids=lambda model: model.__name__)
def test_no_table_takes_a_period_without_a_day(model):
    row = {name: two(values)[0] for name, values in (KEYS[model] | BESIDE.get(model, {})).items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**row, valid_from=date(1990, 1, 1), valid_to=date(1990, 1, 1))


def test_on_includes_the_first_day_and_excludes_the_end_day():
    row = CoverageFactory(valid_from=date(2008, 2, 29), valid_to=date(2008, 6, 30))

    assert list(Coverage.objects.on(date(2008, 2, 28))) == []
    assert list(Coverage.objects.on(date(2008, 2, 29))) == [row]
    assert list(Coverage.objects.on(date(2008, 6, 29))) == [row]
    assert list(Coverage.objects.on(date(2008, 6, 30))) == []


def test_an_organization_has_one_secretary_at_a_time():
    held = PostFactory(valid_from=date(2008, 1, 1), valid_to=date(2008, 6, 1))
    other = MemberFactory(organization=held.organization)
    rival = {"organization": held.organization, "member": other, "valid_from": date(2008, 5, 31)}

    with pytest.raises(IntegrityError), transaction.atomic():
        PostFactory(**rival)
    deputy = PostFactory(**rival, role=PostRole.DEPUTY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=deputy.pk).update(role=PostRole.SECRETARY)
    PostFactory(organization=held.organization, valid_from=date(2008, 6, 1))


OVERLAPS = [
    ((date(2008, 1, 1), None), (date(2009, 1, 1), None)),
    ((date(2008, 1, 1), date(2008, 6, 1)), (date(2008, 5, 31), None)),
    ((date(2008, 1, 1), date(2008, 6, 1)), (date(2007, 1, 1), date(2008, 1, 2))),
    ((date(2008, 1, 1), date(2008, 6, 1)), (date(2008, 2, 1), date(2008, 3, 1))),
    ((date(2008, 1, 1), None), (date(2008, 1, 1), None)),
]


@pytest.mark.parametrize(("first", "second"), OVERLAPS)
def test_a_member_has_no_two_relations_at_once(first, second):
    relation = MembershipFactory(valid_from=first[0], valid_to=first[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(member=relation.member, valid_from=second[0], valid_to=second[1])


def test_a_relation_may_start_on_the_day_the_one_before_ends():
    relation = MembershipFactory(valid_from=date(2008, 1, 1), valid_to=date(2008, 6, 1))
    MembershipFactory(member=relation.member, valid_from=date(2008, 6, 1))


@pytest.mark.parametrize(
    ("valid_from", "valid_to"), [(date(2007, 1, 1), date(2008, 1, 1)), (date(2008, 6, 1), None)]
)
def test_periods_that_only_touch_pass_the_check_of_a_form(valid_from, valid_to):
    held = CoverageFactory(valid_from=date(2008, 1, 1), valid_to=date(2008, 6, 1))
    Coverage(
        organization=held.organization, enterprise=held.enterprise, valid_from=valid_from, valid_to=valid_to
    ).full_clean()


def test_an_update_into_an_overlap_is_refused():
    first = MembershipFactory(valid_from=date(2008, 1, 1), valid_to=date(2008, 6, 1))
    second = MembershipFactory(member=first.member, valid_from=date(2008, 6, 1))
    second.valid_from = date(2008, 5, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_an_update_that_only_moves_the_own_end_is_no_overlap():
    relation = MembershipFactory(valid_from=date(2008, 1, 1))
    relation.valid_to = date(2008, 6, 1)
    relation.save()


@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.GENERAL_BRANCH, Kind.COMMITTEE])
def test_a_standalone_organization_covers_one_enterprise_at_a_time(kind):
    enterprises = EnterpriseFactory.create_batch(2)
    organization = OrganizationFactory(kind=kind, covers=enterprises)
    unruly = Coverage.objects.beside_another_enterprise_of_a_standalone_organization()
    assert unruly.count() == 2

    organization.coverage.filter(enterprise=enterprises[0]).update(valid_to=date(2005, 1, 1))
    assert unruly.count() == 2
    organization.coverage.filter(enterprise=enterprises[1]).update(valid_from=date(2005, 1, 1))
    assert unruly.count() == 0


def test_a_branch_that_was_joint_may_have_covered_several_enterprises():
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(2))
    unruly = Coverage.objects.beside_another_enterprise_of_a_standalone_organization()
    assert unruly.count() == 0

    organization.kinds.update(valid_to=date(2005, 1, 1))
    organization.kinds.create(kind=Kind.BRANCH, valid_from=date(2005, 1, 1))
    assert unruly.count() == 2
    organization.coverage.update(valid_to=date(2005, 1, 1))
    assert unruly.count() == 0
