"""Factories of members and their relations."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from members.models import (
    Election,
    Member,
    MemberAct,
    MemberDeed,
    Membership,
    Post,
    PostRole,
    Standing,
    StandingKind,
    Transfer,
)
from orgs.models import Organization
from tests.factories.orgs import START, OrganizationFactory


class MemberFactory(DjangoModelFactory[Member]):
    """A full member since 2000; `organization=` opens a relation with it on that day."""

    class Meta:
        model = Member
        skip_postgeneration_save = True

    member_no = factory.Sequence(lambda n: f"M{n:06d}")
    name = factory.Sequence(lambda n: f"张{n}")
    full_on = START

    @factory.post_generation
    def organization(member: Any, create: bool, organization: Organization | None, **_: Any) -> None:
        """Open a relation."""
        if create and organization is not None:
            Membership.objects.create(
                member=member, organization=organization, valid_from=max(START, organization.established_on)
            )


class MembershipFactory(DjangoModelFactory[Membership]):
    """A relation since 2000."""

    class Meta:
        model = Membership

    member = factory.SubFactory(MemberFactory)
    organization = factory.SubFactory(OrganizationFactory)
    valid_from = date(2000, 1, 1)


class MemberDeedFactory(DjangoModelFactory[MemberDeed]):
    """The confirmation of a member."""

    class Meta:
        model = MemberDeed

    member = factory.SubFactory(MemberFactory)
    what = MemberAct.CONFIRMED
    on = START
    document = factory.Sequence(lambda n: f"党字{n}号")


class StandingFactory(DjangoModelFactory[Standing]):
    """Contact lost since 2000."""

    class Meta:
        model = Standing

    member = factory.SubFactory(MemberFactory)
    kind = StandingKind.LOST_CONTACT
    valid_from = START


class ElectionFactory(DjangoModelFactory[Election]):
    """An election in 2000, with no term."""

    class Meta:
        model = Election

    organization = factory.SubFactory(OrganizationFactory)
    held_on = START


class PostFactory(DjangoModelFactory[Post]):
    """A secretary since 2000, who belongs to the organization."""

    class Meta:
        model = Post

    organization = factory.SubFactory(OrganizationFactory)
    member = factory.LazyAttribute(lambda post: MemberFactory(organization=post.organization))
    role = PostRole.SECRETARY
    valid_from = START


class TransferFactory(DjangoModelFactory[Transfer]):
    """A transfer out of the member's organization, asked for in 2008, to another one."""

    class Meta:
        model = Transfer

    origin = factory.SubFactory(OrganizationFactory)
    member = factory.LazyAttribute(lambda transfer: MemberFactory(organization=transfer.origin))
    destination = factory.SubFactory(OrganizationFactory)
    requested_on = date(2008, 6, 1)
