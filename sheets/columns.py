"""Columns: their two names, and what their cells may hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from members.identity_numbers import identity_number
from orgs.credit_codes import credit_code
from orgs.values import (
    EARLIEST_YEAR,
    EMPTY_CELLS,
    ERROR_CELLS,
    LARGEST,
    LOST_DIGITS,
    MEANT,
    UNPRINTABLE,
)
from sheets.excel import ErrorCell
from sheets.problems import INEXACT_FROM

_AMOUNT = re.compile(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,15})?")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2}))(?: 0?0:00(?::00)?)?")


class BadValue(Exception):
    """A cell holds what its column cannot take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an import table.

    `personal` values are never shown in messages, `withheld` ones nowhere: birth dates, identity numbers, phones.
    `name` and `chinese` are the two headers that name it.
    """

    name: str
    chinese: str
    key: bool = False
    required: bool = False
    personal: bool = False
    withheld: bool = False

    @property
    def needed(self) -> bool:
        """Whether a file without it, or a row with it empty, is wrong."""
        return self.key or self.required

    def in_language(self, in_chinese: bool) -> str:
        """Its header in Chinese or in English."""
        return self.chinese if in_chinese else self.name

    def read(self, cell: object) -> object:
        """The value in `cell`, None where it is empty. Raises BadValue."""
        if isinstance(cell, str):
            text = cell.strip().strip("\ufeff\u200b")
            if text.startswith(MEANT):
                meant = text[1:].strip()
                return self.from_text(meant) if meant else None
            if text in EMPTY_CELLS:
                return None
            self.refuse_spoilt(text)
            return self.from_text(text)
        if isinstance(cell, ErrorCell):
            raise BadValue(_("an error cell"))
        return self.from_cell(cell)

    def refuse_spoilt(self, text: str) -> None:
        """Raises BadValue for `text` that tells what a spreadsheet could not keep."""
        if text in ERROR_CELLS:
            raise BadValue(_("an error cell"))

    def from_text(self, text: str) -> object:
        """The value that `text`, neither empty nor spaced, means. Raises BadValue."""
        return text

    def from_cell(self, cell: object) -> object:
        """The value that a cell of a sheet means which is no text: a number is taken as its digits."""
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            raise BadValue(_("a date or a truth value where a text is expected"))
        if abs(cell) >= INEXACT_FROM:
            raise BadValue(
                _("a number of more than 15 digits: Excel has lost digits; format the cell as text")
            )
        return self.from_text(str(int(cell)) if cell == int(cell) else repr(cell))


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Column):
    """A text no longer than its field; a key that is no name has no line breaks."""

    longest: int

    def refuse_spoilt(self, text: str) -> None:
        """Raises BadValue also for a number that has lost digits."""
        Column.refuse_spoilt(self, text)
        if "E" in text and LOST_DIGITS.fullmatch(text):
            raise BadValue(
                _("a number of more than 15 digits: Excel has lost digits; format the cell as text")
            )

    def from_text(self, text: str) -> str:
        """`text` itself."""
        # Names may have characters that are younger than this Python, which holds them for unprintable.
        is_code = self.key and not self.personal
        if not text.isprintable() and (is_code or UNPRINTABLE.search(text)):
            raise BadValue(_("characters that cannot be printed"))
        if len(text) > self.longest:
            raise BadValue(_("longer than %(longest)d characters") % {"longest": self.longest})
        return text


def text(name: str, chinese: str, model: type[models.Model], field: str = "", **flags: bool) -> Text:
    """A column of text for `field` of `model`, by default of the column's name."""
    longest = model._meta.get_field(field or name).max_length  # type: ignore[union-attr]
    return Text(name=name, chinese=chinese, longest=longest or LARGEST, **flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Column):
    """A day: `YYYY-MM-DD`, `YYYY/M/D` or a date of Excel."""

    def from_text(self, text: str) -> date:
        """The day."""
        return _day(text)

    def from_cell(self, cell: object) -> date:
        """The day of a date cell; a bare number is none."""
        if isinstance(cell, datetime):
            if cell.time() != time():
                raise BadValue(_("a day with a time of day"))
            cell = cell.date()
        if not isinstance(cell, date):
            raise BadValue(_("not a day such as 2008-06-19"))
        return _believable(cell)


@lru_cache(maxsize=50_000)
def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    if found is None:
        raise BadValue(_("not a day such as 2008-06-19"))
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        return _believable(date(int(year), int(month), int(day)))
    except ValueError as error:
        raise BadValue(_("there is no such day")) from error


def _believable(day: date) -> date:
    if day.year < EARLIEST_YEAR:
        raise BadValue(_("a year before %(earliest)d") % {"earliest": EARLIEST_YEAR})
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Column):
    """One of a few values, written in English or Chinese."""

    choices: Mapping[str, str]
    """The values, each by both of its names."""

    @property
    def in_chinese(self) -> dict[str, str]:
        """The Chinese names by the values."""
        return {value: name for name, value in self.choices.items() if name != value}

    def from_text(self, text: str) -> str:
        """The value in English."""
        try:
            return self.choices[text]
        except KeyError:
            known = ", ".join(self.choices)
            raise BadValue(_("none of %(known)s") % {"known": known}) from None


def choice(name: str, chinese: str, choices: Mapping[str, str], **flags: bool) -> Choice:
    """A column of choices; `choices` gives the Chinese name of each value."""
    names = {value: value for value in choices} | {names: value for value, names in choices.items()}
    return Choice(name=name, chinese=chinese, choices=names, **flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Column):
    """A whole number from 0 up to what the database holds."""

    def from_text(self, text: str) -> int:
        """The number."""
        if not (text.isascii() and text.isdigit()) or len(text) > 20 or int(text) > LARGEST:
            raise BadValue(_("not a whole number from 0 to %(largest)d") % {"largest": LARGEST})
        return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Column):
    """A sum of yuan, not negative, with or without decimals and commas between thousands."""

    def from_text(self, text: str) -> Decimal:
        """The sum."""
        if _AMOUNT.fullmatch(text) is None:
            raise BadValue(_("not a sum in yuan such as 20000000 or 20,000,000.00"))
        return Decimal(text.replace(",", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditCode(Column):
    """A unified social credit code, taken in upper case."""

    def from_text(self, text: str) -> str:
        """The code, its check digit verified."""
        try:
            return credit_code(text)
        except ValidationError as error:
            raise BadValue(error.messages[0]) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityNumber(Column):
    """An identity number of 18 characters."""

    def from_text(self, text: str) -> str:
        """The number, its check digit and birth date verified."""
        try:
            return identity_number(text)
        except ValidationError as error:
            raise BadValue(error.messages[0]) from error
