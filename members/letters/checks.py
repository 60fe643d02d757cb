"""The form of the transfer letter is tried when the site starts, not when somebody waits for a letter."""

from typing import Any

from django.core.checks import CheckMessage

from members.letters.word import faults_of

EXAMPLE = {
    "number": "2024-0001",
    "name": "张三",
    "sex": "男",
    "stage": "正式",
    "origin": "甲党支部",
    "destination": "乙党支部",
    "days": 90,
    "issuer": "甲党支部",
    "year": 2024,
    "month": 2,
    "day": 5,
}
"""Every field that `members.letters.transfer.context` gives."""


def transfer_letter(**_asked: Any) -> list[CheckMessage]:
    """A system check: the form that TRANSFER_LETTER names is there, and can be filled in."""
    return faults_of("TRANSFER_LETTER", EXAMPLE, "members.E001")
