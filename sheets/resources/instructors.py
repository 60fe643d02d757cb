"""The import of Party-building instructors."""

from collections.abc import Mapping
from typing import Any

from orgs.models import Instructor
from orgs.periods import Period
from orgs.pinyin import searchable_pinyin
from sheets.columns import CreditCode, Day, text
from sheets.resources.periods import PeriodRows


class Instructors(PeriodRows):
    """Instructors by name, enterprise and first day."""

    name = "instructors"
    columns = (
        text("name", "姓名", Instructor, key=True, personal=True),
        CreditCode(name="enterprise", chinese="统一社会信用代码", key=True),
        Day(name="valid_from", chinese="起始日期", key=True),
        Day(name="valid_to", chinese="截止日期"),
        text("phone", "手机", Instructor, personal=True, withheld=True),
        text("employer", "工作单位", Instructor),
    )
    together = ("enterprise", "name")
    model = Instructor
    sources = {"enterprise": "enterprise__uscc"}

    def changed(self, line: int, values: Mapping[str, Any], period: Period) -> None:
        """Keep the pinyin of the name beside it."""
        if isinstance(period, Instructor):
            period.name_pinyin = searchable_pinyin(period.name, person=True)
