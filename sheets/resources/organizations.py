"""The import of organizations, with their kind and area periods."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from members.actions.posts import posts_outside_relations
from members.models import Membership, Post
from orgs.actions.timelines import DoesNotFit, by_owner, correct_latest, follow_start
from orgs.batches import in_batches
from orgs.models import Area, Coverage, Kind, Organization, OrganizationArea, OrganizationKind
from orgs.pinyin import searchable_pinyin
from sheets.changing import assign, field_values
from sheets.columns import Day, choice, text
from sheets.reach import warn_of_idle_organizations, warn_of_incubators, warn_of_joint_branches
from sheets.references import POINTERS, AreaCells, Hierarchy
from sheets.run import Resource, Row, Run
from sheets.scoping import ScopeGuard
from sheets.stored import Latest
from sheets.timelines import end_with_owners
from sheets.writing import Changes

KINDS = {
    "committee": "党委",
    "general_branch": "党总支",
    "branch": "党支部",
    "joint_branch": "联合党支部",
    "community_general_branch": "社区党总支",
}
INITIATIVES = {"enterprise": "企业", "organizer": "组织"}


class Organizations(Resource):
    """Organizations by their code."""

    name = "organizations"
    columns = (
        text("code", "组织代码", Organization, key=True),
        text("name", "组织名称", Organization, required=True, personal=True),
        choice("kind", "组织类型", KINDS, required=True),
        text("area", "所属区划", Area, "code"),
        text("place", "所在地", Organization),
        text("superior", "上级组织", Organization, "code"),
        Day(name="established_on", chinese="成立日期", required=True),
        text("approval_number", "批复文号", Organization),
        choice("initiated_by", "发起方式", INITIATIVES),
        text("incubated_by", "孵化组织", Organization, "code"),
        Day(name="dissolved_on", chinese="撤销日期"),
    )
    model = Organization
    sources = {"superior": "superior__code", "incubated_by": "incubated_by__code"}
    histories = (
        Latest(OrganizationKind, "organization", {"kind": "kind"}),
        Latest(OrganizationArea, "organization", {"area": "area__code"}),
    )

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.lines: dict[str, int] = {}
        self.reshaped: dict[int, tuple[int, str]] = {}

    def start(self, rows: Sequence[Row]) -> None:
        """Give new organizations their ids, so that those before them in the file can point to them."""
        self.areas = AreaCells(self.run)
        code = list(self.run.headers).index("code")
        self.lines = {row.values[code]: row.line for row in rows}
        self.hierarchy = Hierarchy(self.run, list(self.lines))

    def load(self, rows: Sequence[Row]) -> None:
        """Create or update organizations."""
        run = self.run
        all_values = [(row.line, run.values(row)) for row in rows]
        codes = [values["code"] for _line, values in all_values]
        stored = {
            organization.code: organization
            for organization in Organization.objects.filter(code__in=codes).select_for_update()
        }
        owners = [organization.pk for organization in stored.values()]
        self.kinds = by_owner(OrganizationKind.objects.filter(organization__in=owners), "organization_id")
        self.area_periods = by_owner(
            OrganizationArea.objects.filter(organization__in=owners), "organization_id"
        )
        self.dissolving: dict[int, tuple[int, date]] = {}
        guard = ScopeGuard(run, Organization, owners)
        changes = Changes()
        lines: dict[int, int] = {}
        for line, values in all_values:
            organization = stored.get(values["code"])
            if guard.refuses(line, "code", organization, values["code"]):
                continue
            before = run.errors.count
            row_changes = Changes()
            if organization is None:
                self._create(line, values, row_changes)
            else:
                self._update(line, organization, values, row_changes)
            if run.errors.count == before:
                changes.add(row_changes)
                run.loaded(line, is_new=organization is None, changed=bool(row_changes))
                lines[self.hierarchy.ids[values["code"]]] = line
        for periods in (Coverage.objects.all(), Membership.objects.all()):
            end_with_owners(
                periods, "organization_id", self.dissolving, column="dissolved_on", run=run, changes=changes
            )
        run.write(changes)
        guard.keep_within(lines, "area")
        self._end_posts()

    def _end_posts(self) -> None:
        """End the posts of the organizations that the rows dissolve."""
        outlasting, without = posts_outside_relations(Post.objects.filter(organization__in=self.dissolving))
        changes = Changes()
        for post in outlasting:
            changes.update(post, "valid_to")
        for post in without:
            line, day = self.dissolving[post.organization_id]
            message = _("a period of its %(what)s lasts longer")
            self.run.error(line, "dissolved_on", message % {"what": post._meta.verbose_name}, day)
        self.run.write(changes)

    def finish(self) -> None:
        """Refuse circles and standalone organizations of several enterprises; warn of the unusual."""
        self.hierarchy.refuse_circles()
        self._refuse_kinds_that_cover_too_much()
        warn_of_joint_branches(self.run, self.lines, "kind")
        warn_of_idle_organizations(self.run, self.lines, "code")
        if "incubated_by" in self.run.headers:
            warn_of_incubators(self.run, self.lines, "incubated_by")

    def _create(self, line: int, values: Mapping[str, Any], changes: Changes) -> None:
        fields = field_values(Organization, values) | self._pointers(line, values)
        organization = Organization(
            **fields,
            id=self.hierarchy.ids[values["code"]],
            name_pinyin=searchable_pinyin(fields["name"]),
        )
        changes.create(organization)
        self._check_dissolution(line, organization)
        start = organization.established_on
        changes.create(OrganizationKind(organization=organization, kind=values["kind"], valid_from=start))
        opening = OrganizationArea(organization=organization, valid_from=start)
        correct_latest([], "area_id", self.areas.of_new(line, values), opening, changes)

    def _update(
        self, line: int, organization: Organization, values: Mapping[str, Any], changes: Changes
    ) -> None:
        established_on, dissolved_on = organization.established_on, organization.dissolved_on
        fields = field_values(Organization, values) | self._pointers(line, values)
        changed = assign(organization, fields)
        if "name" in changed:
            organization.name_pinyin = searchable_pinyin(organization.name)
            changed.append("name_pinyin")
        if organization.dissolved_on is None:
            # An organization in force has no reason of dissolution and no successor.
            changed += assign(organization, {"dissolution_reason": "", "successor_id": None})
        if changed:
            changes.update(organization, *(name.removesuffix("_id") for name in changed))
        self._check_dissolution(line, organization)
        if organization.dissolved_on is not None and organization.dissolved_on != dissolved_on:
            self.dissolving[organization.pk] = (line, organization.dissolved_on)
        kinds = self.kinds.get(organization.pk, [])
        areas = self.area_periods.get(organization.pk, [])
        try:
            follow_start(kinds, established_on, organization.established_on, changes)
            follow_start(areas, established_on, organization.established_on, changes)
        except DoesNotFit:
            message = _("its first kind or area ends by this day")
            self.run.error(line, "established_on", message, organization.established_on)
        self._correct_kind(line, organization, values["kind"], kinds, changes)
        if established_on != organization.established_on:
            self.reshaped.setdefault(organization.pk, (line, "established_on"))
        if "area" in values:
            area = self.areas.of_stored(line, values, areas[-1].area_id if areas else None)
            opening = OrganizationArea(organization=organization, valid_from=organization.established_on)
            correct_latest(areas, "area_id", area, opening, changes)

    def _correct_kind(
        self,
        line: int,
        organization: Organization,
        kind: str,
        kinds: Sequence[OrganizationKind],
        changes: Changes,
    ) -> None:
        """Correct the latest kind; only a single one may be mistaken for a community general branch."""
        latest = kinds[-1].kind if kinds else None
        if latest == kind:
            return
        if len(kinds) > 1 and Kind.COMMUNITY_GENERAL_BRANCH in (latest, kind):
            message = _("a community general branch stays one, and no other organization becomes one")
            self.run.error(line, "kind", message, kind)
        opening = OrganizationKind(organization=organization, valid_from=organization.established_on)
        correct_latest(kinds, "kind", kind, opening, changes)
        self.reshaped[organization.pk] = (line, "kind")

    def _pointers(self, line: int, values: Mapping[str, Any]) -> dict[str, int | None]:
        return {
            f"{name}_id": self.hierarchy.point(line, values["code"], name, values[name])
            for name in POINTERS
            if name in values
        }

    def _check_dissolution(self, line: int, organization: Organization) -> None:
        if organization.dissolved_on is not None and organization.dissolved_on <= organization.established_on:
            column = "dissolved_on" if "dissolved_on" in self.run.headers else "established_on"
            message = _("it must be dissolved after it is established")
            self.run.error(line, column, message, getattr(organization, column))

    def _refuse_kinds_that_cover_too_much(self) -> None:
        unruly = Coverage.objects.beside_another_enterprise_of_a_standalone_organization()
        for owners in in_batches(self.reshaped):
            found = unruly.filter(organization__in=owners).values_list("organization", flat=True)
            for owner in set(found):
                line, column = self.reshaped[owner]
                message = _("a standalone organization covers one enterprise at a time, this one several")
                self.run.error(line, column, message)
