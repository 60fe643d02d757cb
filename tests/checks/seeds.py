"""A small register in which no check finds anything, and for each check what makes it find something beside that."""

from datetime import date
from types import SimpleNamespace

from members.models import Membership, PostRole, StandingKind, Transfer
from orgs.models import Kind, Ownership, PolicyNumber
from tests.factories.members import (
    ElectionFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    StandingFactory,
    TransferFactory,
)
from tests.factories.orgs import (
    START,
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    credit_code,
)

DAY = date(2008, 6, 19)
EARLY, LATE = date(2004, 1, 1), date(2006, 1, 1)
"""Days between the beginning of all and the day."""

STAGES = {
    "applied_on": date(1996, 1, 1),
    "activist_on": date(1997, 1, 1),
    "candidate_on": date(1998, 1, 1),
    "probationary_on": date(1999, 1, 1),
    "full_on": START,
}


def firm(world, **fields):
    return EnterpriseFactory(**{"area": world.community, **fields})


def branch(world, *, covers=None, **fields):
    fields = {"area": world.community, **fields}
    return OrganizationFactory(covers=[firm(world)] if covers is None else covers, **fields)


def person(**fields):
    """Somebody with all stages, full since 2000, and, where `organization` is given, related to it since then."""
    return MemberFactory(**{"birth_date": date(1970, 1, 1), **STAGES, **fields})


def veteran(**fields):
    """Somebody who was full before all others applied."""
    days = {name: day.replace(year=day.year - 20) for name, day in STAGES.items()}
    return person(**{"birth_date": date(1950, 1, 1), **days, **fields})


def clean_register():
    """One of everything, as it should be."""
    world = SimpleNamespace(community=AreaFactory(code="330304001001"))
    world.firm = firm(world, above_scale_from=START)
    world.committee = branch(world, kind=Kind.COMMITTEE)
    world.seat = branch(world, kind=Kind.COMMUNITY_GENERAL_BRANCH, established_on=date(1999, 1, 1), covers=[])
    world.looked_after = firm(world)
    CoverageFactory(organization=world.seat, enterprise=world.looked_after)
    InstructorFactory(enterprise=world.looked_after)
    world.branch = branch(world, covers=[world.firm], superior=world.committee, incubated_by=world.seat)
    world.joint = branch(world, covers=[firm(world), firm(world)], kind=Kind.JOINT_BRANCH)
    DesignationFactory(enterprise=world.firm)
    vouchers = {
        "first_voucher": veteran(organization=world.branch),
        "second_voucher": veteran(organization=world.joint),
    }
    world.member = person(
        organization=world.branch, employer=world.firm, talked_on=date(1996, 1, 20), approved_on=date(1999, 2, 1),
        **vouchers,
    )  # fmt: skip
    election = ElectionFactory(organization=world.branch, held_on=START)
    PostFactory(organization=world.branch, member=world.member, election=election)
    StandingFactory(member=person(organization=world.joint), kind=StandingKind.AWAY, valid_from=LATE)
    world.under_way = TransferFactory(
        member=person(organization=world.branch), origin=world.branch, destination=world.joint
    )
    moved = person()
    MembershipFactory(member=moved, organization=world.branch, valid_to=LATE)
    MembershipFactory(member=moved, organization=world.joint, valid_from=LATE)
    world.received = TransferFactory(
        member=moved, origin=world.branch, destination=world.joint, requested_on=LATE, received_on=LATE
    )
    dead = person(ended_on=LATE, ended_reason="death")
    MembershipFactory(member=dead, organization=world.branch, valid_to=LATE)
    closed = firm(world, closed_on=LATE)
    dissolved = branch(world, covers=[], dissolved_on=LATE)
    CoverageFactory(organization=dissolved, enterprise=closed, valid_to=LATE)
    return world


SEEDS = {}


def seed(code):
    """Of a function that puts offenders of the check `code` beside a clean register, and returns them."""

    def keep(function):
        assert code not in SEEDS
        SEEDS[code] = function
        return function

    return keep


# Organizations


@seed("organization-covers-nobody")
def _(world):
    return branch(world, covers=[])


@seed("organization-kinds-start")
def _(world):
    organization = branch(world)
    organization.kinds.update(valid_from=EARLY)
    return organization


@seed("organization-kinds-gap")
def _(world):
    organization = branch(world)
    organization.kinds.update(valid_to=EARLY)
    organization.kinds.create(kind=Kind.BRANCH, valid_from=LATE)
    return organization


@seed("organization-both-kinds")
def _(world):
    organization = branch(world)
    organization.kinds.update(valid_to=EARLY)
    organization.kinds.create(kind=Kind.COMMUNITY_GENERAL_BRANCH, valid_from=EARLY)
    return organization


@seed("organization-without-area")
def _(world):
    organization = branch(world)
    organization.areas.update(area=None)
    return organization


@seed("organization-areas-gap")
def _(world):
    organization = branch(world)
    organization.areas.update(valid_to=EARLY)
    organization.areas.create(area=world.community, valid_from=LATE)
    return organization


@seed("community-branch-without-community")
def _(world):
    return branch(world, kind=Kind.COMMUNITY_GENERAL_BRANCH, area=AreaFactory(code="330304001"))


@seed("superior-dissolved")
def _(world):
    return branch(world, superior=branch(world, kind=Kind.COMMITTEE, dissolved_on=LATE, covers=[]))


@seed("superior-in-a-circle")
def _(world):
    first = branch(world, kind=Kind.COMMITTEE)
    second = branch(world, kind=Kind.COMMITTEE, superior=first)
    first.superior = second
    first.save()
    branch(world, superior=first)  # beneath the circle, and not of it
    return first, second


@seed("superior-is-a-branch")
def _(world):
    return branch(world, superior=world.branch)


@seed("incubator-not-there")
def _(world):
    return branch(world, established_on=date(1998, 1, 1), incubated_by=world.seat, covers=[])


@seed("incubator-of-another-kind")
def _(world):
    return branch(world, established_on=EARLY, incubated_by=world.branch)


# Coverage


@seed("coverage-outside-organization")
def _(world):
    return branch(world, dissolved_on=LATE)


@seed("coverage-outside-enterprise")
def _(world):
    return branch(world, covers=[firm(world, closed_on=LATE)])


@seed("standalone-covers-several")
def _(world):
    return branch(world, covers=[firm(world), firm(world)])


@seed("joint-branch-of-one")
def _(world):
    return branch(world, kind=Kind.JOINT_BRANCH)


@seed("organization-of-public-only")
def _(world):
    return branch(world, covers=[firm(world, ownership=Ownership.STATE)])


@seed("enterprise-own-and-joint")
def _(world):
    CoverageFactory(organization=world.joint, enterprise=world.firm)
    return world.firm


@seed("enterprise-own-and-community")
def _(world):
    CoverageFactory(organization=world.seat, enterprise=world.firm)
    return world.firm


# Enterprises


@seed("enterprise-without-area")
def _(world):
    return EnterpriseFactory()


@seed("enterprise-outside-communities")
def _(world):
    return firm(world, area=AreaFactory(code="330304001"))


@seed("enterprise-areas-gap")
def _(world):
    enterprise = firm(world)
    enterprise.areas.update(valid_to=EARLY)
    return enterprise


@seed("above-scale-outside-enterprise")
def _(world):
    return firm(world, closed_on=LATE, above_scale_from=START)


@seed("individual-business-counted")
def _(world):
    return firm(world, uscc=credit_code(1, prefix="92330399"))


@seed("enterprise-twice")
def _(world):
    firm(world, name=world.firm.name, closed_on=LATE)  # no longer
    return world.firm, firm(world, name=world.firm.name)


@seed("instructor-outside-enterprise")
def _(world):
    return InstructorFactory(enterprise=firm(world, closed_on=LATE))


@seed("instructor-beside-organization")
def _(world):
    InstructorFactory(enterprise=world.firm, valid_to=EARLY)
    return InstructorFactory(enterprise=world.firm)


@seed("designation-outside-enterprise")
def _(world):
    return DesignationFactory(enterprise=firm(world, closed_on=LATE))


# Members


@seed("activist-too-early")
def _(world):
    return person(organization=world.branch, activist_on=date(1995, 12, 31))


@seed("candidate-too-early")
def _(world):
    return person(organization=world.branch, candidate_on=date(1996, 12, 31))


@seed("probationary-too-early")
def _(world):
    return person(organization=world.branch, probationary_on=date(1997, 12, 31))


@seed("full-too-early")
def _(world):
    return person(organization=world.branch, full_on=date(1998, 12, 31))


@seed("step-too-early")
def _(world):
    return (
        person(organization=world.branch, talked_on=date(1995, 12, 31)),
        person(organization=world.branch, approved_on=date(1998, 12, 31)),
        person(organization=world.branch, probation_until=date(1999, 1, 1)),
        person(probationary_on=None, full_on=None, approved_on=START),
    )


@seed("ended-too-early")
def _(world):
    return person(ended_on=date(1999, 12, 31), ended_reason="death")


@seed("stages-missing")
def _(world):
    return person(organization=world.branch, candidate_on=None)


@seed("applied-too-young")
def _(world):
    person(organization=world.branch, birth_date=date(1978, 1, 1))  # 18 that day
    return person(organization=world.branch, birth_date=date(1978, 1, 2))


@seed("ended-without-reason")
def _(world):
    return person(ended_on=LATE)


@seed("voucher-not-full")
def _(world):
    too_late, never = person(organization=world.branch), person(full_on=None, probationary_on=None)
    return (
        person(organization=world.branch, first_voucher=too_late),
        person(organization=world.branch, first_voucher=world.member.first_voucher, second_voucher=never),
    )


@seed("member-twice")
def _(world):
    person(organization=world.branch, name=world.member.name, birth_date=date(1971, 1, 1))  # another one
    return world.member, person(organization=world.branch, name=world.member.name)


# Relations


@seed("relation-outside-organization")
def _(world):
    return person(organization=branch(world, dissolved_on=LATE, covers=[]))


@seed("relation-after-end")
def _(world):
    return person(organization=world.branch, ended_on=LATE, ended_reason="death")


@seed("relation-before-membership")
def _(world):
    return (
        person(organization=world.branch, probationary_on=EARLY, full_on=LATE),
        person(organization=world.branch, probationary_on=None, full_on=None),
    )


@seed("relation-while-no-member")
def _(world):
    member = person(organization=world.branch)
    StandingFactory(member=member, kind=StandingKind.NO_MEMBER, valid_from=EARLY, valid_to=LATE)
    return member


@seed("member-without-relation")
def _(world):
    gone, came_back, coming = person(), person(), person()
    out = {"destination": None, "destination_elsewhere": "瑞安", "requested_on": EARLY, "received_on": LATE}
    for member in (gone, came_back):
        MembershipFactory(member=member, organization=world.branch, valid_to=LATE)
        TransferFactory(member=member, origin=world.branch, **out)
    again = {"valid_from": date(2007, 1, 1), "valid_to": date(2008, 1, 1)}
    MembershipFactory(member=came_back, organization=world.joint, **again)
    MembershipFactory(member=coming, organization=world.branch, valid_from=date(2009, 1, 1))
    left = person()
    MembershipFactory(member=left, organization=world.branch, valid_to=LATE)
    return left, came_back, person()


@seed("standing-outside-membership")
def _(world):
    early, late = person(organization=world.branch), person(ended_on=LATE, ended_reason="death")
    StandingFactory(member=early, valid_from=date(1998, 12, 31), valid_to=EARLY)
    StandingFactory(member=late, valid_from=EARLY)
    return early, late


@seed("employer-closed")
def _(world):
    return person(organization=world.branch, employer=firm(world, closed_on=LATE))


@seed("employer-not-covered")
def _(world):
    return person(organization=world.joint, employer=world.firm)


# Posts and elections


@seed("secretary-not-a-member")
def _(world):
    PostFactory(organization=world.joint, member=world.member)
    return world.joint


@seed("post-not-a-member")
def _(world):
    PostFactory(organization=world.joint, member=world.member, role=PostRole.DEPUTY)
    return world.joint


@seed("post-before-full")
def _(world):
    PostFactory(organization=world.joint, member=person(organization=world.joint, full_on=EARLY))
    return world.joint


@seed("post-outside-organization")
def _(world):
    organization = branch(world, dissolved_on=LATE, covers=[])
    PostFactory(organization=organization, member=person())
    return organization


@seed("post-beside-election")
def _(world):
    of_another = ElectionFactory(organization=world.branch, held_on=date(1999, 1, 1))
    later = ElectionFactory(organization=world.committee, held_on=EARLY)
    for organization, election in ((world.joint, of_another), (world.committee, later)):
        PostFactory(organization=organization, member=person(organization=organization), election=election)
    return world.joint, world.committee


@seed("election-outside-organization")
def _(world):
    organization = branch(world, dissolved_on=LATE, covers=[])
    ElectionFactory(organization=organization, held_on=LATE)
    return organization


# Transfers


@seed("transfer-of-no-member")
def _(world):
    member = person(ended_on=LATE, ended_reason="death")
    return TransferFactory(member=member, origin=world.branch, destination=world.joint)


@seed("transfer-out-of-another")
def _(world):
    return TransferFactory(
        member=person(organization=world.branch), origin=world.joint, destination=world.branch
    )


@seed("transfer-into-dissolved")
def _(world):
    dissolved = branch(world, dissolved_on=LATE, covers=[])
    return TransferFactory(
        member=person(organization=world.branch), origin=world.branch, destination=dissolved
    )


@seed("transfer-did-not-arrive")
def _(world):
    Membership.objects.filter(member=world.received.member, valid_from=LATE).delete()
    return world.received


@seed("transfer-did-not-leave")
def _(world):
    Membership.objects.filter(member=world.received.member, valid_from=LATE).delete()
    Membership.objects.filter(member=world.received.member).update(valid_to=None)
    return world.received


@seed("transfer-letter-too-late")
def _(world):
    letter = {"letter_number": "2006-0001", "letter_on": date(2006, 1, 2)}
    Transfer.objects.filter(pk=world.received.pk).update(**letter)
    return world.received


# The basis


@seed("policy-gap")
def _(world):
    number = PolicyNumber.objects.get(policy="talk_months")
    PolicyNumber.objects.filter(pk=number.pk).update(valid_to=date(2020, 1, 1))
    PolicyNumber.objects.create(policy="talk_months", value=2, source="…", valid_from=date(2021, 1, 1))
    return number


@seed("policy-not-positive")
def _(world):
    number = PolicyNumber.objects.get(policy="talk_months")
    PolicyNumber.objects.filter(pk=number.pk).update(value=0)
    return number


@seed("area-under-another")
def _(world):
    return AreaFactory(code="330305001", parent=AreaFactory(code="330304001"))
