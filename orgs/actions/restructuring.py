"""An organization changes from a day on: its kind, its superior, its area."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions.chains import chain_from, refuse_circle
from orgs.actions.following import lie_from
from orgs.actions.locking import locked
from orgs.actions.organization import refuse_a_second_enterprise
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.actions.timelines import holds
from orgs.models import (
    Area,
    Kind,
    Organization,
    OrganizationAct,
    OrganizationDeed,
    OrganizationKind,
)


class ChangesAtItsBeginning(Refusal):
    """A change begins after the establishment; what was wrong from the beginning is corrected."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(
            _(
                "It is established on %(day)s: a change begins on a later day. What was different from the "
                "beginning is corrected in the form."
            )
            % {"day": organization.established_on}
        )


class ChangesAfterItsEnd(Refusal):
    """A dissolved organization changes no more."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(
            _("It is dissolved on %(day)s: a change begins on an earlier day.")
            % {"day": organization.dissolved_on}
        )


class ChangeIsSettled(Refusal):
    """A change of the same is stored for that day or a later one."""

    def __init__(self, day: date) -> None:
        super().__init__(
            _(
                "Such a change is stored on %(day)s already; choose a later day, or correct that one in the form."
            )
            % {"day": day}
        )


class ChangesNothing(Refusal):
    """It is so on the day without the change."""

    def __init__(self) -> None:
        super().__init__(_("It is so on that day already."))


class KindDoesNotChange(Refusal):
    """A community general branch stays one, and no other organization becomes one."""

    def __init__(self) -> None:
        super().__init__(_("A community general branch stays one, and no other organization becomes one."))


class SuperiorNotInForce(Refusal):
    """The superior does not exist on the day."""

    def __init__(self, superior: Organization, on: date) -> None:
        super().__init__(
            _("%(organization)s does not exist on %(day)s; choose another superior or another day.")
            % {"organization": superior, "day": on}
        )


@transaction.atomic
def change_kind(
    *, organization: Organization, kind: Kind, on: date, document: str, by: AbstractBaseUser | None
) -> OrganizationKind:
    """From `on` on `organization` is of `kind`; until the day before it is what it was.

    Raises ChangesAtItsBeginning; ChangesAfterItsEnd; ChangeIsSettled; ChangesNothing; KindDoesNotChange;
    CoversAnotherEnterprise where a standalone kind would cover two enterprises.
    """
    organization = _locked_within_its_life(organization, on)
    kinds = list(organization.kinds.select_for_update().order_by("valid_from"))
    later = [period.valid_from for period in kinds if period.valid_from >= on]
    if later:
        raise ChangeIsSettled(later[0])
    current = next((period for period in kinds if holds(period, on)), None)
    if Kind.COMMUNITY_GENERAL_BRANCH in (kind, *(period.kind for period in kinds)):
        raise KindDoesNotChange
    if current is not None and current.kind == kind:
        raise ChangesNothing
    new = OrganizationKind(organization=organization, kind=kind, valid_from=on)
    if current is not None:
        new.valid_to, current.valid_to = current.valid_to, on
        save_by(current, by)
    save_by(new, by)
    refuse_a_second_enterprise(organization)
    _tell(organization, OrganizationAct.KIND_CHANGED, on, document, by)
    return new


@transaction.atomic
def change_area(
    *, organization: Organization, area: Area | None, on: date, document: str, by: AbstractBaseUser | None
) -> Organization:
    """From `on` on `organization` counts in `area` (None: in none of the register).

    Raises ChangesAtItsBeginning; ChangesAfterItsEnd; AreaIsSettled; ChangesNothing.
    """
    organization = _locked_within_its_life(organization, on)
    if not lie_from(organization, area, on=on, by=by):
        raise ChangesNothing
    _tell(organization, OrganizationAct.AREA_CHANGED, on, document, by)
    return organization


@transaction.atomic
def change_superior(
    *,
    organization: Organization,
    superior: Organization | None,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
) -> Organization:
    """From `on` on `organization` is under `superior` (None: under none of the register).

    Who the superior is has no periods: the deeds tell since when, and the register shows the latest. Raises
    ChangesAtItsBeginning; ChangesAfterItsEnd; ChangeIsSettled; ChangesNothing; SuperiorNotInForce;
    ValidationError, at `superior`, where it leads back.
    """
    locked(Organization(pk=key) for key in {organization.pk, *chain_from(superior, "superior")})
    organization = _locked_within_its_life(organization, on)
    deeds = organization.deeds.filter(what=OrganizationAct.SUPERIOR_CHANGED, on__gte=on)
    later = deeds.order_by("on").first()
    if later is not None:
        raise ChangeIsSettled(later.on)
    if organization.superior_id == (superior.pk if superior is not None else None):
        raise ChangesNothing
    if superior is not None:
        superior = Organization.objects.get(pk=superior.pk)
        if not Organization.objects.in_force_on(on).filter(pk=superior.pk).exists():
            raise SuperiorNotInForce(superior, on)
        refuse_circle(organization, "superior", superior)
    organization.superior = superior
    save_by(organization, by)
    _tell(organization, OrganizationAct.SUPERIOR_CHANGED, on, document, by, other=superior)
    return organization


def _locked_within_its_life(organization: Organization, on: date) -> Organization:
    """`organization`, locked; raises unless a change may begin on `on`."""
    organization = locked([organization])[0]
    if on <= organization.established_on:
        raise ChangesAtItsBeginning(organization)
    if organization.dissolved_on is not None and organization.dissolved_on <= on:
        raise ChangesAfterItsEnd(organization)
    return organization


def _tell(
    organization: Organization,
    what: OrganizationAct,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
    *,
    other: Organization | None = None,
) -> None:
    deed = OrganizationDeed(organization=organization, what=what, on=on, document=document, other=other)
    save_by(deed, by)
