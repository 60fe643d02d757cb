"""The import of enterprises, with their area and above-scale periods."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from orgs.actions.timelines import (
    UNSAID,
    DoesNotFit,
    by_owner,
    correct_latest,
    fitted_end,
    follow_start,
    overlapping,
    place,
    shortened_end,
)
from orgs.batches import in_batches
from orgs.models import AboveScale, Area, Coverage, Enterprise, EnterpriseArea, Instructor, default_ownership
from orgs.periods import overlap_message
from orgs.pinyin import searchable_pinyin
from sheets.changing import assign, field_values, new_record
from sheets.columns import CreditCode, Day, Whole, choice, text
from sheets.references import AreaCells
from sheets.run import Resource, Row
from sheets.scoping import ScopeGuard
from sheets.stored import Latest
from sheets.timelines import end_with_owners
from sheets.writing import Changes

OWNERSHIPS = {
    "private": "私营",
    "hmt": "港澳台",
    "foreign": "外资",
    "collective": "集体",
    "state": "国有",
    "individual": "个体",
}


class Enterprises(Resource):
    """Enterprises by their credit code."""

    name = "enterprises"
    columns = (
        CreditCode(name="uscc", chinese="统一社会信用代码", key=True),
        text("name", "企业名称", Enterprise, required=True, personal=True),
        text("area", "所属区划", Area, "code"),
        text("legal_form", "企业类型", Enterprise),
        choice("ownership", "经济类型", OWNERSHIPS),
        text("address", "注册地址", Enterprise),
        Day(name="registered_on", chinese="注册日期", required=True),
        Day(name="closed_on", chinese="注销日期"),
        Day(name="above_scale_from", chinese="规上起始"),
        Day(name="above_scale_to", chinese="规上截止"),
        Whole(name="employees", chinese="职工人数"),
    )
    model = Enterprise
    histories = (
        Latest(EnterpriseArea, "enterprise", {"area": "area__code"}),
        Latest(AboveScale, "enterprise", {"above_scale_from": "valid_from", "above_scale_to": "valid_to"}),
    )

    def start(self, rows: Sequence[Row]) -> None:
        """Learn the areas, and which enterprises are in the register: chunks of new ones alone ask nothing."""
        self.areas = AreaCells(self.run)
        self.known: set[str] = set()
        place = list(self.run.headers).index("uscc")
        for codes in in_batches(row.values[place] for row in rows):
            self.known.update(Enterprise.objects.filter(uscc__in=codes).values_list("uscc", flat=True))

    def load(self, rows: Sequence[Row]) -> None:
        """Create or update enterprises."""
        run = self.run
        all_values = [(row.line, run.values(row)) for row in rows]
        codes = self.known.intersection(values["uscc"] for _line, values in all_values)
        stored = {
            enterprise.uscc: enterprise
            for enterprise in Enterprise.objects.filter(uscc__in=codes).select_for_update()
        }
        owners = [enterprise.pk for enterprise in stored.values()]
        self.area_periods = by_owner(EnterpriseArea.objects.filter(enterprise__in=owners), "enterprise_id")
        self.above_scale = by_owner(AboveScale.objects.filter(enterprise__in=owners), "enterprise_id")
        self.closing: dict[int, tuple[int, date]] = {}
        guard = ScopeGuard(run, Enterprise, owners)
        changes = Changes()
        loaded: list[tuple[int, Enterprise]] = []
        for line, values in all_values:
            enterprise = stored.get(values["uscc"])
            if guard.refuses(line, "uscc", enterprise, values["uscc"]):
                continue
            before = run.errors.count
            row_changes = Changes()
            is_new = enterprise is None
            if enterprise is None:
                enterprise = self._create(line, values, row_changes)
            else:
                self._update(line, enterprise, values, row_changes)
            if run.errors.count == before:
                changes.add(row_changes)
                run.loaded(line, is_new=is_new, changed=bool(row_changes))
                loaded.append((line, enterprise))
        for periods in (Coverage.objects.all(), Instructor.objects.all()):
            end_with_owners(
                periods, "enterprise_id", self.closing, column="closed_on", run=run, changes=changes
            )
        run.write(changes)
        guard.keep_within({enterprise.pk: line for line, enterprise in loaded}, "area")

    def _create(self, line: int, values: Mapping[str, Any], changes: Changes) -> Enterprise:
        fields = field_values(Enterprise, values)
        fields["ownership"] = fields.get("ownership") or _default_ownership(fields)
        fields["name_pinyin"] = searchable_pinyin(fields["name"])
        enterprise = new_record(Enterprise, fields)
        changes.create(enterprise)
        opening = EnterpriseArea(enterprise=enterprise, valid_from=enterprise.registered_on)
        correct_latest([], "area_id", self.areas.of_new(line, values), opening, changes)
        self._check_closing(line, enterprise)
        self._above_scale(line, enterprise, None, values, [], changes)
        return enterprise

    def _update(self, line: int, enterprise: Enterprise, values: Mapping[str, Any], changes: Changes) -> None:
        registered_on, closed_on = enterprise.registered_on, enterprise.closed_on
        fields = field_values(Enterprise, values)
        if "ownership" in fields and not fields["ownership"]:
            # Empty means what the legal form tells, as in a new row: the same file twice changes nothing.
            fields["ownership"] = _default_ownership({"legal_form": enterprise.legal_form, **fields})
        changed = assign(enterprise, fields)
        if "name" in changed:
            enterprise.name_pinyin = searchable_pinyin(enterprise.name)
            changed.append("name_pinyin")
        if changed:
            changes.update(enterprise, *changed)
        entries = self.area_periods.get(enterprise.pk, [])
        try:
            follow_start(entries, registered_on, enterprise.registered_on, changes)
        except DoesNotFit:
            message = _("its first area ends by this day")
            self.run.error(line, "registered_on", message, enterprise.registered_on)
        if "area" in values:
            area = self.areas.of_stored(line, values, entries[-1].area_id if entries else None)
            opening = EnterpriseArea(enterprise=enterprise, valid_from=enterprise.registered_on)
            correct_latest(entries, "area_id", area, opening, changes)
        self._check_closing(line, enterprise)
        if enterprise.closed_on is not None and enterprise.closed_on != closed_on:
            self.closing[enterprise.pk] = (line, enterprise.closed_on)
        above_scale = self.above_scale.get(enterprise.pk, [])
        self._above_scale(line, enterprise, closed_on, values, above_scale, changes)

    def _check_closing(self, line: int, enterprise: Enterprise) -> None:
        if enterprise.closed_on is not None and enterprise.closed_on <= enterprise.registered_on:
            column = "closed_on" if "closed_on" in self.run.headers else "registered_on"
            message = _("it must close after it is registered")
            self.run.error(line, column, message, getattr(enterprise, column))

    def _above_scale(
        self,
        line: int,
        enterprise: Enterprise,
        closed_before: date | None,
        values: Mapping[str, Any],
        periods: list[AboveScale],
        changes: Changes,
    ) -> None:
        """Put the above-scale period of the row among those stored, and end them with the enterprise."""
        first, end = values.get("above_scale_from"), values.get("above_scale_to", UNSAID)
        if first is None and end not in (None, UNSAID):
            self.run.error(line, "above_scale_from", _("an end needs the first day of its period"))
            return
        named = next((period for period in periods if period.valid_from == first), None)
        if enterprise.closed_on != closed_before:
            others = [period for period in periods if period is not named or end is UNSAID]
            self._end_above_scale(line, enterprise, closed_before, others, changes)
        if first is None or (named is not None and end is UNSAID):
            return
        try:
            end = fitted_end(first, None if end is UNSAID else end, enterprise.closed_on)
        except DoesNotFit as error:
            column = "above_scale_to" if error.at_end else "above_scale_from"
            self.run.error(line, column, str(error), error.day)
            return
        if named is None:
            new = AboveScale(enterprise=enterprise, valid_from=first, valid_to=end)
            place(periods, new, lambda _period: enterprise.closed_on, changes)
        elif assign(named, {"valid_to": end}):
            changes.update(named, "valid_to")
        if any(True for _pair in overlapping(periods)):
            self.run.error(line, "above_scale_from", overlap_message(), first)

    def _end_above_scale(
        self,
        line: int,
        enterprise: Enterprise,
        closed_before: date | None,
        periods: Sequence[AboveScale],
        changes: Changes,
    ) -> None:
        for period in periods:
            try:
                end = shortened_end(period, closed_before, enterprise.closed_on)
            except DoesNotFit:
                message = _("a period of its %(what)s lasts longer")
                what = AboveScale._meta.verbose_name
                self.run.error(line, "closed_on", message % {"what": what}, enterprise.closed_on)
            else:
                if assign(period, {"valid_to": end}):
                    changes.update(period, "valid_to")


def _default_ownership(fields: Mapping[str, Any]) -> str:
    return default_ownership(fields.get("legal_form", ""), fields["uscc"]).value
