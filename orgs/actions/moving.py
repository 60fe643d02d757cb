"""An enterprise moves: what covers it alone goes along, what looks after its old community stays behind."""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.actions.following import (
    area_on,
    coverage_and_kinds,
    covering_alone,
    lie_from,
    lock_with_organizations,
    looks_after,
)
from orgs.actions.handing import end_coverage, lasting_coverage
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import (
    Area,
    Enterprise,
    EnterpriseAct,
    EnterpriseDeed,
    Kind,
    Organization,
    OrganizationAct,
    OrganizationDeed,
)


class LiesThereAlready(Refusal):
    """The enterprise lies in the area to which it would move."""

    def __init__(self, enterprise: Enterprise, area: Area | None) -> None:
        where = area.display_name if area is not None else _("none of the register's areas")
        super().__init__(
            _("%(enterprise)s lies in %(area)s already; choose another area.")
            % {"enterprise": enterprise, "area": where}
        )


class DoesNotOperate(Refusal):
    """The enterprise is not registered yet on the day, or closed by then."""

    def __init__(self, enterprise: Enterprise, on: date) -> None:
        super().__init__(
            _("%(enterprise)s does not operate on %(day)s; choose a day on which it does.")
            % {"enterprise": enterprise, "day": on}
        )


class MovesWhenItIsRegistered(Refusal):
    """On the day of its registration an enterprise is somewhere for the first time: that is no move."""

    def __init__(self, enterprise: Enterprise) -> None:
        super().__init__(
            _("It is registered on %(day)s; correct its first area instead, or choose a later day.")
            % {"day": enterprise.registered_on}
        )


def refuse_unless_operating(enterprise: Enterprise, on: date) -> None:
    """Raise DoesNotOperate where `enterprise` is not registered by `on`, or closed by then."""
    closed = enterprise.closed_on is not None and enterprise.closed_on <= on
    if closed or enterprise.registered_on > on:
        raise DoesNotOperate(enterprise, on)


@transaction.atomic
def move_enterprise(
    *, enterprise: Enterprise, area: Area | None, on: date, document: str, by: AbstractBaseUser | None
) -> Enterprise:
    """From `on` on `enterprise` lies in `area`; None: it left the district, to none of the register's areas.

    Organizations that cover it alone that day lie there, too. A joint branch with other enterprises stays
    where it is and goes on covering it. A community general branch no longer covers it by a row, unless
    the new area lies in its community. Instructors, above-scale status and designations go on.

    Raises DoesNotOperate; MovesWhenItIsRegistered; LiesThereAlready; AreaIsSettled where the area of the
    enterprise, or of an organization that follows, changes on `on` or later; CoverageIsSettled where a
    coverage that follows or ends is known to end later; CoveredMeanwhile.
    """
    found = lock_with_organizations([enterprise], on=on).enterprises[enterprise.pk]
    refuse_unless_operating(found, on)
    if on == found.registered_on:
        raise MovesWhenItIsRegistered(found)
    if not lie_from(found, area, on=on, by=by):
        raise LiesThereAlready(found, area)
    follow(covering_alone(found, on), found, area, on=on, document=document, by=by)
    for coverage, kind in coverage_and_kinds(found, on):
        if kind == Kind.COMMUNITY_GENERAL_BRANCH and not looks_after(coverage.organization, area, on):
            left = lasting_coverage(coverage.organization, on, enterprises=[found])
            end_coverage(left, on=on, by=by)
    what = EnterpriseAct.LEFT_THE_DISTRICT if area is None else EnterpriseAct.MOVED
    save_by(EnterpriseDeed(enterprise=found, what=what, on=on, document=document), by)
    return found


def follow(
    organizations: Iterable[Organization],
    enterprise: Enterprise,
    area: Area | None,
    *,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
) -> None:
    """Let `organizations`, locked ones that cover `enterprise` alone, lie in `area` from `on` on.

    Raises AreaIsSettled; CoverageIsSettled where one of them is known to cover others later, or it no longer.
    """
    for organization in organizations:
        if not lie_from(organization, area, on=on, by=by):
            continue
        lasting_coverage(organization, on)
        deed = OrganizationDeed(
            organization=organization, what=OrganizationAct.AREA_CHANGED, on=on, document=document,
            enterprise=enterprise,
        )  # fmt: skip
        save_by(deed, by)


def what_a_move_leaves(enterprise: Enterprise, day: date) -> list[str]:
    """What an organizer is told when `enterprise` has moved on `day`: what did not go along, or may no longer fit."""
    area = area_on(enterprise, day)
    found = []
    for coverage, kind in coverage_and_kinds(enterprise, day):
        organization = coverage.organization
        names = {"organization": organization}
        if kind == Kind.COMMUNITY_GENERAL_BRANCH:
            continue
        if area_on(organization, day) != area:
            found.append(
                _(
                    "%(organization)s stays where it is and goes on covering it; end that if it no longer does."
                )
                % names
            )
        elif organization.superior_id is not None:
            found.append(_("%(organization)s goes along and keeps its superior.") % names)
    ended = enterprise.coverage.filter(valid_to=day).select_related("organization").order_by("pk")
    branches = Organization.objects.community_general_branches().values("pk")
    found += [
        _("%(organization)s, whose community it leaves, no longer covers it.")
        % {"organization": coverage.organization}
        for coverage in ended.filter(organization__in=branches)
    ]
    later = (
        enterprise.coverage.filter(valid_from__gt=day).select_related("organization").order_by("valid_from")
    )
    found += [
        _("%(organization)s, which covers it from %(day)s on, lies in another area then.")
        % {"organization": coverage.organization, "day": coverage.valid_from}
        for coverage in later
        if area_on(coverage.organization, coverage.valid_from) != area
    ]
    instructors = enterprise.instructors.on(day).count()
    if area is None and instructors:
        found.append(
            ngettext(
                "%(count)d instructor goes on working there; end the assignment if that is not so.",
                "%(count)d instructors go on working there; end the assignments if that is not so.",
                instructors,
            )
            % {"count": instructors}
        )
    return found
