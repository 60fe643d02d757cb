"""The real server with its real configuration."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

# The server has a database of its own, in SQLite.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[2]
NOTHING = "00000000-0000-0000-0000-000000000000"
"""The id of no event, of which nobody is told."""


def test_the_limit_of_an_address_holds_across_the_processes_of_the_server(tmp_path):
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.registry.limited_settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",  # without tables: what is let through fails
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "SEAL_EVERY": "0",
        "TASKS_EVERY": "0.2",
        "CACHE_DIR": str(tmp_path / "cache"),
    }
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        wait_until_it_answers(port)
        (worker,) = helpers_of(server, 1)
        with ThreadPoolExecutor(12) as clients:
            statuses = list(clients.map(lambda _n: status(port, "/api/v1/statistics/coverage/"), range(24)))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)

    assert sorted(statuses) == [429] * 21 + [500] * 3, (tmp_path / "log").read_text()
    assert not Path("/proc", worker).exists(), "the worker of tasks goes on"


def test_records_are_sealed_and_tasks_run_while_the_server_runs_and_both_helpers_end_with_it(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'register.sqlite3'}",
        "PORT": str(free_port()),
        "WEB_CONCURRENCY": "1",
        "SEAL_EVERY": "0.2",
        "TASKS_EVERY": "0.2",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    leave_a_task = f"from applications.tasks import send_mails_of; send_mails_of.enqueue({NOTHING!r})"
    subprocess.run([*manage, "shell", "-v0", "-c", leave_a_task], cwd=ROOT, env=environment, check=True)
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 30
        while not {"head", "state=SUCCESSFUL"} <= set((tmp_path / "log").read_text().split()):
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.1)
        helpers = helpers_of(server, 2)
    finally:
        server.kill()  # without a word to its children
        server.wait(timeout=20)
    checked = subprocess.run(
        [*manage, "verify_log"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    assert " 0 not sealed yet" in checked.stdout
    deadline = time.monotonic() + 10
    while any(Path("/proc", helper).exists() for helper in helpers):
        assert time.monotonic() < deadline, "a helper goes on"
        time.sleep(0.1)


def helpers_of(server, count):
    """The numbers of the processes that the server started beside its own."""
    children = Path("/proc", str(server.pid), "task", str(server.pid), "children").read_text().split()
    return children[:count]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(port):
    deadline = time.monotonic() + 30
    while True:
        try:
            status(port, "/healthz")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def status(port, path):
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
