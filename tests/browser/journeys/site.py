"""The site as its users find it: the sample register under the production server, thrown away afterwards."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.journeys.newcomers import write_enterprises, write_members
from tests.registry.test_server import ROOT, free_port, wait_until_it_answers

DATABASE = "register.sqlite3"


def fill(folder: Path) -> None:
    """Make the database in `folder`: the sample register and the newcomers."""
    enterprises, members = folder / "enterprises.csv", folder / "members.csv"
    write_enterprises(enterprises)
    write_members(members)
    for command in (
        ["migrate", "--verbosity", "0"],
        ["load_sample"],
        ["import_data", "enterprises", str(enterprises)],
        ["import_data", "members", str(members)],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment(folder), check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server with the database in `folder`; gives its address."""
    port = free_port()
    served = environment(folder) | {"PORT": str(port), "WEB_CONCURRENCY": "1", "SEAL_EVERY": "0"}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=ROOT, env=served, stdout=log, stderr=log
        )
    try:
        wait_until_it_answers(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)  # at once: a browser keeps connections open
        server.wait(timeout=60)


def environment(folder: Path) -> dict[str, str]:
    """In which commands and the server find the database in `folder`."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.journeys.settings",
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "TASKS_EVERY": "0.5",
    }
