"""People by lot, with the days of their stages in order (rule 9: probation is one year)."""

from datetime import date, timedelta
from random import Random

from members.models import EndReason, Member, Sex
from orgs.calendar import years_completed
from sample.days import day_between, days_before
from sample.names import Names
from sample.plan import LAST_DAY
from sample.world import Firm, Person, World

END_REASONS = (*[EndReason.DEATH] * 7, EndReason.RESIGNATION, EndReason.REMOVED, EndReason.EXPELLED)
EXTENDED = 0.05


class People:
    """Makes people and adds them to the world."""

    def __init__(self, world: World, names: Names, lot: Random) -> None:
        self.world = world
        self.names = names
        self.lot = lot

    def admitted(self, on: date, firm: Firm, *, oldest: int = 40, extended: float = EXTENDED) -> Person:
        """Somebody whose probation starts on `on`, at most `oldest` years old on applying.

        Of some, by the share of `extended`, probation is extended by half a year. Probation that ends
        after the last day is not yet decided.
        """
        lot = self.lot
        full_on = years_completed(on, 1) + timedelta(days=180 if lot.random() < extended else 0)
        candidate_on = days_before(lot, on, 40, 170)
        activist_on = days_before(lot, candidate_on, 370, 800)
        applied_on = days_before(lot, activist_on, 90, 300)
        person = self._born(applied_on, oldest)
        person.row.applied_on = applied_on
        person.row.activist_on = activist_on
        person.row.candidate_on = candidate_on
        person.row.probationary_on = on
        person.row.full_on = full_on if full_on <= LAST_DAY else None
        person.work_for(firm)
        return person

    def full_by(self, day: date, firm: Firm, *, since: date | None = None) -> Person:
        """Somebody who became full in the eight years before `day`, and after `since` if that is given."""
        last = day - timedelta(days=400)
        first = days_before(self.lot, last, 0, 8 * 365)
        if since is not None:
            first = day_between(self.lot, since, last)
        return self.admitted(first, firm, oldest=26, extended=0)

    def on_the_way(self, applied_on: date, firm: Firm) -> Person:
        """Somebody who applied, and has come as far as the last day allows."""
        person = self._born(applied_on, 38)
        activist_on = applied_on + timedelta(days=self.lot.randint(90, 300))
        candidate_on = activist_on + timedelta(days=self.lot.randint(370, 800))
        person.row.applied_on = applied_on
        person.row.activist_on = activist_on if activist_on <= LAST_DAY else None
        person.row.candidate_on = candidate_on if candidate_on <= LAST_DAY else None
        person.work_for(firm)
        return person

    def _born(self, applied_on: date, oldest: int) -> Person:
        """A new person of 19 or more years, and at most `oldest`, on `applied_on`."""
        sex = Sex.FEMALE if self.lot.random() < 0.3 else Sex.MALE
        born = days_before(self.lot, applied_on, 19 * 366, oldest * 365)
        person = Person(Member(name=self.names.person(sex), sex=sex, birth_date=born))
        self.world.people.append(person)
        return person
