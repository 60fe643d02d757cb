"""An organization is established, of one kind, in one area, covering enterprises."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions.chains import chain_from, refuse_circle
from orgs.actions.fitting import fit_to_locked, fit_to_owner
from orgs.actions.locking import locked
from orgs.actions.recording import Changes, save_by, save_if_changed
from orgs.actions.refusals import Refusal
from orgs.actions.timelines import UNSAID, DoesNotFit, correct_latest, follow_start
from orgs.models import (
    Area,
    Coverage,
    Enterprise,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
    Policy,
    PolicyNumber,
)


class CoversAnotherEnterprise(Refusal):
    """A standalone organization covers one enterprise at a time."""

    def __init__(self, rows: Collection[Coverage]) -> None:
        self.rows = rows
        super().__init__(_("A standalone organization covers one enterprise at a time."))


class CoversAClosedEnterprise(Refusal):
    """The enterprise is closed on the day from which it would be covered."""

    def __init__(self, enterprise: Enterprise) -> None:
        super().__init__(
            _("%(enterprise)s is closed since %(day)s.")
            % {"enterprise": enterprise, "day": enterprise.closed_on}
        )


@transaction.atomic
def establish(
    *,
    organization: Organization,
    kind: Kind,
    area: Area | None,
    enterprises: Collection[Enterprise],
    by: AbstractBaseUser | None,
) -> Organization:
    """Establish `organization`, not yet saved, on its `established_on`.

    From that day it is of `kind`, counts in `area` (None: in none of the register) and covers
    `enterprises`. Raises CoversAnotherEnterprise; CoversAClosedEnterprise; ValidationError where the
    incubator is no community general branch.
    """
    organization.clean()
    day = organization.established_on
    save_by(organization, by)
    save_by(OrganizationKind(organization=organization, kind=kind, valid_from=day), by)
    save_by(OrganizationArea(organization=organization, area=area, valid_from=day), by)
    keys = [enterprise.pk for enterprise in enterprises]
    for enterprise in Enterprise.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        coverage = Coverage(organization=organization, enterprise=enterprise, valid_from=day)
        try:
            fit_to_owner(coverage, end=enterprise.closed_on)
        except ValidationError as error:
            raise CoversAClosedEnterprise(enterprise) from error
        save_by(coverage, by)
    refuse_a_second_enterprise(organization)
    return organization


@transaction.atomic
def change_organization(
    *,
    organization: Organization,
    kind: Kind | None = None,
    area: object = UNSAID,
    by: AbstractBaseUser | None,
) -> Organization:
    """Save what was changed in `organization`, a stored one, and what goes with it; its end stays.

    Its first kind and area follow the day of its establishment. `kind` and `area` (None: none of the
    register) correct the latest entries of their histories. Raises ValidationError at `established_on`,
    or at a link that leads back; CoversAnotherEnterprise.
    """
    links = ("superior", "incubated_by")
    known = Organization.objects.get(pk=organization.pk)
    keys = {organization.pk}
    for link in links:
        if getattr(organization, f"{link}_id") != getattr(known, f"{link}_id"):
            keys |= chain_from(getattr(organization, link), link)
    rows = locked(Organization(pk=key) for key in keys)
    stored = next(row for row in rows if row.pk == organization.pk)
    for link in links:
        if getattr(organization, f"{link}_id") != getattr(stored, f"{link}_id"):
            refuse_circle(organization, link, getattr(organization, link))
    changes = Changes()
    day = organization.established_on
    kinds = list(stored.kinds.order_by("valid_from"))
    areas = list(stored.areas.order_by("valid_from"))
    try:
        follow_start(kinds, stored.established_on, day, changes)
        follow_start(areas, stored.established_on, day, changes)
    except DoesNotFit as error:
        raise ValidationError({"established_on": _("Its first kind or area ends by this day.")}) from error
    if kind is not None:
        opening = OrganizationKind(organization=organization, valid_from=day)
        correct_latest(kinds, "kind", kind.value, opening, changes)
    if area is not UNSAID:
        first = OrganizationArea(organization=organization, valid_from=day)
        correct_latest(areas, "area", area, first, changes)
    save_if_changed(organization, by)
    changes.save(by=by)
    refuse_a_second_enterprise(organization)
    return organization


@transaction.atomic
def cover(*, coverage: Coverage, by: AbstractBaseUser | None) -> Coverage:
    """Save `coverage`, a new one or a stored one that was changed; an open one ends with its owners.

    Raises ValidationError at the day that does not fit its owners or another period; CoversAnotherEnterprise.
    """
    fit_to_locked(coverage, enterprise=coverage.enterprise, organization=coverage.organization)
    coverage.full_clean()
    if coverage.pk is None:
        save_by(coverage, by)
    else:
        save_if_changed(coverage, by)
    refuse_a_second_enterprise(coverage.organization)
    return coverage


def refuse_a_second_enterprise(organization: Organization) -> None:
    """Raise CoversAnotherEnterprise where `organization` was standalone while covering two enterprises.

    Call it after the change, inside its transaction, with the organization locked.
    """
    rows = list(organization.coverage.all().beside_another_enterprise_of_a_standalone_organization())
    if rows:
        raise CoversAnotherEnterprise(rows)


def what_is_unusual(organization: Organization, day: date) -> list[str]:
    """What an organizer is told about `organization` on `day`, though it is allowed.

    An organization in force that covers nobody; a joint branch with one enterprise, or with more than the
    number of policy of that day (Regulations on Branch Work 2018, Art. 5: generally at most 5 units).
    """
    found = Organization.objects.in_force_on(day).with_kind_on(day).filter(pk=organization.pk).first()
    if found is None or found.kind == Kind.COMMUNITY_GENERAL_BRANCH:  # type: ignore[attr-defined]
        return []
    count = organization.coverage.on(day).count()
    if count == 0:
        return [_("The organization covers no enterprise today.")]
    if found.kind != Kind.JOINT_BRANCH:  # type: ignore[attr-defined]
        return []
    if count == 1:
        return [_("This joint branch covers one enterprise only.")]
    most = PolicyNumber.objects.value_on(Policy.JOINT_BRANCH_UNITS, day)
    if most is not None and count > most:
        return [
            _("This joint branch covers %(count)d enterprises; generally it covers at most %(most)d.")
            % {"count": count, "most": most}
        ]
    return []
