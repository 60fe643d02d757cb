"""The form of the approval letter is tried when the site starts, not when somebody waits for a letter."""

from typing import Any

from django.core.checks import CheckMessage

from members.letters.word import faults_of

EXAMPLE = {
    "number": "组〔2026〕1号",
    "enterprise": "甲有限公司",
    "organization_name": "甲有限公司党支部",
    "formation": "联合组建",
    "neighbours": "乙有限公司、丙有限公司",
    "place": "",
    "code": "Z0001",
    "secretary": "张三",
    "area": "某某街道",
    "issuer": "中共某某区某某街道工作委员会",
    "year": 2026,
    "month": 3,
    "day": 2,
}
"""Every field that `applications.letters.approval.context` gives."""


def approval_letter(**_asked: Any) -> list[CheckMessage]:
    """A system check: the form that APPROVAL_LETTER names is there, and can be filled in."""
    return faults_of("APPROVAL_LETTER", EXAMPLE, "applications.E001")
