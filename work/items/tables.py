"""The kinds of items by the table of their records: how these are placed, ordered and linked to."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from members.models import Member
from orgs.models import Enterprise, EnterpriseArea, Kind, Organization, OrganizationArea
from orgs.models.area import displayed_name
from orgs.periods import holds_on
from stats.figures import Scale
from stats.pages.asking import Asked
from work.items.kind import ItemKind
from work.items.spells import Spell


class OfEnterprises(ItemKind):
    """A kind of item about enterprises."""

    record = "enterprise"
    admin = "orgs_enterprise"
    order = "uscc"
    views = "orgs.view_enterprise"

    def table(self) -> QuerySet[Any]:
        """All enterprises."""
        return Enterprise.objects.all()

    def in_scale(self, asked: Asked) -> QuerySet[Any]:
        """The operating non-public enterprises of the area, of the scale that is asked for."""
        found = Enterprise.objects.non_public().operating_on(asked.day)
        if asked.scale == Scale.ABOVE:
            found = found.above_scale_on(asked.day)
        return found if asked.area is None else found.in_area(asked.area, asked.day)

    def place(self, day: date) -> Subquery:
        """Its area."""
        rows = EnterpriseArea.objects.on(day).filter(enterprise=OuterRef("pk"))
        return Subquery(rows.values("area")[:1])


class OfOrganizations(ItemKind):
    """A kind of item about organizations."""

    record = "organization"
    admin = "orgs_organization"
    order = "code"
    views = "orgs.view_organization"

    def table(self) -> QuerySet[Any]:
        """All organizations."""
        return Organization.objects.all()

    def in_force(self, asked: Asked) -> QuerySet[Any]:
        """The organizations of the area that are in force, of any kind."""
        found = Organization.objects.in_force_on(asked.day)
        return found if asked.area is None else found.in_area(asked.area, asked.day)

    def place(self, day: date) -> Subquery:
        """Its area."""
        rows = OrganizationArea.objects.on(day).filter(organization=OuterRef("pk"))
        return Subquery(rows.values("area")[:1])

    def with_area(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        """As of any table, with the `kind` of the day, too."""
        return super().with_area(rows, day).with_kind_on(day)  # type: ignore[attr-defined, no-any-return]

    def address_of(self, record: Any, page: str = "change") -> str:
        """As of any table; community general branches have pages of their own."""
        if record.kind == Kind.COMMUNITY_GENERAL_BRANCH:
            return self.address_in("orgs_communitygeneralbranch", record, page)
        return super().address_of(record, page)


class OfMembers(ItemKind):
    """A kind of item about members: one lies where the organization of the day's relation lies."""

    record = "member"
    admin = "members_member"
    order = "member_no"
    views = "members.view_member"

    def table(self) -> QuerySet[Any]:
        """All members."""
        return Member.objects.all()

    def place(self, day: date) -> Subquery:
        """The area of the organization."""
        return Subquery(self._places(day).values("area")[:1])

    def with_area(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        """As of any table, but for `area_code`, which no link of theirs asks for."""
        named = self._places(day).annotate(displayed=displayed_name("area"))
        placed: QuerySet[Any] = rows.annotate(area_name=Subquery(named.values("displayed")[:1]))
        return placed.order_by(self.order)

    def _places(self, day: date) -> QuerySet[Any]:
        return OrganizationArea.objects.on(day).filter(
            holds_on(day, prefix="organization__memberships__"),
            organization__memberships__member=OuterRef("pk"),
        )


def life_of(organization: Organization) -> Spell:
    """The days on which `organization` is in force."""
    return Spell(organization.established_on, organization.dissolved_on)
