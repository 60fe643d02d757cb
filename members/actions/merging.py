"""An organization merges into another one: all that it has goes along, and it keeps its history."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from members.actions.dissolution import (
    SucceedsItself,
    end_organization,
    refuse_an_end,
    refuse_unless_it_goes_on,
)
from members.actions.going_along import locked_members, move_transfers, posts_that_go_along
from members.actions.relations import move_relations
from members.models import Post
from orgs.actions.chains import chain_from, refuse_circle
from orgs.actions.handing import lasting_coverage, take_over_coverage
from orgs.actions.organization import CoversAnotherEnterprise, refuse_a_second_enterprise
from orgs.actions.recording import BATCH
from orgs.actions.refusals import Refusal
from orgs.actions.restructuring import ChangeIsSettled, change_kind
from orgs.models import (
    Coverage,
    Enterprise,
    Kind,
    Organization,
    OrganizationAct,
    OrganizationDeed,
)


class IsSubordinate(Refusal):
    """An organization does not merge into one beneath it: that one would be its own superior."""

    def __init__(self, into: Organization) -> None:
        super().__init__(
            _("%(organization)s is subordinate to the one that merges; give it another superior first.")
            % {"organization": into}
        )


class MergesWithAnotherSort(Refusal):
    """A community general branch merges with its like alone, and so do the others."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A community general branch merges only with another one; "
                "dissolve it and say where its members go instead."
            )
        )


class NeedsAnotherKind(Refusal):
    """A standalone organization would cover two enterprises."""

    def __init__(self, into: Organization) -> None:
        super().__init__(
            _(
                "%(organization)s would cover several enterprises, which a standalone organization does not; "
                "choose the kind joint branch, which it has from that day on."
            )
            % {"organization": into}
        )


@transaction.atomic
def merge(
    *,
    organization: Organization,
    into: Organization,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
    kind: Kind | None = None,
) -> Organization:
    """Merge `organization` into `into` on `on`: it ends that day and has `into` as its successor.

    From `on` on its members belong to `into`, which covers its enterprises; deputies and commissioners keep their
    posts there, and so does its secretary where `into` has none. Its subordinates come under `into`, its transfers
    under way lead from and to `into`. With `kind`, `into` is of that kind from `on` on. Gives `organization`.

    Raises SucceedsItself; AlreadyDissolved; DissolvedBeforeItIsEstablished; NotInForce; TakesNobody;
    IsSubordinate; MergesWithAnotherSort; NeedsAnotherKind; what `change_kind` raises; ChangeIsSettled;
    CoverageIsSettled; TransferBetweenThem; RelationIsSettled; HasMembers; OutlastsItsOwner. Domain rules 5, 11.
    """
    if organization.pk == into.pk:
        raise SucceedsItself
    organization, into, subordinates = _locked(organization, into)
    _refuse_contradictions(organization, into, on)
    list(
        Enterprise.objects.select_for_update()
        .filter(pk__in=Coverage.objects.filter(organization=organization).values("enterprise"))
        .order_by("pk")
        .values_list("pk")
    )
    members = locked_members(organization, on)
    move_transfers(organization, into, by)
    posts = posts_that_go_along(organization, into, {member.pk for member in members}, on, by)
    move_relations(members=members, to=into, on=on, by=by)
    if posts:
        bulk_create_with_history(posts, Post, default_user=by, batch_size=BATCH)
    if kind is not None and not into.kinds.on(on).filter(kind=kind).exists():
        change_kind(organization=into, kind=kind, on=on, document=document, by=by)
    take_over_coverage(lasting_coverage(organization, on), to=into, on=on, by=by)
    try:
        refuse_a_second_enterprise(into)
    except CoversAnotherEnterprise as refusal:
        raise NeedsAnotherKind(into) from refusal
    _hand_over_subordinates(subordinates, into, on, document, by)
    reason = _("Merged into %(organization)s") % {"organization": into.name}
    end_organization(organization, on=on, reason=reason, successor=into, by=by)
    deeds = [
        OrganizationDeed(
            organization=organization, what=OrganizationAct.MERGED_INTO, on=on, document=document, other=into
        ),
        OrganizationDeed(
            organization=into, what=OrganizationAct.TOOK_IN, on=on, document=document, other=organization
        ),
    ]
    bulk_create_with_history(deeds, OrganizationDeed, default_user=by)
    return organization


def _locked(
    organization: Organization, into: Organization
) -> tuple[Organization, Organization, list[Organization]]:
    """Both, and the subordinates of `organization`, locked in the order of their keys, with the superiors of `into`."""
    keys = {organization.pk, *chain_from(into, "superior")}
    rows = Organization.objects.select_for_update().filter(Q(pk__in=keys) | Q(superior=organization.pk))
    found = {row.pk: row for row in rows.order_by("pk")}
    subordinates = [row for row in found.values() if row.superior_id == organization.pk]
    return found[organization.pk], found[into.pk], subordinates


def _refuse_contradictions(organization: Organization, into: Organization, on: date) -> None:
    """Raise where the two do not merge on `on`, whatever they have."""
    refuse_an_end(organization, on)
    refuse_unless_it_goes_on(into, on)
    try:
        refuse_circle(organization, "superior", into)
    except ValidationError as error:
        raise IsSubordinate(into) from error
    branches = Organization.objects.community_general_branches()
    count = branches.filter(pk__in=[organization.pk, into.pk]).count()
    if count == 1:
        raise MergesWithAnotherSort


def _hand_over_subordinates(
    subordinates: Collection[Organization],
    into: Organization,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
) -> None:
    """Let those of `subordinates` that are not dissolved by `on` come under `into`."""
    lasting = [row for row in subordinates if row.dissolved_on is None or row.dissolved_on > on]
    if not lasting:
        return
    later = OrganizationDeed.objects.filter(
        organization__in=lasting, what=OrganizationAct.SUPERIOR_CHANGED, on__gte=on
    )
    settled = later.order_by("on").first()
    if settled is not None:
        raise ChangeIsSettled(settled.on)
    for row in lasting:
        row.superior = into
    bulk_update_with_history(lasting, Organization, ["superior"], default_user=by, batch_size=BATCH)
    deeds = [
        OrganizationDeed(
            organization=row,
            what=OrganizationAct.SUPERIOR_CHANGED,
            on=max(on, row.established_on),
            document=document,
            other=into,
        )
        for row in lasting
    ]
    bulk_create_with_history(deeds, OrganizationDeed, default_user=by, batch_size=BATCH)
