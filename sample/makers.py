"""What every chapter of the sample's story writes with."""

from dataclasses import dataclass
from datetime import date
from random import Random

from orgs.models import Area
from sample.firms import Firms
from sample.instructing import Instructors
from sample.names import Names
from sample.people import People
from sample.world import Firm, Person, Unit, World


@dataclass(frozen=True)
class Makers:
    """The world, the lot that decides, and who makes enterprises, people and instructors."""

    world: World
    lot: Random
    firms: Firms
    people: People
    instructors: Instructors

    def some_area(self) -> Area:
        """An enterprise community, or less often another one."""
        districts = self.world.districts
        in_community = self.lot.random() < 0.6
        return self.lot.choice(districts.enterprise_communities if in_community else districts.elsewhere)


def makers_for(world: World, lot: Random) -> Makers:
    """The makers of one world."""
    names = Names(lot)
    return Makers(world, lot, Firms(world, names, lot), People(world, names, lot), Instructors(names, lot))


@dataclass(eq=False)
class Own:
    """An enterprise with an organization of its own, and the members that this has on the report day."""

    unit: Unit
    firm: Firm
    size: int
    named: bool = False
    """Of one of the two real companies: nothing more is invented about it than has to be."""
    closes_on: date | None = None


@dataclass(eq=False)
class Joint:
    """A joint branch with its enterprises on the report day."""

    unit: Unit
    firms: list[Firm]


@dataclass(frozen=True)
class Moved:
    """Somebody who changed from one organization to another."""

    person: Person
    origin: Unit
    destination: Unit
    on: date


@dataclass(eq=False)
class Standing:
    """What stands on the report day, by the mode in which enterprises are covered."""

    owns: list[Own]
    joints: list[Joint]
    instructed: list[Firm]
    in_communities: list[Firm]
    """Without members, looked after by a community general branch."""
    elsewhere: list[Firm]
    """Without members, and looked after by nobody."""
