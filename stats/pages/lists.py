"""The lists of the admin behind figures: each opens with exactly as many rows as the figure says.

A figure leads nowhere where nothing is behind it, where the user may not view the table, and where a row that it counts
lies outside the user's area today: the list ends there, and would show fewer rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from members.models import Stage
from orgs.models import COUNTED_KINDS, Area, DesignationLevel, Initiative, Kind, Level, Title
from orgs.models.area import DIGITS
from orgs.modes import Mode
from stats.admissions import ON_THE_WAY
from stats.away import Away
from stats.figures import Scale


@dataclass(frozen=True)
class Number:
    """A figure on a page, and the address of the rows behind it; none where it leads nowhere."""

    value: int
    address: str = ""


@dataclass(frozen=True)
class Place:
    """What lies in `area` (None: in the register); with `outside`, what of it lies in no area of that level."""

    area: Area | None
    outside: Level | None = None
    codes: frozenset[str] = frozenset()
    """The codes of the areas of the level `outside`."""

    def holds(self, code: str) -> bool:
        """Whether an area of `code` belongs to it."""
        if self.area is not None and not code.startswith(self.area.code):
            return False
        return self.outside is None or code[: DIGITS[self.outside]] not in self.codes


@dataclass(frozen=True)
class _List:
    table: str
    permission: str
    day: str = "on"
    """The parameter that takes the day."""
    area: str = "area_code"
    away: str = "enterprises"
    """The field of `Away` that counts the rows that it would not show."""


_ORGANIZATIONS = _List("orgs_organization", "orgs.view_organization", away="organizations")
_ORGANIZATIONS_EVER = _List("orgs_organization", "orgs.view_organization", day="as_of", away="organizations")
_COMMUNITY_BRANCHES = _List(
    "orgs_communitygeneralbranch", "orgs.view_communitygeneralbranch", away="organizations"
)
_ENTERPRISES = _List("orgs_enterprise", "orgs.view_enterprise")
_MEMBERS = _List("members_member", "members.view_member", away="members")
_ON_THE_WAY = _List(
    "members_member", "members.view_member", day="as_of", area="place_code", away="on_the_way"
)
_DESIGNATIONS = _List("orgs_designation", "orgs.view_designation")
_PRACTICES = _List("orgs_practice", "orgs.view_practice")

_Parameters = Mapping[str, Any]

_LISTS: Mapping[str, tuple[_List, _Parameters]] = {
    "organizations.total": (_ORGANIZATIONS, {"kind": "counted"}),
    "organizations.standalone": (_ORGANIZATIONS, {"kind": "standalone"}),
    "organizations.joint": (_ORGANIZATIONS, {"kind": Kind.JOINT_BRANCH.value}),
    **{f"organizations.by_kind.{kind}": (_ORGANIZATIONS, {"kind": kind.value}) for kind in COUNTED_KINDS},
    "organizations.initiated_by_enterprise": (
        _ORGANIZATIONS,
        {"kind": "counted", "initiated_by__exact": Initiative.ENTERPRISE.value},
    ),
    "community_general_branches": (_COMMUNITY_BRANCHES, {"kind": Kind.COMMUNITY_GENERAL_BRANCH.value}),
    "members.total": (_MEMBERS, {"counted": "yes", "stage": "member"}),
    "members.full": (_MEMBERS, {"counted": "yes", "stage": Stage.FULL.value}),
    "members.probationary": (_MEMBERS, {"counted": "yes", "stage": Stage.PROBATIONARY.value}),
    **{f"members.{stage}": (_ON_THE_WAY, {"stage": stage.value}) for stage in ON_THE_WAY},
    "enterprises.operating": (_ENTERPRISES, {"scale": Scale.ALL.value}),
    **{f"enterprises.{scale}.in_scale": (_ENTERPRISES, {"scale": scale.value}) for scale in Scale},
    **{
        f"enterprises.{scale}.{mode}": (_ENTERPRISES, {"scale": scale.value, "mode": mode})
        for scale in Scale
        for mode in (*Mode.values, "organizational", "work")
    },
    **{
        f"designations.{title}.{level}": (
            _DESIGNATIONS,
            {"title__exact": title.value, "level__exact": level.value},
        )
        for title in Title
        for level in DesignationLevel
    },
    "practices.told": (_PRACTICES, {}),
    "practices.public": (_PRACTICES, {"released": "yes"}),
}
"""By the code of a figure: its list, and what tells its rows apart there."""


@dataclass(frozen=True)
class Lists:
    """The lists that `user` may open, for figures of `day`; `away` are the rows that they would not show."""

    user: Any
    day: date
    away: Away

    def behind(self, code: str, value: int, place: Place) -> Number:
        """The figure called `code` (`organizations.total`) of `place`, with the address of its rows."""
        years = {"organizations.established_this_year": 0, "organizations.established_last_year": 1}
        if code in years:
            return self.established(self.day.year - years[code], value, place)
        return self._number(*_LISTS[code], value, place)

    def established(self, year: int, value: int, place: Place, *, or_before: bool = False) -> Number:
        """The organizations established in `year`, or in it `or_before`, by the day."""
        parameter = "established_by" if or_before else "established"
        return self._number(_ORGANIZATIONS_EVER, {parameter: year}, value, place)

    def _number(self, of: _List, apart: _Parameters, value: int, place: Place) -> Number:
        if not value or self._some_are_away(of, place) or not self.user.has_perm(of.permission):
            return Number(value)
        query = {of.day: self.day.isoformat(), **apart}
        if place.area is not None:
            query[of.area] = place.area.code
        if place.outside is not None:
            query["outside"] = place.outside.value
        return Number(value, reverse(f"admin:{of.table}_changelist", query=query))

    def _some_are_away(self, of: _List, place: Place) -> bool:
        away: int | Mapping[str, int] = getattr(self.away, of.away)
        return bool(away) if isinstance(away, int) else any(place.holds(code) for code in away)
