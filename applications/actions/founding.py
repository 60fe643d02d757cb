"""An approved application is carried out: the organization is founded, whole or not at all."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from applications.actions.moving import locked_for, make, refuse_before
from applications.models import Application
from applications.transitions import Move
from members.actions.appointments import appoint
from members.actions.incubation import incubate, refuse_an_organization_of_its_own
from members.actions.relations import move_relations, open_relation
from members.models import Member, Membership, PostRole
from orgs.actions.locking import locked
from orgs.actions.organization import establish
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import (
    Area,
    Enterprise,
    Initiative,
    Kind,
    Organization,
    OrganizationAct,
    OrganizationDeed,
)


class IsNotFiled(Refusal):
    """Where the site asks for two steps, the district files before the organization is founded."""

    def __init__(self) -> None:
        super().__init__(_("The department of the district has not filed this approval yet."))


class IsNotRegistered(Refusal):
    """What the register does not have, no organization covers."""

    def __init__(self, application: Application) -> None:
        super().__init__(
            _("%(name)s (%(uscc)s) is not in the register; enter the enterprise first.")
            % {"name": application.enterprise_name, "uscc": application.uscc}
        )


class NameIsTaken(Refusal):
    """Two organizations of one name, in force now or later, cannot be told apart."""

    def __init__(self, other: Organization) -> None:
        super().__init__(
            _("An organization that is not dissolved by then has this name: %(name)s (%(code)s).")
            % {"name": other.name, "code": other.code}
        )


class SecretaryIsNoMember(Refusal):
    """The secretary belongs to the organization."""

    def __init__(self) -> None:
        super().__init__(_("The secretary is one of the members who belong to the new organization."))


@transaction.atomic
def found(
    *,
    application: Application,
    organization: Organization,
    kind: Kind,
    area: Area | None,
    neighbours: Collection[Enterprise],
    members: Collection[Member],
    secretary: Member | None,
    on: date,
    by: AbstractBaseUser,
) -> Organization:
    """Found `organization`, not yet saved, on `on` as `application` was approved; gives it, saved.

    It is established on the enterprise's initiative, with the approval number, of `kind` and in `area`; covers
    the applicant and `neighbours`; `members` belong to it from that day on, and `secretary`, one of them, is
    appointed. Where it was `incubated_by` a community general branch, that one looks after them no longer.

    Raises NotInThatState; IsNotFiled; NotOnThatDay before decision and filing; IsNotRegistered; NameIsTaken;
    SecretaryIsNoMember; what `incubate`, `establish`, `move_relations`, `open_relation` and `appoint` raise.
    Then nothing is written.
    """
    application = locked_for(Move.FOUND, application)
    if settings.TWO_STEP_APPROVAL and application.filed_on is None:
        raise IsNotFiled
    for before in (application.decided_on, application.filed_on):
        refuse_before(before, on)
    applicant = Enterprise.objects.filter(uscc=application.uscc).first()
    if applicant is None:
        raise IsNotRegistered(application)
    if secretary is not None and secretary not in members:
        raise SecretaryIsNoMember
    lasting = Organization.objects.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=on))
    namesake = lasting.filter(name=organization.name).first()
    if namesake is not None:
        raise NameIsTaken(namesake)
    enterprises = [applicant, *neighbours]
    document = application.approval_number
    if organization.incubated_by is not None:
        incubate(
            branch=organization.incubated_by, organization=organization, kind=kind, area=area,
            enterprises=enterprises, on=on, initiated_by=Initiative.ENTERPRISE, document=document, by=by,
        )  # fmt: skip
    else:
        _establish(organization, kind, area, enterprises, on, document, by)
    _take_in(members, organization, on, by)
    if secretary is not None:
        appoint(
            organization=organization,
            member=secretary,
            role=PostRole.SECRETARY,
            on=on,
            document=document,
            by=by,
        )
    application.enterprise = applicant
    application.organization = organization
    make(Move.FOUND, application, by=by)
    return organization


def _establish(
    organization: Organization,
    kind: Kind,
    area: Area | None,
    enterprises: Collection[Enterprise],
    on: date,
    document: str,
    by: AbstractBaseUser,
) -> None:
    """Establish what nobody incubated."""
    if organization.superior is not None:
        (organization.superior,) = locked([organization.superior])
    enterprises = locked(enterprises)
    refuse_an_organization_of_its_own(enterprises, on, also_later=True)
    organization.established_on = on
    organization.initiated_by = Initiative.ENTERPRISE
    organization.approval_number = document
    organization.full_clean()
    establish(organization=organization, kind=kind, area=area, enterprises=enterprises, by=by)
    deed = OrganizationDeed(
        organization=organization, what=OrganizationAct.ESTABLISHED, on=on, document=document
    )
    save_by(deed, by)


def _take_in(members: Collection[Member], organization: Organization, on: date, by: AbstractBaseUser) -> None:
    """`members` belong to `organization` from `on` on: those who belong elsewhere until then move, the others begin."""
    found = locked(members)
    lasting = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lt=on)
    belonging = set(lasting.filter(member__in=found).values_list("member", flat=True))
    moving = [member for member in found if member.pk in belonging]
    if moving:
        move_relations(members=moving, to=organization, on=on, by=by)
    for member in found:
        if member.pk not in belonging:
            open_relation(member=member, to=organization, on=on, by=by)
