"""A process that is killed in the middle of what it does to the database."""

import os
import signal
import time
import traceback
from itertools import count

import psycopg2.extensions
from django.db import connection, connections

BEFORE_COMMIT, AFTER_COMMIT = "before the commit", "after the commit"


def killed(deed, *, at):
    """Do `deed` in a process of its own, and kill it at its step `at`; gives the steps until then.

    A step is a statement that is about to be sent, counted from 1; or `at` is BEFORE_COMMIT or AFTER_COMMIT.
    Fails where it is not killed.
    """
    connections.close_all()  # the other process shall neither use nor close them
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _count_steps(at, writer)
            deed()
        except BaseException:  # noqa: BLE001, this process must not go on as the test's
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writer)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as steps:
        found = len(steps.read())
    assert os.WIFSIGNALED(status), f"not killed at {at} of {found}"
    _wait_until_it_is_forgotten()
    return found


def _count_steps(at, writer):
    numbers = count(1)  # rows are copied by a thread of their own

    def step(name=None):
        if name is None:
            name = next(numbers)
            os.write(writer, b".")
        if name == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute, *arguments):
        step()
        return execute(*arguments)

    connection.execute_wrappers.append(statement)
    commit = connection.commit

    def stepping_commit():
        step(BEFORE_COMMIT)
        commit()
        step(AFTER_COMMIT)

    connection.commit = stepping_commit
    if connection.vendor == "postgresql":

        class Cursor(psycopg2.extensions.cursor):
            """COPY is sent past Django's wrappers."""

            def copy_expert(self, *arguments):
                step()
                super().copy_expert(*arguments)

        connection.settings_dict["OPTIONS"]["cursor_factory"] = Cursor


def _wait_until_it_is_forgotten():
    """PostgreSQL may still be at the last statement of a client that is gone."""
    if connection.vendor != "postgresql":
        return
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            if cursor.fetchone() == (1,):
                return
            assert time.monotonic() < deadline, "the session of the killed process goes on"
            time.sleep(0.01)
