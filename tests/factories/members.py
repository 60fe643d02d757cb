"""Factories of members and their relations."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from members.models import Member, Membership
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
