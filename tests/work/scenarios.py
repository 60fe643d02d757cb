"""For each kind of item a small register in which it comes up on a day, and is mended on another."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from orgs.models import Kind, Policy, PolicyNumber, Scope
from stats.figures import Scale
from stats.pages.asking import Asked
from tests.factories.members import ElectionFactory, MemberFactory, MembershipFactory, PostFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from work.items import KIND_BY_CODE, rules_on
from work.readers import Reader

FIRST = date(2020, 2, 29)
MENDED = date(2024, 2, 29)
EVERYTHING = Reader(Scope(everything=True), MENDED)


@dataclass
class Scenario:
    """`record` is an item from FIRST on; `mend(day)` makes it none from `mended` on."""

    record: Any
    mend: Any
    mended: date = MENDED


def area(code="330304001"):
    return AreaFactory(code=code)


def listed(code, day, *, area=None, scale=Scale.ALL):
    """The keys of the records that are items of the kind."""
    kind = KIND_BY_CODE[code]
    return set(kind.rows(Asked(day, area, scale), rules_on(day), EVERYTHING).values_list("pk", flat=True))


def items(code, day, *, scale=Scale.ALL):
    kind, asked, rules = KIND_BY_CODE[code], Asked(day, None, scale), rules_on(day)
    return kind.items(list(kind.with_area(kind.rows(asked, rules, EVERYTHING), day)), asked, rules)


def keep_rules():
    """The numbers by which items are found, where a flush took those of the migrations away."""
    values = {
        "own_organization_full_members": 3, "instructor_full_members": 2, "joint_full_members": 1,
        "joint_branch_units": 5, "joint_branch_least_units": 2, "branch_members": 50, "committee_members": 100,
        "few_members_months": 6, "term_notice_months": 6, "committee_term_years": 5, "branch_term_years": 3,
        "community_term_years": 5, "probation_years": 1, "probation_notice_months": 1, "secretaries": 1,
    }  # fmt: skip
    for policy, value in values.items():
        given = {"value": value, "source": "x", "valid_from": date(2018, 10, 28)}
        PolicyNumber.objects.get_or_create(policy=policy, defaults=given)


def set_number(policy, value):
    PolicyNumber.objects.filter(policy=policy).update(value=value)


def change_number(policy, value, day):
    """Let another number of `policy` hold from `day` on."""
    PolicyNumber.objects.filter(policy=policy, valid_to=None).update(valid_to=day)
    PolicyNumber.objects.create(policy=policy, value=value, valid_from=day, source="x")


def employing(*full_on, code="330304001", **fields):
    enterprise = EnterpriseFactory(area=area(code), **fields)
    for day in full_on:
        MemberFactory(employer=enterprise, full_on=day)
    return enterprise


def own_organization():
    enterprise = employing(date(2001, 1, 1), date(2002, 1, 1), FIRST)
    return Scenario(
        enterprise, lambda: OrganizationFactory(established_on=MENDED, covers=[enterprise], area=area())
    )


def instructor():
    enterprise = employing(date(2001, 1, 1), FIRST)
    return Scenario(enterprise, lambda: InstructorFactory(enterprise=enterprise, valid_from=MENDED))


def joint_branch():
    enterprise = employing(FIRST)
    kind = Kind.JOINT_BRANCH
    return Scenario(
        enterprise, lambda: OrganizationFactory(kind=kind, established_on=MENDED, covers=[enterprise])
    )


def community():
    enterprise = employing(registered_on=FIRST)
    kind = Kind.COMMUNITY_GENERAL_BRANCH
    return Scenario(
        enterprise,
        lambda: OrganizationFactory(kind=kind, established_on=MENDED, area=AreaFactory(code="330304")),
    )


def joint_of(number):
    enterprises = EnterpriseFactory.create_batch(number, area=area())
    return OrganizationFactory(kind=Kind.JOINT_BRANCH, area=area(), covers=enterprises)


def stand_alone():
    branch = joint_of(2)
    row = branch.coverage.first()
    for day in (date(2001, 1, 1), date(2002, 1, 1), FIRST):
        MemberFactory(employer=row.enterprise, full_on=day)
    return Scenario(branch, lambda: branch.coverage.filter(pk=row.pk).update(valid_to=MENDED))


def too_many_units():
    branch = joint_of(5)
    row = CoverageFactory(organization=branch, valid_from=FIRST)
    return Scenario(branch, lambda: branch.coverage.filter(pk=row.pk).update(valid_to=MENDED))


def too_few_units():
    branch = joint_of(2)
    row = branch.coverage.first()
    branch.coverage.filter(pk=row.pk).update(valid_to=FIRST)
    return Scenario(branch, lambda: CoverageFactory(organization=branch, valid_from=MENDED))


def large(kind):
    organization = OrganizationFactory(kind=kind, area=area())
    first, _second = MemberFactory.create_batch(2, organization=organization)
    MemberFactory(organization=organization, probationary_on=FIRST, full_on=None)
    return Scenario(organization, lambda: first.memberships.update(valid_to=MENDED))


def large_branch():
    set_number(Policy.BRANCH_MEMBERS, 2)
    return large(Kind.BRANCH)


def large_general_branch():
    set_number(Policy.COMMITTEE_MEMBERS, 2)
    return large(Kind.GENERAL_BRANCH)


def few_members():
    organization = OrganizationFactory(area=area())
    leaver, *_others = MemberFactory.create_batch(3, organization=organization)
    leaver.memberships.update(valid_to=date(2019, 8, 29))
    return Scenario(
        organization,
        lambda: MembershipFactory(member=leaver, organization=organization, valid_from=MENDED),
    )


def term_ends():
    organization = OrganizationFactory(area=area())
    ElectionFactory(organization=organization, term_ends_on=date(2020, 8, 29))
    mended = date(2020, 3, 31)
    return Scenario(organization, lambda: ElectionFactory(organization=organization, held_on=mended), mended)


def term_ended():
    organization = OrganizationFactory(area=area())
    ElectionFactory(organization=organization, term_ends_on=FIRST)
    return Scenario(organization, lambda: ElectionFactory(organization=organization, held_on=MENDED))


def probation(ends, mended, **fields):
    member = MemberFactory(
        organization=OrganizationFactory(area=area()),
        probationary_on=ends.replace(year=2019),
        full_on=None,
        **fields,
    )

    def confirm():
        member.full_on = mended
        member.save()

    return Scenario(member, confirm, mended)


def probation_ends():
    return probation(date(2020, 3, 29), date(2020, 3, 28))


def probation_ended():
    return probation(date(2020, 2, 28), MENDED, probation_until=FIRST)


def no_secretary():
    post = PostFactory(organization=OrganizationFactory(area=area()), valid_to=FIRST)
    return Scenario(
        post.organization,
        lambda: PostFactory(organization=post.organization, member=post.member, valid_from=MENDED),
    )


def closed_enterprise():
    enterprise = EnterpriseFactory(area=area(), closed_on=FIRST)
    organization = OrganizationFactory(area=area(), covers=[enterprise])
    organization.coverage.update(valid_to=FIRST)

    def dissolve():
        organization.dissolved_on = MENDED
        organization.save()

    return Scenario(organization, dissolve)


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        own_organization, instructor, joint_branch, community, stand_alone, too_many_units, too_few_units,
        large_branch, large_general_branch, few_members, term_ends, term_ended, probation_ends, probation_ended,
        no_secretary, closed_enterprise,
    )
}  # fmt: skip
