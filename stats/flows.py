"""The stays beneath the series: the statements of SQL that count by day what enters a stock and what leaves it.

A stay is a time in which a record is counted in the area: from `start` until, exclusively, `finish`. It is
where several periods meet; an end that is not known is taken as `infinity`, which in both databases is
later than every day. Starts and finishes are counted apart; where a record is counted on both sides of such
a day, that is a move.

Plain SQL for the reason of `stats.counts`; tests/stats/test_series.py holds every flow against a slow
count day by day in Python.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from members.models import StandingKind
from orgs.models import COUNTED_KINDS, NON_PUBLIC, Area
from stats.counts import holds, one_of

# ruff: noqa: S608  # the fragments of SQL are constants of this module; every value is a parameter

Row = tuple[Any, ...]

Day = str
"""A day as YYYY-MM-DD: thousands of them are only compared, and added up by the months that they begin with."""

Move = tuple[Day, str, str]
"""A day, and where a record is counted the day before and on it."""

Holding = Callable[[str, str], str]
"""The condition that a period of a table holds on a day, or on the day before."""

NOWHERE, ELSEWHERE, INSIDE = "0", "1", "2"
"""Where a record is counted on a day: not at all, not in the area, in the area."""

_NO_MEMBER = f"kind = '{StandingKind.NO_MEMBER.value}'"
_OF_COUNTED_KIND = f"kind.kind IN {one_of(COUNTED_KINDS)}"
_IN_SUBTREE = "area_id IN (SELECT id FROM orgs_area WHERE code LIKE %(within)s)"

_NAMED = "'m' || CAST(member.id AS TEXT)"
"""What stands for where a member is counted on the other side of a day on which one relation may meet another:
he is, if both a start and a finish of that day name him."""

# The first of both days; either may be unknown.
_SINCE = """CASE WHEN member.full_on < member.probationary_on THEN member.full_on
    ELSE COALESCE(member.probationary_on, member.full_on) END"""

# Who was restored was a member before, between and after the times of being none.
_FREE_OF_GAPS = f"""
    SELECT member_id, start, finish FROM (
        SELECT member_id, valid_from AS finish,
            COALESCE(LAG(valid_to) OVER (PARTITION BY member_id ORDER BY valid_from), '-infinity') AS start
        FROM members_standing WHERE {_NO_MEMBER}
        UNION ALL
        SELECT member_id, 'infinity', MAX(valid_to) FROM members_standing WHERE {_NO_MEMBER} GROUP BY member_id
    ) free WHERE start < finish"""


@dataclass(frozen=True)
class Stays:
    """The stays of a stock that start by the last day, counted by day."""

    starts: Counter[Day]
    """By the first day."""

    finishes: Counter[Day]
    """By the end day, the first on which they no longer hold."""

    moves: Counter[Move]
    """Records counted on the day before and on the day, in different stays: by the day, and by where they are
    counted (ELSEWHERE, INSIDE) the day before and on the day; one of both is INSIDE."""


@dataclass(frozen=True)
class Question:
    """What is asked: the stays within `area` (None: the whole register) until `last`."""

    last: date
    area: Area | None

    def organizations(self) -> Stays:
        """Of organizations in force with a counted kind. One statement."""
        return self._stays(self._organizations())

    def members(self) -> Stays:
        """Of full and probationary members with a relation to an organization that is counted.

        One statement; in an area a second one, for the moves from one relation to the next.
        """
        starts = ["relation.valid_from", _SINCE, "COALESCE(free.start, relation.valid_from)"]
        finishes = [_open("relation.valid_to"), _open("member.ended_on"), _open("free.finish")]
        # All relations are read one after the other; those of an area are found by its organizations.
        order = "members_membership relation CROSS JOIN members_member member CROSS JOIN {}"
        # To look up the relation that meets this one takes longer than to name the member at both ends.
        came = f"""CASE WHEN relation.valid_from >= stay.start AND relation.valid_from > {_SINCE}
            THEN {_NAMED} ELSE '{NOWHERE}' END"""
        went = f"CASE WHEN relation.valid_to IS NOT NULL THEN {_NAMED} ELSE '{NOWHERE}' END"
        if self.area is not None:
            came = went = f"'{NOWHERE}'"
            order = "{} CROSS JOIN members_membership relation CROSS JOIN members_member member"
        stays = self._stays(f"""
            SELECT {_last_of("stay.start", *starts)} AS start, {_first_of("stay.finish", *finishes)} AS finish,
                CASE WHEN stay.came <> '{NOWHERE}' AND stay.start > {_last_of(*starts)}
                    THEN stay.came ELSE {came} END AS came,
                CASE WHEN stay.went <> '{NOWHERE}' AND stay.finish < {_first_of(*finishes)}
                    THEN stay.went ELSE {went} END AS went
            FROM {order.format(f"({self._organizations()} {_fence()}) stay")}
            LEFT JOIN ({_FREE_OF_GAPS}) free ON free.member_id = member.id
            WHERE relation.organization_id = stay.owner_id AND member.id = relation.member_id
            AND (member.full_on IS NOT NULL OR member.probationary_on IS NOT NULL)""")
        if self.area is not None:
            stays.moves.update(self._transfers())
        return stays

    def enterprises(self) -> Stays:
        """Of operating non-public enterprises. One statement."""
        start, finish = "e.registered_on", _open("e.closed_on")
        place = ""
        came = went = f"'{NOWHERE}'"
        if self.area is not None:
            place = f"JOIN orgs_enterprisearea place ON place.enterprise_id = e.id AND place.{_IN_SUBTREE}"
            start, finish = _last_of(start, "place.valid_from"), _first_of(finish, _open("place.valid_to"))
            came = self._state(f"e.registered_on < {start}", "enterprise", "e.id", start, _held)
            went = self._state(f"{finish} < {_open('e.closed_on')}", "enterprise", "e.id", finish, holds)
        return self._stays(f"""
            SELECT {start} AS start, {finish} AS finish, {came} AS came, {went} AS went
            FROM orgs_enterprise e {place}
            WHERE e.ownership IN {one_of(NON_PUBLIC)}""")

    def _organizations(self) -> str:
        """The stays of organizations, each with its `owner_id`; a change of the kind begins another one."""
        starts = ["o.established_on", "kind.valid_from"]
        finishes = [_open("o.dissolved_on"), _open("kind.valid_to")]
        place = ""
        if self.area is not None:
            place = (
                f"JOIN orgs_organizationarea place ON place.{_IN_SUBTREE} AND place.organization_id = o.id"
            )
            starts.append("place.valid_from")
            finishes.append(_open("place.valid_to"))
        start, finish = _last_of(*starts), _first_of(*finishes)
        came = self._state(f"o.established_on < {start}", "organization", "o.id", start, _held)
        went = self._state(f"{finish} < {_open('o.dissolved_on')}", "organization", "o.id", finish, holds)
        return f"""
            SELECT o.id AS owner_id, {start} AS start, {finish} AS finish, {came} AS came, {went} AS went
            FROM orgs_organization o JOIN orgs_organizationkind kind ON kind.organization_id = o.id {place}
            WHERE {_OF_COUNTED_KIND} AND {start} < {finish}"""

    def _state(self, is_there: str, owner: str, key: str, day: str, holding: Holding) -> str:
        """Where an `owner` is counted on `day`, or the day before: as `holding` says, and if it `is_there` then."""
        state = f"'{INSIDE}'"
        if self.area is not None:
            state = f"""CASE WHEN EXISTS (
                SELECT 1 FROM orgs_{owner}area beside
                WHERE beside.{owner}_id = {key} AND {holding("beside", day)} AND beside.{_IN_SUBTREE}
                ) THEN '{INSIDE}' ELSE '{ELSEWHERE}' END"""
        if owner == "organization":
            is_there += f""" AND EXISTS (
                SELECT 1 FROM orgs_organizationkind other WHERE other.organization_id = {key}
                AND other.kind IN {one_of(COUNTED_KINDS)} AND {holding("other", day)})"""
        return f"CASE WHEN {is_there} THEN {state} ELSE '{NOWHERE}' END"

    def _transfers(self) -> Counter[Move]:
        """Moves into the area, out of it and within, of members counted by one relation and then by the next."""
        day = "relation.valid_to"
        came, went = (
            f"CASE WHEN {table}.id IS NULL THEN '{ELSEWHERE}' ELSE '{INSIDE}' END"
            for table in ("place", "next_place")
        )
        rows = self._answer(f"""
            SELECT CAST({day} AS TEXT), {came}, {went}, COUNT(*)
            FROM (
                SELECT DISTINCT ever.member_id FROM orgs_organizationarea place
                JOIN members_membership ever ON ever.organization_id = place.organization_id
                WHERE place.{_IN_SUBTREE}) ever
            CROSS JOIN members_membership relation CROSS JOIN members_membership following
            CROSS JOIN members_member member
            CROSS JOIN orgs_organization o CROSS JOIN orgs_organizationkind kind
            CROSS JOIN orgs_organization next_o CROSS JOIN orgs_organizationkind next_kind
            LEFT JOIN orgs_organizationarea place ON place.organization_id = o.id
                AND place.{_IN_SUBTREE} AND {_held("place", day)}
            LEFT JOIN orgs_organizationarea next_place ON next_place.organization_id = next_o.id
                AND next_place.{_IN_SUBTREE} AND {holds("next_place", day)}
            WHERE relation.member_id = ever.member_id AND {day} <= %(last)s
            AND following.member_id = relation.member_id AND following.valid_from = {day}
            AND member.id = relation.member_id
            AND (member.full_on < {day} OR member.probationary_on < {day})
            AND (member.ended_on IS NULL OR member.ended_on > {day})
            AND NOT EXISTS (
                SELECT 1 FROM members_standing WHERE member_id = member.id AND {_NO_MEMBER}
                AND valid_from <= {day} AND valid_to >= {day})
            AND o.id = relation.organization_id AND {_held("o", day, "established_on", "dissolved_on")}
            AND kind.organization_id = o.id AND {_OF_COUNTED_KIND} AND {_held("kind", day)}
            AND next_o.id = following.organization_id
            AND {holds("next_o", day, "established_on", "dissolved_on")}
            AND next_kind.organization_id = next_o.id AND next_{_OF_COUNTED_KIND} AND {holds("next_kind", day)}
            AND (place.id IS NOT NULL OR next_place.id IS NOT NULL)
            GROUP BY 1, 2, 3""")
        return Counter({(on, before, after): count for on, before, after, count in rows})

    def _stays(self, stays: str) -> Stays:
        # Days come together in one text: to sort them all for GROUP BY takes longer than to find them.
        together = "GROUP_CONCAT" if connection.vendor == "sqlite" else "STRING_AGG"
        [(starts, finishes)] = self._answer(f"""
            SELECT {together}(CAST(start AS TEXT) || came, ','),
                {together}(CASE WHEN finish <= %(last)s THEN CAST(finish AS TEXT) || went END, ',')
            FROM ({stays} {_fence()}) stays
            WHERE start < finish AND start <= %(last)s""")
        started, finished = _counted(starts), _counted(finishes)
        found = Stays(Counter(), Counter(), Counter())
        for token, count in started.items():
            day, came = token[:10], token[10:]
            found.starts[day] += count
            if came == ELSEWHERE:
                found.moves[day, ELSEWHERE, INSIDE] += count
        for token, count in finished.items():
            day, went = token[:10], token[10:]
            found.finishes[day] += count
            if went in (ELSEWHERE, INSIDE):
                found.moves[day, INSIDE, went] += count
            elif went != NOWHERE and token in started:
                found.moves[day, INSIDE, INSIDE] += count
        return found

    def _answer(self, sql: str) -> list[Row]:
        values = {
            "last": connection.ops.adapt_datefield_value(self.last),
            "within": f"{self.area.code}%" if self.area else "",
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows: list[Row] = cursor.fetchall()
        return rows


def _counted(tokens: str | None) -> Counter[str]:
    """How often each token stands in a text: a day, followed by where a record is counted on its other side."""
    return Counter(tokens.split(",") if tokens else [])


def _open(end: str) -> str:
    return f"COALESCE({end}, 'infinity')"


def _last_of(*days: str) -> str:
    return f"{'MAX' if connection.vendor == 'sqlite' else 'GREATEST'}({', '.join(days)})"


def _first_of(*days: str) -> str:
    return f"{'MIN' if connection.vendor == 'sqlite' else 'LEAST'}({', '.join(days)})"


def _fence() -> str:
    """What keeps a database from working out the columns of a subquery anew wherever they are named."""
    return "LIMIT -1" if connection.vendor == "sqlite" else "OFFSET 0"


def _held(table: str, day: str, start: str = "valid_from", end: str = "valid_to") -> str:
    """The condition that a period of `table` holds on the day before `day`."""
    return f"{table}.{start} < {day} AND ({table}.{end} IS NULL OR {table}.{end} >= {day})"
