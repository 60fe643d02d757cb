"""The import of coverage: which organization covers which enterprise, and when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from orgs.batches import in_batches
from orgs.models import Coverage, Organization
from orgs.periods import Period
from sheets.columns import CreditCode, Day, text
from sheets.reach import warn_of_idle_organizations, warn_of_joint_branches
from sheets.resources.periods import PeriodRows
from sheets.run import Run


class CoverageRows(PeriodRows):
    """Coverage by organization, enterprise and first day."""

    name = "coverage"
    columns = (
        text("organization", "组织代码", Organization, "code", key=True),
        CreditCode(name="enterprise", chinese="统一社会信用代码", key=True),
        Day(name="valid_from", chinese="起始日期", key=True),
        Day(name="valid_to", chinese="截止日期"),
    )
    together = ("organization", "enterprise")
    model = Coverage
    sources = {"organization": "organization__code", "enterprise": "enterprise__uscc"}

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._changed: dict[tuple[str, str, date], int] = {}

    def changed(self, line: int, values: Mapping[str, Any], period: Period) -> None:
        """Remember the row: whether it fits beside the organization's others shows at the end."""
        self._changed[values["organization"], values["enterprise"], period.valid_from] = line

    def finish(self) -> None:
        """Refuse a second enterprise of a standalone organization; warn of joint and idle organizations."""
        codes = {code for code, _enterprise, _day in self._changed}
        unruly = Coverage.objects.beside_another_enterprise_of_a_standalone_organization()
        for batch in in_batches(codes):
            found = unruly.filter(organization__code__in=batch)
            for key in found.values_list("organization__code", "enterprise__uscc", "valid_from"):
                if key in self._changed:
                    message = _("a standalone organization covers one enterprise at a time")
                    self.run.error(self._changed[key], "enterprise", message, key[1])
        lines: dict[str, int] = {}
        for (code, _enterprise, _day), line in self.run.keys.items():
            lines.setdefault(code, line)
        warn_of_joint_branches(self.run, lines, "organization")
        warn_of_idle_organizations(self.run, lines, "organization")
