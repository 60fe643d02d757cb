"""The register's records as tables that the import reads: the way back from `sheets.pipeline`."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, TypeVar

from orgs.api.base import RegisterViewSet
from orgs.api.tables import Column, Table
from orgs.batches import in_batches
from sheets.columns import Choice
from sheets.run import Resource

_V = TypeVar("_V", bound=type[RegisterViewSet])


def imported_as(resource: type[Resource], viewset: _V) -> _V:
    """`viewset`, whose list as a file has the columns of `resource`."""
    made: Any = type(viewset.__name__, (viewset,), {"__doc__": viewset.__doc__, "sheet": resource})
    return made  # type: ignore[no-any-return]


def sheet_of(resource: type[Resource], keys: Iterable[int], *, name: str, in_chinese: bool) -> Table:
    """The records of `resource` with `keys`, read some at a time, in a file called `name`.

    Headers and choices are in English, or in Chinese.
    """
    rows = chain.from_iterable(map(resource.stored_under, in_batches(keys)))
    told = resource.told_columns()
    if not in_chinese:
        return Table(name, [Column((column.name,)) for column in told], rows)
    choices = {column.name: column.in_chinese for column in told if isinstance(column, Choice)}
    columns = [Column((column.name,), title=column.chinese) for column in told]
    return Table(name, columns, (_with_names(row, choices) for row in rows))


def _with_names(row: dict[str, Any], choices: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """`row` with the names of what is chosen."""
    return row | {name: names.get(row[name]) for name, names in choices.items()}
