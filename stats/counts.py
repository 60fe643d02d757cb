"""The counts beneath the coverage figures: four statements of SQL, one pass per table each.

Plain SQL, and only here: the same questions put through the ORM's nested subqueries take longer to
build (some 20 ms) than the database takes to answer them for a district. What the words mean stands
in `stats.figures`; tests/stats/test_property.py holds every count against a slow count in Python and
the modes against `orgs.modes`, so a rule that changes there and not here fails.

Each statement counts on one day, as a whole or per area: the first column is the id of the area on
the day, empty for what has none; where the question is not `by_area` it is always empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from members.models import StandingKind
from orgs.models import COUNTED_KINDS, NON_PUBLIC, STANDALONE_KINDS, Area, Initiative, Kind
from orgs.models.area import DIGITS
from orgs.modes import Mode

# ruff: noqa: S608  # the fragments of SQL are constants of this module; every value is a parameter

Row = tuple[Any, ...]

MODES = tuple(Mode)
"""A mode's place in this order is its priority: the smallest that holds counts."""


def holds(table: str, day: str, start: str = "valid_from", end: str = "valid_to") -> str:
    """The condition that a period of `table` holds on `day`, a piece of SQL; the end day is exclusive."""
    return f"({table}.{start} <= {day} AND ({table}.{end} IS NULL OR {table}.{end} > {day}))"


def _holds(table: str, start: str = "valid_from", end: str = "valid_to") -> str:
    """The condition that a period of `table` holds on the day that is asked for."""
    return holds(table, "%(day)s", start, end)


def one_of(choices: Iterable[str]) -> str:
    """`choices`, which are none of a user's, as the right side of IN."""
    return "({})".format(", ".join(f"'{choice}'" for choice in choices))


def _rank(mode: Mode) -> str:
    return str(MODES.index(mode))


_JOINT = f"'{Kind.JOINT_BRANCH.value}'"
_COMMUNITY = f"'{Kind.COMMUNITY_GENERAL_BRANCH.value}'"
_ENTERPRISE = f"'{Initiative.ENTERPRISE.value}'"

_IN_FORCE = _holds("o", "established_on", "dissolved_on")
_COUNTS = f"{_IN_FORCE} AND kind.id IS NOT NULL"

_NOT_ENDED = "(member.ended_on IS NULL OR member.ended_on > %(day)s)"
_FULL = f"(member.full_on <= %(day)s AND {_NOT_ENDED})"
_NOT_FULL = "(member.full_on IS NULL OR member.full_on > %(day)s OR member.ended_on <= %(day)s)"
_PROBATIONARY = f"""(member.probationary_on <= %(day)s AND {_NOT_ENDED}
                    AND (member.full_on IS NULL OR member.full_on > %(day)s))"""

# Between an end of the membership and its restoration nobody is a member, whatever the stages say.
_GAP = f"""gap.kind = '{StandingKind.NO_MEMBER.value}' AND {_holds("gap")} AND member.id = gap.member_id
    AND relation.member_id = member.id"""

_IN_SUBTREE = "place.area_id IN (SELECT id FROM orgs_area WHERE code LIKE %(within)s)"

_SEATS_OF_COMMUNITY_BRANCHES = f"""
    SELECT area.code AS seat_code FROM orgs_organizationkind kind
    JOIN orgs_organization o ON o.id = kind.organization_id AND {_IN_FORCE}
    JOIN orgs_organizationarea seat ON seat.organization_id = o.id AND {_holds("seat")}
    JOIN orgs_area area ON area.id = seat.area_id
    WHERE kind.kind = {_COMMUNITY} AND {_holds("kind")}"""

# An area lies in those with whose code its own begins; sets of codes keep this from comparing each
# area with each branch. `seats` is named once, before the statement: PostgreSQL would plan it anew
# in each place, which takes longer than to count a district.
_IN_AREA_OF_COMMUNITY_BRANCH = "place.area_id IN (SELECT id FROM orgs_area WHERE {})".format(
    " OR ".join(f"SUBSTR(code, 1, {digits}) IN (SELECT seat_code FROM seats)" for digits in DIGITS.values())
)


@dataclass(frozen=True)
class Question:
    """What is asked: the counts of `day` within `area` (None: the whole register)."""

    day: date
    area: Area | None
    by_area: bool = False

    def organizations(self) -> list[Row]:
        """Per area and kind: in force; of them founded by the enterprise; established this and last year.

        The kind is that of the day. Where the history of kinds does not reach the day (established
        later, or the history begins later), nothing is in force and the kind only tells whether it is
        a community general branch, which an organization either always is or never.
        """
        return self._answer(f"""
            SELECT {self._area}, COALESCE(kind.kind, community.kind) AS kind_or_ever,
                COUNT(*) FILTER (WHERE {_COUNTS}),
                COUNT(*) FILTER (WHERE {_COUNTS} AND o.initiated_by = {_ENTERPRISE}),
                COUNT(*) FILTER (WHERE o.established_on >= %(year)s AND o.established_on <= %(day)s),
                COUNT(*) FILTER (WHERE o.established_on >= %(last_year)s AND o.established_on < %(year)s)
            FROM orgs_organization o
            {self._place("organization", "o.id")}
            LEFT JOIN orgs_organizationkind kind ON kind.organization_id = o.id AND {_holds("kind")}
            LEFT JOIN (
                SELECT DISTINCT organization_id, kind FROM orgs_organizationkind WHERE kind = {_COMMUNITY}
            ) community ON community.organization_id = o.id
            GROUP BY 1, 2""")

    def members(self) -> list[Row]:
        """Per area of the organization, in rows to add up: full members; probationary members.

        In an area everybody with a relation is looked up. In the whole register nearly everybody is a
        full member: there relations are counted from their index alone, and in a second pass only
        those whose person is not full on the day are looked up, to be taken away again. So are, either way,
        those who were no members until they were restored, if a relation of that time says otherwise.
        """
        # SQLite keeps the order of a CROSS JOIN; left to itself it looks at the kind of each relation.
        organizations = f"""orgs_organization o {self._place("organization", "o.id")}
            CROSS JOIN orgs_organizationkind kind"""
        counted = f"""{_IN_FORCE} AND kind.organization_id = o.id AND {_holds("kind")}
            AND kind.kind IN {one_of(COUNTED_KINDS)}
            AND relation.organization_id = o.id AND {_holds("relation")}"""
        group = "GROUP BY 1" if self.by_area else ""
        restored_later = f"""
            UNION ALL
            SELECT {self._area}, -COUNT(*) FILTER (WHERE {_FULL}), -COUNT(*) FILTER (WHERE {_PROBATIONARY})
            FROM members_standing gap CROSS JOIN members_member member CROSS JOIN members_membership relation
            CROSS JOIN {organizations}
            WHERE {_GAP} AND {counted} {group}"""
        if self.area is not None:
            return self._answer(f"""
                SELECT {self._area}, COUNT(*) FILTER (WHERE {_FULL}), COUNT(*) FILTER (WHERE {_PROBATIONARY})
                FROM {organizations} CROSS JOIN members_membership relation CROSS JOIN members_member member
                WHERE {counted} AND member.id = relation.member_id {group} {restored_later}""")
        return self._answer(f"""
            SELECT {self._area} AS area, COUNT(*), 0
            FROM {organizations} CROSS JOIN members_membership relation
            WHERE {counted} {group}
            UNION ALL
            SELECT {self._area}, -COUNT(*), COUNT(*) FILTER (WHERE {_PROBATIONARY})
            FROM members_member member CROSS JOIN members_membership relation CROSS JOIN {organizations}
            WHERE {_NOT_FULL} AND relation.member_id = member.id AND {counted} {group} {restored_later}""")

    def enterprises(self) -> list[Row]:
        """Per area, above scale or not, and mode (its place in MODES): operating non-public enterprises.

        One row for each enterprise and one for each that reaches it, grouped by enterprise. Joining
        the grouped ones instead would be as fast where the database has counted its rows, and take
        minutes after a large import, before it has.
        """
        # In an area all begins with its enterprises, however many there are elsewhere.
        if self.area is None:
            inside, of_inside = "", ""
            enterprises = f"orgs_enterprise e {self._place('enterprise', 'e.id', always=True)}"
        else:
            inside, of_inside = "inside CROSS JOIN", "AND {}.enterprise_id = inside.enterprise_id"
            enterprises = "inside place JOIN orgs_enterprise e ON e.id = place.enterprise_id"
        return self._answer(f"""
            WITH seats AS ({_SEATS_OF_COMMUNITY_BRANCHES}), inside AS (
                SELECT place.enterprise_id, place.area_id FROM orgs_enterprisearea place
                WHERE {_holds("place")} AND {_IN_SUBTREE}
            )
            SELECT {"area_id" if self.by_area else "NULL"}, above, mode, COUNT(*) FROM (
                SELECT MAX(area_id) AS area_id, MAX(above) AS above, MIN(mode) AS mode FROM (
                    SELECT e.id AS enterprise_id, place.area_id,
                        CASE WHEN scale.id IS NULL THEN 0 ELSE 1 END AS above,
                        CASE WHEN {_IN_AREA_OF_COMMUNITY_BRANCH} THEN {_rank(Mode.COMMUNITY)}
                             ELSE {_rank(Mode.NONE)} END AS mode
                    FROM {enterprises}
                    LEFT JOIN orgs_abovescale scale ON scale.enterprise_id = e.id AND {_holds("scale")}
                    WHERE e.ownership IN {one_of(NON_PUBLIC)} AND {_holds("e", "registered_on", "closed_on")}
                    UNION ALL
                    SELECT coverage.enterprise_id, NULL, NULL, CASE
                        WHEN kind.kind IN {one_of(STANDALONE_KINDS)} THEN {_rank(Mode.STANDALONE)}
                        WHEN kind.kind = {_JOINT} THEN {_rank(Mode.JOINT)}
                        ELSE {_rank(Mode.COMMUNITY)} END
                    FROM {inside} orgs_coverage coverage
                    JOIN orgs_organization o ON o.id = coverage.organization_id AND {_IN_FORCE}
                    JOIN orgs_organizationkind kind ON kind.organization_id = o.id AND {_holds("kind")}
                    WHERE {_holds("coverage")} {of_inside.format("coverage")}
                    UNION ALL
                    SELECT instructor.enterprise_id, NULL, NULL, {_rank(Mode.INSTRUCTOR)}
                    FROM {inside} orgs_instructor instructor
                    WHERE {_holds("instructor")} {of_inside.format("instructor")}
                ) found
                GROUP BY enterprise_id
                HAVING MAX(above) IS NOT NULL
            ) reached
            GROUP BY 1, 2, 3""")

    def designations(self) -> list[Row]:
        """Per area of the enterprise, title and level: titles held."""
        return self._answer(f"""
            SELECT {self._area}, held.title, held.level, COUNT(*)
            FROM orgs_designation held
            {self._place("enterprise", "held.enterprise_id")}
            WHERE {_holds("held")}
            GROUP BY 1, 2, 3""")

    @property
    def _area(self) -> str:
        return "place.area_id" if self.by_area else "NULL"

    def _place(self, owner: str, key: str, *, always: bool = False) -> str:
        """The join with the area on the day, which leaves only what lies in the area asked for."""
        if self.area is None and not self.by_area and not always:
            return ""
        found = f"orgs_{owner}area place ON place.{owner}_id = {key} AND {_holds('place')}"
        return f"LEFT JOIN {found}" if self.area is None else f"JOIN {found} AND {_IN_SUBTREE}"

    def _answer(self, sql: str) -> list[Row]:
        adapted = connection.ops.adapt_datefield_value
        values = {
            "day": adapted(self.day),
            "year": adapted(date(self.day.year, 1, 1)),
            # Before the first year of the calendar there is none: an empty span.
            "last_year": adapted(date(max(self.day.year - 1, 1), 1, 1)),
            "within": f"{self.area.code}%" if self.area else "",
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows: list[Row] = cursor.fetchall()
        return rows
