"""Elections and posts: when each organization elects, whom, and who is appointed in between.

Nothing is invented of the organizations of the two real companies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from members.models import Election, Post, PostRole
from orgs.calendar import years_completed
from orgs.models import Kind
from sample import REPORT_DAY, plan
from sample.days import day_between
from sample.makers import Makers
from sample.papers import REPLY
from sample.world import Person, Unit, World

LARGE = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.COMMUNITY_GENERAL_BRANCH)
FIRST_OF_LARGE = date(2009, 3, 1), date(2012, 11, 30)
"""When the large organizations of the report elected for the first time that is on record."""
FIRST_TERMS = date(2018, 7, 16), date(2020, 12, 18)
"""When the first terms began: the rule asks all for them."""
OVERDUE_SINCE = date(2025, 5, 1)

ON_ANOTHER_DAY, OVERDUE, REELECTED, WITH_DEPUTY, APPOINTED = 0.15, 0.25, 0.7, 0.35, 0.8
DUTIES = ("组织", "宣传", "纪检", "青年", "统战")


def elect(makers: Makers, without: list[Unit]) -> None:
    """Let the organizations in force after the report day elect, all but those of `without`."""
    for unit in makers.world.units:
        dissolved_on = unit.row.dissolved_on
        if unit not in without and (dissolved_on is None or dissolved_on > REPORT_DAY):
            Elections(makers.world, makers.lot, unit).hold()


@dataclass(frozen=True)
class Planned:
    """An election to be held on `day`, `due` on another one where it has an approval."""

    day: date
    is_approved: bool = False


class Elections:
    """The elections of one organization."""

    def __init__(self, world: World, lot: Random, unit: Unit) -> None:
        self.world = world
        self.lot = lot
        self.unit = unit
        self.end = unit.row.dissolved_on or plan.LAST_DAY + timedelta(days=1)
        self.secretary: Person | None = None

    def hold(self) -> None:
        """Hold all of them, and fill the posts until the next one."""
        planned = list(self._planned())
        for number, one in enumerate(planned):
            until = planned[number + 1].day if number + 1 < len(planned) else self.unit.row.dissolved_on
            election = Election(
                organization=self.unit.row, held_on=one.day, term_ends_on=_term_ends(self.unit, one.day)
            )
            self.world.elections.append(election)
            self.world.papers.draw_up(one.day, election)
            if one.is_approved:
                self.world.papers.draw_up(one.day, election, name="approval_number", of=REPLY)
            self._fill(one.day, until, election)

    def _planned(self) -> Iterator[Planned]:
        """The days, in order: a first one, then when terms end; at once where the kind changes."""
        changes = [start for start, _kind in self.unit.kinds[1:] if start > REPORT_DAY]
        following: Planned | None = self._first()
        while following is not None:
            change = next((day for day in changes if day <= following.day), None)
            if change is not None:
                following = Planned(change)
                changes = [day for day in changes if day > change]
            if following.day >= self.end:
                return
            yield following
            following = self._after(following.day)
            if following is None and changes:
                following = Planned(changes[0])

    def _first(self) -> Planned:
        founded_on = self.unit.row.established_on
        if founded_on > REPORT_DAY:
            return Planned(founded_on)
        return Planned(day_between(self.lot, *(FIRST_OF_LARGE if self._is_large() else FIRST_TERMS)))

    def _is_large(self) -> bool:
        return any(kind in LARGE for _start, kind in self.unit.kinds)

    def _after(self, day: date) -> Planned | None:
        """The election after the one on `day`; None where it is overdue."""
        due = _term_ends(self.unit, day)
        if due is None:
            return Planned(day_between(self.lot, *FIRST_TERMS))
        if due >= OVERDUE_SINCE and self.lot.random() < OVERDUE:
            return None
        if self.lot.random() < ON_ANOTHER_DAY:
            return Planned(due + timedelta(days=self.lot.choice((-1, 1)) * self.lot.randint(20, 200)), True)
        return Planned(due)

    def _electable(self, day: date) -> list[Person]:
        """Full members on `day` who were never apart; those first who stay for a while, if there are any."""
        soon = day + timedelta(days=90)
        able = [
            person for person in self.unit.people
            if not person.standings and person.row.full_on is not None and person.row.full_on <= day
            and person.relation_with(self.unit, day) is not None
        ]  # fmt: skip
        return [person for person in able if person.relation_with(self.unit, soon) is not None] or able

    def _fill(self, day: date, until: date | None, election: Election) -> None:
        able = self._electable(day)
        if self.secretary not in able or self.lot.random() > REELECTED:
            self.secretary = self.lot.choice(able)
        others = [person for person in able if person is not self.secretary]
        others = self.lot.sample(others, min(self._seats(day) - 1, len(others)))
        roles = [PostRole.SECRETARY, PostRole.DEPUTY, *[PostRole.COMMISSIONER] * len(others)]
        duties = ["", "", *DUTIES]
        held: list[tuple[Person, Post]] = []
        for person, role, duty in zip([self.secretary, *others], roles, duties, strict=False):
            held.append((person, self._post(person, role, day, until, election=election, duty=duty)))
        self._replace_secretary(held, until)

    def _seats(self, day: date) -> int:
        """How many posts are filled: of a branch by the number of its full members."""
        kind = self.unit.kind_on(day)
        if kind in plan.SEATS:
            return plan.SEATS[kind]
        full = sum(
            person.row.full_on is not None
            and person.row.full_on <= day
            and person.relation_with(self.unit, day) is not None
            for person in self.unit.people
        )
        if full >= plan.LARGE_COMMITTEE_FROM:
            return plan.SEATS_OF_LARGE_COMMITTEE
        if full >= plan.COMMITTEE_FROM:
            return plan.SEATS_OF_COMMITTEE
        return 2 if self.lot.random() < WITH_DEPUTY else 1

    def _post(
        self,
        person: Person,
        role: PostRole,
        day: date,
        until: date | None,
        *,
        election: Election | None = None,
        duty: str = "",
    ) -> Post:
        """A post from `day` on, `until` the next election or as long as its holder belongs to the organization."""
        relation = person.relation_with(self.unit, day)
        assert relation is not None  # noqa: S101 - only who belongs to it is chosen
        ends = [end for end in (relation.valid_to, until) if end is not None]
        post = Post(
            organization=self.unit.row, member=person.row, role=role, duty=duty, election=election,
            valid_from=day, valid_to=min(ends, default=None),
        )  # fmt: skip
        self.world.posts.append(post)
        return post

    def _replace_secretary(self, held: list[tuple[Person, Post]], until: date | None) -> None:
        """Mostly appoint another secretary where one leaves before the next election."""
        while (day := held[0][1].valid_to) is not None and day < min(until or self.end, self.end):
            busy = [person for person, post in held[1:] if post.valid_to is None or post.valid_to > day]
            free = [person for person in self._electable(day) if person not in busy]
            if not free or self.lot.random() > APPOINTED:
                return
            self.secretary = self.lot.choice(free)
            held[0] = self.secretary, self._post(self.secretary, PostRole.SECRETARY, day, until)


def _term_ends(unit: Unit, day: date) -> date | None:
    return years_completed(day, plan.TERM_YEARS[unit.kind_on(day)]) if day >= plan.TERMS_SINCE else None
