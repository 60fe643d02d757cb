"""The register's records as tables that the import reads: the way back from `sheets.pipeline`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from orgs.api.base import RegisterViewSet
from orgs.api.tables import Column, Table, in_pieces
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
    told = resource.told_columns()
    headers = [column.chinese if in_chinese else column.name for column in told]
    return Table(name, [Column((header,)) for header in headers], _rows(resource, keys, headers, in_chinese))


def _rows(
    resource: type[Resource], keys: Iterable[int], headers: Sequence[str], in_chinese: bool
) -> Iterator[dict[str, Any]]:
    told = resource.told_columns()
    names = [column.in_chinese if in_chinese and isinstance(column, Choice) else {} for column in told]
    for some in in_pieces(keys):
        for row in resource.stored_under(some):
            cells = zip(headers, names, row.values(), strict=True)
            yield {header: named.get(value, value) for header, named, value in cells}
