"""From a table of cells to rows of values: the header, the cells, the keys."""

import re
from typing import Any

from django.utils.translation import gettext as _

from sheets.columns import BadValue, Column
from sheets.problems import Problem, Unreadable, one_line
from sheets.reading import Table
from sheets.run import Resource, Row, Run

MARK = Column(name="what_is_wrong", chinese="错误说明")
"""The column that says what is wrong with a row, in the file of wrong rows: no import reads it."""

_OTHER_SEPARATOR = re.compile(r"[;\t，；]")


def read_rows(table: Table, resource: type[Resource], run: Run) -> list[Row] | None:
    """The rows of `table` without bad values; what is wrong with the others goes to `run`.

    None where the header leaves nothing to read, or there are more rows than the run takes. Fills the columns,
    headers and keys of `run`.
    """
    rows: list[Row] = []
    try:
        line, header = next(table.rows, (1, None))
        if header is None:
            raise Unreadable(1, _("the file is empty"))
        refuse_other_separators(line, header)
        if not _read_header(line, header, resource, run):
            return None
        for count, (line, cells) in enumerate(table.rows, start=1):
            if count > run.most_rows:
                message = _("the file has more than %(rows)d rows; divide it, or load it with import_data")
                run.errors.add(Problem(line, _("file"), message % {"rows": run.most_rows}))
                return None
            if line in run.left_out:
                continue
            row = _read_row(line, cells, table.ragged, resource, run)
            if row is not None:
                rows.append(row)
    except Unreadable as end:
        run.errors.add(end.problem)
        run.is_cut = True
    return rows if run.headers else None


def refuse_other_separators(line: int, header: list[object]) -> None:
    """Raise Unreadable where the first row is one cell that something else than commas divides."""
    if len(header) == 1 and _OTHER_SEPARATOR.search(str(header[0])):
        message = _("the columns are not separated by commas; save the file as CSV with commas or as XLSX")
        raise Unreadable(line, message)


def clean_header(cell: object) -> str:
    """A cell of the first row as the name that it gives to its column."""
    return one_line(cell).strip("\ufeff\u200b ")


def _read_header(line: int, cells: list[object], resource: type[Resource], run: Run) -> bool:
    """Find the columns; tells whether the rows beneath can be read."""
    run.personal = frozenset(resource.personal_columns())
    own = {column.name: column for column in resource.columns}
    names: dict[str, Column | None] = {**own, **{column.chinese: column for column in resource.columns}}
    names |= {header: own.get(name) for header, name in run.chosen.items()}
    readable = True
    for cell in cells:
        header = clean_header(cell)
        column = names.get(header)
        if column is not None and column.name in run.headers:
            first = run.headers[column.name]
            message = _("a second header for the column “%(first)s”") % {"first": first}
            run.errors.add(Problem(line, header, message))
            readable = False
        elif column is not None:
            run.headers[column.name] = header
        elif header and header not in (MARK.name, MARK.chinese):
            run.ignored.append(header)
        run.columns.append(column)
        run.written.append(header)
    for column in resource.columns:
        if column.needed and column.name not in run.headers:
            run.errors.add(Problem(line, column.name, _("this column is missing")))
            readable = False
    return readable


def _read_row(line: int, cells: list[object], ragged: bool, resource: type[Resource], run: Run) -> Row | None:
    if len(cells) > len(run.columns) or (len(cells) < len(run.columns) and not ragged):
        _refuse_length(line, len(cells), run)
        return None
    values: list[Any] = []
    good = True
    cells += [""] * (len(run.columns) - len(cells))
    for column, cell in zip(run.columns, cells, strict=True):
        if column is None:
            continue
        try:
            value = column.read(cell)
            if value is None and column.needed:
                raise BadValue(_("a value is required"))
        except BadValue as error:
            shown = cell if str(cell).strip() else None
            run.error(line, column.name, str(error), shown)
            value, good = None, False
        values.append(value)
    row = Row(line, tuple(values))
    if _is_new_key(row, resource, run) and good:
        return row
    run.unloaded.append(row)
    return None


def _refuse_length(line: int, count: int, run: Run) -> None:
    """A row with another number of cells is pinned to the first column without one, or to the last."""
    column = run.written[min(count, len(run.written) - 1)] or _("row")
    message = _("the row has another number of cells than the header's %(header)d") % {
        "header": len(run.columns)
    }
    run.errors.add(Problem(line, column, message, str(count)))


def _is_new_key(row: Row, resource: type[Resource], run: Run) -> bool:
    values = run.values(row)
    key = tuple(values[name] for name in resource.key_columns())
    if None in key:
        return True
    first = run.keys.setdefault(key, row.line)
    if first == row.line:
        return True
    column = resource.key_columns()[0]
    run.error(row.line, column, _("the same key as in line %(line)d") % {"line": first}, values[column])
    return False
