"""What is done within Django, each in a process of its own: `python -m bench.steps STEP …`.

A step prints one JSON object. The database is that of DATABASE_URL, the settings are `bench.settings`.
"""

import csv
import json
import resource
import sqlite3
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import django
from openpyxl import Workbook

django.setup()

from django.conf import settings  # noqa: E402, Django must be set up first
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import Token, User  # noqa: E402
from bench.register import DAYS, FIRST_DAY, credit_code, enterprise_name, make_areas, make_register  # noqa: E402
from orgs.models import AboveScale, Area, Enterprise, EnterpriseArea  # noqa: E402

TIMES = 3
"""How often the floor of an import is measured; the median counts."""


def migrate() -> dict[str, Any]:
    """The tables."""
    call_command("migrate", interactive=False, verbosity=0)
    return {}


def register(enterprises: int, members: int, paths: list[str]) -> dict[str, Any]:
    """A register, and a user of it; the statements that each of `paths` costs."""
    make_register(enterprises=enterprises, members_per_enterprise=members)
    if connection.vendor == "postgresql":
        # As the server does by itself a minute later, in the midst of the measurements.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    user = User.objects.create_superuser("bench", password=None)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    keys = Enterprise.objects.order_by("uscc").values_list("uscc", flat=True)
    return {
        "token": Token.objects.create(user)[1],
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "deep": keys[max(0, enterprises - enterprises // 20 - 101)],
        "statements": [_statements(path) for path in paths],
    }


def _statements(path: str) -> int:
    client = Client(SERVER_NAME="127.0.0.1")
    with CaptureQueriesContext(connection) as statements:
        response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answers {response.status_code}.")
    return len(statements)


def sheets(csv_file: Path, xlsx_file: Path, enterprises: int) -> dict[str, Any]:
    """The same enterprises with all columns as CSV and as XLSX, and the areas that they name."""
    make_areas(enterprises=enterprises)
    codes = list(Area.objects.filter(code__length=12).order_by("code").values_list("code", flat=True))
    book = Workbook(write_only=True)
    page = book.create_sheet()
    with csv_file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        for row in _rows(enterprises, codes):
            writer.writerow(row)
            page.append(row)
    book.save(xlsx_file)
    return {}


def _rows(enterprises: int, codes: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The header, and the rows; days and numbers are such in XLSX."""
    random = Random(2008)
    yield (
        "uscc name area legal_form ownership address registered_on closed_on "
        "above_scale_from above_scale_to employees".split()
    )
    for number in range(enterprises):
        registered_on = FIRST_DAY + timedelta(days=random.randrange(DAYS))
        closed = random.random() < 0.15
        above_scale = random.random() < 0.15
        code = random.choice(codes)
        yield [
            credit_code(number),
            enterprise_name(number, random),
            code,
            "有限责任公司(自然人投资或控股)",
            random.choice(("private", "private", "hmt", "foreign", None)),
            f"温州市{code[4:6]}区工业园{number % 97 + 1}号",
            registered_on,
            registered_on + timedelta(days=4000) if closed else None,
            registered_on + timedelta(days=800) if above_scale else None,
            registered_on + timedelta(days=2200) if above_scale else None,
            random.randrange(5, 900),
        ]


def import_data(file: Path, *, dry_run: bool) -> dict[str, Any]:
    """`import_data enterprises FILE`: its time, this process's most memory, the command's last line."""
    said = StringIO()
    start = time.perf_counter()
    call_command("import_data", "enterprises", str(file), dry_run=dry_run, stdout=said)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": seconds,
        "megabytes": peak * unit / 1_000_000,
        "summary": said.getvalue().splitlines()[-1],
    }


def floor() -> dict[str, Any]:
    """The seconds in which the database takes the rows of enterprises that are there, plainly, once more.

    Into the emptied table, with its keys and checks; the rows lie ready in memory. On PostgreSQL also those of
    all rows that their import wrote. Ruins the database.
    """
    table = Enterprise._meta.db_table
    connection.ensure_connection()
    raw = connection.connection
    if connection.vendor != "postgresql":
        return {"seconds": _median(_executemany(raw, table))}
    models = [Enterprise, EnterpriseArea, AboveScale]
    histories = [model.history.model for model in models]
    written = _median(_copy(raw, [model._meta.db_table for model in [*models, *histories]]))
    return {"seconds": _median(_copy(raw, [table])), "seconds_of_all": written}


def _median(took: list[float]) -> float:
    return sorted(took)[TIMES // 2]


def _copy(raw: Any, tables: Sequence[str]) -> list[float]:
    took = []
    raw.autocommit = False
    rows = {table: StringIO() for table in tables}
    with raw.cursor() as cursor:
        for table in tables:
            cursor.copy_expert(f"COPY {table} TO STDOUT", rows[table])
        for _time in range(TIMES):
            # Without the guards of the record; keys and checks are there again for COPY.
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            cursor.execute("SET session_replication_role = DEFAULT")
            raw.commit()
            start = time.perf_counter()
            for table in tables:
                rows[table].seek(0)
                cursor.copy_expert(f"COPY {table} FROM STDIN", rows[table])
            raw.commit()
            took.append(time.perf_counter() - start)
    return took


def _executemany(raw: sqlite3.Connection, table: str) -> list[float]:
    took = []
    # Django's connection would turn dates into objects and back.
    file = raw.execute("PRAGMA database_list").fetchone()[2]
    plain = sqlite3.connect(file)
    plain.execute("PRAGMA synchronous=NORMAL")
    rows = plain.execute(f"SELECT * FROM {table}").fetchall()
    marks = ", ".join("?" * len(rows[0]))
    for _time in range(TIMES):
        plain.execute(f"DELETE FROM {table}")
        plain.commit()
        start = time.perf_counter()
        plain.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        plain.commit()
        took.append(time.perf_counter() - start)
    plain.close()
    return took


def main() -> None:
    """Do the step that the command line names."""
    parser = ArgumentParser()
    steps = parser.add_subparsers(required=True)

    def add(step: Callable[..., dict[str, Any]]) -> ArgumentParser:
        found = steps.add_parser(step.__name__)
        found.set_defaults(step=step)
        return found

    add(migrate)
    add(floor)
    parsed = add(import_data)
    parsed.add_argument("file", type=Path)
    parsed.add_argument("--dry-run", action="store_true")
    parsed = add(sheets)
    parsed.add_argument("csv_file", type=Path)
    parsed.add_argument("xlsx_file", type=Path)
    parsed.add_argument("enterprises", type=int)
    parsed = add(register)
    parsed.add_argument("enterprises", type=int)
    parsed.add_argument("members", type=int)
    parsed.add_argument("paths", nargs="*")
    arguments = vars(parser.parse_args())
    print(json.dumps(arguments.pop("step")(**arguments)))
    connection.close()


if __name__ == "__main__":
    main()
