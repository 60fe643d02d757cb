"""Deeds of organizations and enterprises, after what the story did with them; each has an invented document.

The document of an organization that was brought about or split off is its approval, as its founding is one act.
"""

from collections import defaultdict
from collections.abc import Iterable

from orgs.models import Coverage, EnterpriseAct, EnterpriseDeed, Kind, OrganizationAct, OrganizationDeed
from sample.world import Firm, Unit, World


def keep_deeds(world: World) -> None:
    """Keep what was done to organizations and enterprises."""
    covered: dict[int, list[tuple[Coverage, Firm]]] = defaultdict(list)
    for firm in world.firms:
        for coverage in firm.coverage:
            covered[id(coverage.organization)].append((coverage, firm))
    units = {id(unit.row): unit for unit in world.units}
    for unit in world.units:
        _foundation(world, unit, _came_from(unit, covered[id(unit.row)], units))
        for day, _kind in unit.kinds[1:]:
            changed = OrganizationDeed(organization=unit.row, what=OrganizationAct.KIND_CHANGED, on=day)
            world.organization_deeds.append(changed)
            world.papers.draw_up(day, changed)
    for firm in world.firms:
        _moves(world, firm, [units[id(coverage.organization)] for coverage in firm.coverage])
    closed_with = {
        id(unit.row): firm for unit in world.units for _coverage, firm in covered[id(unit.row)]
        if firm.row.closed_on is not None and firm.row.closed_on == unit.row.dissolved_on
    }  # fmt: skip
    _ends(world, closed_with)


def _came_from(unit: Unit, covered: Iterable[tuple[Coverage, Firm]], units: dict[int, Unit]) -> Unit | None:
    """The joint branch that the enterprise of `unit` left on the day of its founding."""
    founded_on = unit.row.established_on
    for _coverage, firm in covered:
        for earlier in firm.coverage:
            other = units[id(earlier.organization)]
            if earlier.valid_to == founded_on and other.kinds[0][1] == Kind.JOINT_BRANCH:
                return other
    return None


def _foundation(world: World, unit: Unit, joint: Unit | None) -> None:
    """An organization that was brought about by another one, or split off from it."""
    on = unit.row.established_on
    incubator = unit.row.incubated_by
    if incubator is not None:
        pairs = (
            (incubator, OrganizationAct.INCUBATED, unit.row),
            (unit.row, OrganizationAct.ESTABLISHED, incubator),
        )
    elif joint is not None:
        pairs = (
            (joint.row, OrganizationAct.GAVE_OFF, unit.row),
            (unit.row, OrganizationAct.SPLIT_OFF, joint.row),
        )
    else:
        return
    for row, what, other in pairs:
        deed = OrganizationDeed(organization=row, what=what, on=on, other=other)
        world.organization_deeds.append(deed)
        world.approvals.append((unit, deed))


def _moves(world: World, firm: Firm, units: list[Unit]) -> None:
    """An enterprise that moved, and the organizations that followed it."""
    for place in firm.areas[1:]:
        moved = EnterpriseDeed(enterprise=firm.row, what=EnterpriseAct.MOVED, on=place.valid_from)
        world.enterprise_deeds.append(moved)
        followed = [
            OrganizationDeed(
                organization=unit.row, what=OrganizationAct.AREA_CHANGED, on=place.valid_from, enterprise=firm.row
            )
            for unit in units if any(other.valid_from == place.valid_from for other in unit.areas[1:])
        ]  # fmt: skip
        world.organization_deeds += followed
        world.papers.draw_up(place.valid_from, moved, *followed)


def _ends(world: World, closed_with: dict[int, Firm]) -> None:
    """Closings and dissolutions; of an organization that ends with its enterprise one document says both."""
    closings = {}
    for firm in world.firms:
        if firm.row.closed_on is not None:
            closings[id(firm)] = EnterpriseDeed(
                enterprise=firm.row, what=EnterpriseAct.CLOSED, on=firm.row.closed_on
            )
    world.enterprise_deeds += closings.values()
    for unit in world.units:
        if unit.row.dissolved_on is None:
            continue
        closed = closed_with.get(id(unit.row))
        deed = OrganizationDeed(
            organization=unit.row, what=OrganizationAct.DISSOLVED, on=unit.row.dissolved_on,
            other=unit.row.successor, enterprise=closed.row if closed else None,
        )  # fmt: skip
        world.organization_deeds.append(deed)
        together = [closings.pop(id(closed))] if closed and id(closed) in closings else []
        world.papers.draw_up(deed.on, deed, *together)
    for closing in closings.values():
        world.papers.draw_up(closing.on, closing)
