"""The transfer letter (党员组织关系介绍信) as a Word file, with the part that comes back (回执联).

It is in Chinese, in whatever language the register is read. It holds no identity number. The form is a Word
file whose fields stand in double braces; `context` tells which there are.
"""

from pathlib import Path
from typing import Any

from members.letters.word import MIME_TYPE, filled_in
from members.models import Member, Sex, Stage, Transfer

__all__ = ["FORM", "MIME_TYPE", "context", "letter"]

FORM = Path(__file__).with_name("transfer.docx")
"""The form that the register brings along; TRANSFER_LETTER names another one."""

_SEX = {Sex.MALE: "男", Sex.FEMALE: "女"}
_STAGE = {Stage.PROBATIONARY: "预备", Stage.FULL: "正式"}


def letter(transfer: Transfer) -> bytes:
    """The letter of `transfer`, a transfer out of an organization of the register whose letter was issued.

    Raises ValueError for another; FormIsUnusable.
    """
    return filled_in("TRANSFER_LETTER", FORM, context(transfer))


def context(transfer: Transfer) -> dict[str, Any]:
    """The fields of the form by name.

    `number`; `name`, `sex` (男, 女 or empty) and `stage` (正式, 预备) of the member, the stage on the day of
    issue; `origin` and `destination`, an organization or a place; `days` for which the letter is valid, None
    where it does not say; `issuer`; `year`, `month` and `day` of issue. Raises ValueError without a letter.
    """
    issued = transfer.letter_on
    if issued is None or transfer.origin is None:
        raise ValueError("a transfer whose letter was not issued here")
    member: Any = Member.objects.with_stage_on(issued).get(pk=transfer.member_id)
    until = transfer.letter_valid_until
    return {
        "number": transfer.letter_number,
        "name": member.name,
        "sex": _SEX.get(member.sex, ""),
        "stage": _STAGE.get(member.stage, ""),
        "origin": transfer.origin.name,
        "destination": transfer.destination.name if transfer.destination else transfer.destination_elsewhere,
        "days": (until - issued).days if until is not None else None,
        "issuer": transfer.origin.name,
        "year": issued.year,
        "month": issued.month,
        "day": issued.day,
    }
