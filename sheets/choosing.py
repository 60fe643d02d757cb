"""Which columns the headers of a file are taken for: by their names, by what was chosen before, or as the user says."""

import io
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from orgs.credit_codes import credit_code
from sheets.columns import Column
from sheets.models import ColumnChoice, Import, Part
from sheets.parts import kept_json
from sheets.problems import INEXACT_FROM, Unreadable, one_line
from sheets.reading import read_table
from sheets.rows import MARK, clean_header, refuse_other_separators
from sheets.run import Resource

MOST_ASKED = 100
"""Of so many headers at most it is asked what they are; the others are taken by their names, or ignored."""

_EXAMPLES, _ROWS_OF_EXAMPLES = 3, 12
_LONGEST_EXAMPLE = 30
_PROTECTED = re.compile(
    r"(?<!\d)(?:"
    r"[1-8]\d{5}[ -]?\d{8}[ -]?\d{3}[\dX]"  # an identity number, its digits right or wrong
    r"|[1-8]\d{14}"  # one of before 1999
    r"|1[3-9]\d(?:[ -]?\d{4}){2}"  # a mobile phone
    r"|0\d{2,3}[ -]?\d{7,8}"  # another phone
    r")(?!\d)",
    re.IGNORECASE,
)
"""What protects somebody, also amidst other text, and mistyped."""
_DAY = re.compile(r"[12][0-9]{3}[-/][0-9]{1,2}[-/][0-9]{1,2}.*")
_SEXES = frozenset({"男", "女", "male", "female"})


@dataclass(frozen=True, slots=True)
class Header:
    """A header of a file, and the first values beneath it, without those that protect somebody."""

    name: str
    examples: list[str]


def read_head(content: bytes) -> list[Header]:
    """The headers of a file, each once. Raises Unreadable where it has none, or values in their place."""
    file = io.BytesIO(content)
    rows = read_table(file).rows
    line, cells = next(rows, (1, []))
    refuse_other_separators(line, cells)
    names = [clean_header(cell) for cell in cells]
    if not any(names):
        raise Unreadable(1, _("the file is empty"))
    if any(_is_value(name) for name in names):
        raise Unreadable(line, _("the first row must say what the columns are; add it above the values"))
    below: list[list[object]] = []
    with suppress(Unreadable):  # of what cannot be read the check tells
        below.extend(values for _line, values in islice(rows, _ROWS_OF_EXAMPLES))
    if sum(map(bool, names)) == 1 and any(sum(map(bool, map(one_line, values))) > 1 for values in below):
        raise Unreadable(line, _("the first row must say what the columns are; remove the title above it"))
    examples: dict[str, list[str]] = {name: [] for name in names if name}
    for values in below:
        for name, value in zip(names, values, strict=False):
            if name and (shown := _example(value)) and len(examples[name]) < _EXAMPLES:
                examples[name].append(shown)
    return [Header(name, shown) for name, shown in examples.items()]


def _is_value(name: str) -> bool:
    """Whether what stands in the place of a header is what rows say of somebody, among whom a name may be."""
    return name in _SEXES or bool(_PROTECTED.search(name) or _DAY.fullmatch(name)) or _is(name, credit_code)


def _is(text: str, kind: Callable[[str], str]) -> bool:
    try:
        kind(text)
    except ValidationError:
        return False
    return True


def _example(value: object) -> str:
    text = one_line(value)
    is_long_number = isinstance(value, float) and abs(value) >= INEXACT_FROM
    if is_long_number or _PROTECTED.search(text):
        return "•" * min(len(text), _LONGEST_EXAMPLE)
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE]}…"


def headers_of(found: Import) -> list[Header]:
    """The headers of the file of an import."""
    return [Header(name, examples) for name, examples in kept_json(found, Part.HEAD) or []]


def columns_by_header(by: User, resource: type[Resource], headers: Collection[str]) -> dict[str, str | None]:
    """The columns (English names, "" for none) that `headers` are taken for; None where it is not known.

    A name of a column means it; what `by` chose for another header before is chosen again, for no column twice.
    """
    names = {column.name: column.name for column in resource.columns}
    names |= {column.chinese: column.name for column in resource.columns}
    names |= dict.fromkeys((MARK.name, MARK.chinese), "")
    taken: dict[str, str | None] = {header: names.get(header) for header in headers}
    choices = ColumnChoice.objects.filter(user=by, resource=resource.name, header__in=headers)
    for header, column in choices.order_by("pk").values_list("header", "column"):
        if taken[header] is None and (not column or column not in taken.values()):
            taken[header] = column
    return taken


def is_to_be_asked(resource: type[Resource], taken: Mapping[str, str | None]) -> bool:
    """Whether it is not known what some header means, or a column is missing that is needed."""
    return None in taken.values() or bool(missing(resource, taken.values()))


def missing(resource: type[Resource], columns: Collection[str | None]) -> list[Column]:
    """The needed columns of `resource` that are not among `columns`, their English names."""
    return [column for column in resource.columns if column.needed and column.name not in columns]


def remember(by: User, resource: type[Resource], chosen: Mapping[str, str]) -> None:
    """Take the headers that are no names of columns for the `chosen` ones again."""
    own = {name for column in (*resource.columns, MARK) for name in (column.name, column.chinese)}
    ColumnChoice.objects.bulk_create(
        [
            ColumnChoice(user=by, resource=resource.name, header=header, column=column)
            for header, column in chosen.items()
            if header not in own
        ],
        update_conflicts=True,
        unique_fields=["user", "resource", "header"],
        update_fields=["column"],
    )
