"""What every test shares: what is found on the machine, and what was not run for want of it."""

import gc
import os
from collections import defaultdict

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from record.guards import guards
from tests.services import NO_CHROMIUM, NO_POSTGRESQL, chromium, postgresql

OTHER_DATABASE = "is about another database than"


def pytest_collection_modifyitems(items):
    """Skip what the machine or the database of this run cannot do; put tests in a browser last."""
    without = []
    if chromium() is None:
        without.append(("browser", NO_CHROMIUM))
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    without.append((other, f"{OTHER_DATABASE} {connection.vendor}"))
    for item in items:
        for marker, reason in without:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
    # One after the other: they share a Chromium for as long as no test of another folder comes between.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_configure():
    """Look for cyclic garbage more seldom: a sixth of the time of the tests of pages went into it."""
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """The tests' database; what was made until it stands, tests and code, is looked through no more."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _language_of_the_settings():
    """A request leaves its language behind in the thread; no test begins with that of another."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True, scope="session")
def _record_is_emptied_between_tests():
    """Tests that commit are followed by a flush, which the guards of the record refuse.

    On SQLite they are dropped for it, and `migrate` renews them. On PostgreSQL no trigger is asked, and rows are
    deleted: TRUNCATE makes every table and index a new file, at twenty times the cost for the few rows of a test.
    """
    operations = type(connection.ops)
    flush = operations.sql_flush

    def sql_flush(self, style, tables, **options):
        if connection.vendor == "postgresql":
            delete = [f'DELETE FROM "{table}"' for table in tables]
            return ["SET LOCAL session_replication_role = replica", *delete]
        drop = [f'DROP TRIGGER "{name}"' for name in guards(connection)]
        return [*drop, *flush(self, style, tables, **options)]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def _limits_that_begin_anew():
    """Users of different tests have the same id: what one has written does not count for another."""
    cache.clear()


def _skipped(reporter):
    """The files of skipped tests and how many of each, by reason."""
    files = defaultdict(lambda: defaultdict(int))
    for report in reporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        files[reason.removeprefix("Skipped: ")][report.nodeid.split("::")[0]] += 1
    return files


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """With REQUIRE_ALL set, fail where a test was skipped for another reason than the database."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_ALL") and reporter and not hasattr(session.config, "workerinput"):
        wanting = [reason for reason in _skipped(reporter) if not reason.startswith(OTHER_DATABASE)]
        if wanting and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """Name what was not run, and why."""
    terminalreporter.section("run on " + connection.vendor)
    for reason, files in sorted(_skipped(terminalreporter).items()):
        names = ", ".join(f"{file} ({count})" for file, count in sorted(files.items()))
        terminalreporter.write_line(f"Not run: {reason}: {names}")
    if connection.vendor == "sqlite" and postgresql() is None:
        terminalreporter.write_line(f"Not run: the suite on PostgreSQL: {NO_POSTGRESQL}")
