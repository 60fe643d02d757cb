"""The import of titles awarded to enterprises."""

from orgs.models import Designation
from sheets.columns import CreditCode, Day, choice
from sheets.resources.periods import PeriodRows

TITLES = {"vigorous_harmonious": "活力和谐企业"}
LEVELS = {"city": "市级", "district": "区级"}


class Designations(PeriodRows):
    """Titles by enterprise, title, level and day of the award; they outlast the enterprise."""

    name = "designations"
    columns = (
        CreditCode(name="enterprise", chinese="统一社会信用代码", key=True),
        choice("title", "称号", TITLES, key=True),
        choice("level", "级别", LEVELS, key=True),
        Day(name="awarded_on", chinese="授予日期", key=True),
        Day(name="revoked_on", chinese="撤销日期"),
    )
    together = ("enterprise", "title", "level")
    model = Designation
    sources = {"enterprise": "enterprise__uscc", "awarded_on": "valid_from", "revoked_on": "valid_to"}
    first = "awarded_on"
    end = "revoked_on"
    ends_with_owner = False
