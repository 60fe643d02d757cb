"""The nightly run: once a day from its time on, whoever asks, and again where its worker was killed."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from checks.models import CheckRun
from checks.register import CHECKS
from checks.tasks import KEPT, ask_for_nightly_run
from tests.checks.seeds import DAY, SEEDS, clean_register
from tests.factories.tasks import run_tasks, waiting_tasks
from tests.factories.turns import at_once

pytestmark = pytest.mark.django_db


def at(hour, minute=0, day=DAY):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@pytest.fixture(autouse=True)
def _at_three(settings):
    settings.CHECKS_AT = time(3)


@pytest.fixture
def without_asking(settings):
    """Let the worker run what it was left, and ask for nothing of today."""

    def run():
        settings.CHECKS_AT = None
        run_tasks()
        settings.CHECKS_AT = time(3)

    return run


def test_from_its_time_on_it_is_asked_for_once_a_day(without_asking):
    ask_for_nightly_run(at(2, 59))
    assert not waiting_tasks().exists()
    ask_for_nightly_run(at(3))
    ask_for_nightly_run(at(3, 1))
    without_asking()
    ask_for_nightly_run(at(23, 59))
    ask_for_nightly_run(at(2, 59, DAY + timedelta(days=1)))
    assert list(CheckRun.objects.values_list("day", flat=True)) == [DAY]
    assert not waiting_tasks().exists()
    ask_for_nightly_run(at(9, day=DAY + timedelta(days=1)))  # nothing ran in the night
    assert waiting_tasks().count() == 1


def test_it_is_never_asked_for_where_the_settings_say_so(settings):
    settings.CHECKS_AT = None
    ask_for_nightly_run(at(12))
    assert not waiting_tasks().exists()


def test_it_keeps_what_each_check_found_on_its_day(without_asking):
    world = clean_register()
    SEEDS["superior-in-a-circle"](world)
    ask_for_nightly_run(at(3))
    without_asking()
    run = CheckRun.objects.get()
    assert set(run.counts) == {check.code for check in CHECKS}
    assert {code: count for code, count in run.counts.items() if count} == {"superior-in-a-circle": 2}
    assert timedelta() < run.took < timedelta(minutes=1)
    assert timezone.now() - run.finished_at < timedelta(minutes=1)


def test_old_runs_are_forgotten(without_asking):
    CheckRun.objects.create(day=DAY - KEPT - timedelta(days=1))
    kept = CheckRun.objects.create(day=DAY - KEPT)
    ask_for_nightly_run(at(3))
    without_asking()
    assert CheckRun.objects.earliest("day") == kept


def test_a_run_whose_worker_was_killed_is_taken_up_again(without_asking):
    ask_for_nightly_run(at(3))
    killed = {"status": TaskResultStatus.RUNNING, "started_at": timezone.now() - timedelta(hours=1)}
    waiting_tasks().update(worker_ids=["killed"], **killed)
    ask_for_nightly_run(at(4))
    without_asking()
    assert CheckRun.objects.get().finished_at is not None
    assert DBTaskResult.objects.count() == 1


def test_the_worker_asks_for_it(settings):
    settings.CHECKS_AT = time(0)
    run_tasks()
    run = CheckRun.objects.get()
    assert run.day == timezone.localdate()
    assert run.finished_at is not None


@pytest.mark.postgresql  # in tests SQLite is one connection for all threads
@pytest.mark.django_db(transaction=True)
def test_two_servers_that_ask_at_the_same_moment_ask_once():
    at_once(*[lambda: ask_for_nightly_run(at(3, day=date(2008, 6, 20)))] * 4)
    assert (CheckRun.objects.count(), waiting_tasks().count()) == (1, 1)
