"""`python -m bench [--enterprises N]`: measure, print the table of targets; docs/performance.md explains it.

SQLite is measured always; PostgreSQL, too, where DATABASE_URL names a server on which databases may be
made: `make bench` starts one that is thrown away (`python -m tests.services python -m bench`).
"""

import os
import platform
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from bench.databases import Databases, PostgresqlServer, SqliteFiles
from bench.measurements import Sizes, measure
from bench.table import Results, markdown

FULL = 100_000
SMALLEST = 1_000


def main() -> None:
    """Measure on every database that there is."""
    parser = ArgumentParser(prog="python -m bench", description="Measure against the table of targets.")
    parser.add_argument(
        "--enterprises", type=int, default=FULL, metavar="N",
        help=f"size of the largest register, from {SMALLEST}; the targets are meant for %(default)s",
    )  # fmt: skip
    arguments = parser.parse_args()
    if arguments.enterprises < SMALLEST:
        parser.error(f"--enterprises is at least {SMALLEST}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder, ExitStack() as stack:
        systems: list[Databases] = [SqliteFiles(Path(folder))]
        url = os.environ.get("DATABASE_URL", "")
        if url.startswith(("postgres://", "postgresql://")):
            systems.append(PostgresqlServer(url))
        results: dict[str, Results] = {}
        for system in systems:
            stack.callback(system.remove)
            results[system.label] = measure(system, Sizes(arguments.enterprises), Path(folder))
        versions = [system.version() for system in systems]
    print(f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}", end="; ")
    print(f"Python {platform.python_version()}", *versions, sep=", ", end=", ")
    print(*(f"{name} {version(name)}" for name in ("Django", "gunicorn")), sep=", ", end="; ")
    print(f"{(time.monotonic() - start) / 60:.1f} minutes\n")
    print(markdown(results))
    if len(systems) == 1:
        print("\nPostgreSQL was not measured: no server is installed, or none was started for it.")
    if arguments.enterprises != FULL:
        print(f"\nThe targets are meant for {FULL} enterprises.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
