"""Instructors, sent to enterprises with two full members; each looks after several."""

from datetime import date, timedelta
from random import Random

from members.models import Sex
from orgs.models import Instructor
from sample.names import Names
from sample.plan import LAST_DAY
from sample.world import Firm, end_open


class Instructors:
    """Sends instructors to enterprises."""

    def __init__(self, names: Names, lot: Random) -> None:
        self.lot = lot
        self.names = [names.person(Sex.MALE if number % 3 else Sex.FEMALE) for number in range(24)]

    def send(self, firm: Firm, since: date) -> None:
        """An instructor for `firm` from `since`, and every few years another."""
        known = [row.name for row in firm.instructors]
        name = self.lot.choice([name for name in self.names if name not in known])
        subdistrict = firm.area.parent
        assert subdistrict is not None  # noqa: S101 - an enterprise stands in a community
        firm.instructors.append(
            Instructor(
                name=name,
                enterprise=firm.row,
                valid_from=since,
                employer=f"{subdistrict.name}党工委",
                days_per_month=2 + self.names.index(name) % 3,
            )
        )

    def relieve(self, firm: Firm, until: date = LAST_DAY) -> None:
        """Let others follow the instructor of `firm`, one every few years, until shortly before `until`."""
        while firm.instructors and firm.instructors[-1].valid_to is None:
            latest = firm.instructors[-1]
            follows_on = latest.valid_from + timedelta(days=self.lot.randint(900, 1900))
            if follows_on > until - timedelta(days=100):
                return
            latest.valid_to = follows_on
            self.send(firm, follows_on)

    def withdraw(self, firm: Firm, on: date) -> None:
        """Send nobody any more from `on`."""
        self.relieve(firm, on)
        end_open(firm.instructors, on)
