"""Counting by several processes at once: exact, and without a growing file."""

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from limits.cache import SharedCache

# The cache is a file of its own, whatever database the site has.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[2]
# All processes wait for the file `go`, so that none has finished before the last begins.
WORK = """
import sys, time
from pathlib import Path
import django
from django.conf import settings
settings.configure()
from limits.cache import SharedCache
folder = Path(sys.argv[1])
(folder / f"ready-{sys.argv[2]}").touch()
while not (folder / "go").exists():
    time.sleep(0.002)
cache = SharedCache(folder / "cache", {})
"""
PROCESSES = 4


@pytest.fixture
def cache(tmp_path):
    return SharedCache(tmp_path / "cache", {})


def at_once(folder, code):
    """What each of the processes prints that run `code` at the same time."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORK + code, str(folder), str(number)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    while len(list(folder.glob("ready-*"))) < PROCESSES:
        assert all(worker.poll() is None for worker in workers)
        time.sleep(0.01)
    (folder / "go").touch()
    said = [worker.communicate(timeout=60)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * PROCESSES
    return said


def test_of_requests_at_once_exactly_as_many_pass_as_may(tmp_path):
    said = at_once(tmp_path, "print([cache.hit('a', most=1000, seconds=60) for _ in range(800)].count(None))")

    assert sum(map(int, said)) == 1000


def test_no_count_is_lost(tmp_path, cache):
    at_once(tmp_path, "cache.add('n', 0)\nfor _ in range(250): cache.incr('n')")

    assert cache.get("n") == 250 * PROCESSES


def test_of_several_who_add_one_does(tmp_path):
    said = at_once(tmp_path, "print([cache.add(f'k{n}', 1) for n in range(100)].count(True))")

    assert sum(map(int, said)) == 100


def test_threads_count_together(cache):
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _n: cache.hit("a", most=50, seconds=60), range(80)))

    assert waits.count(None) == 50


def test_who_is_refused_learns_when_to_come_again(cache, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_000.0)
    cache.hit("a", most=2, seconds=60)
    monkeypatch.setattr(time, "time", lambda: 1_020.0)
    cache.hit("a", most=2, seconds=60)
    monkeypatch.setattr(time, "time", lambda: 1_050.0)
    assert cache.hit("a", most=2, seconds=60) == pytest.approx(10)
    assert cache.hit("b", most=2, seconds=60) is None


def test_the_window_slides(cache, monkeypatch):
    """Never more than two within any 60 seconds: two that end one minute leave none for the next one's start."""
    passed = []
    for second in (0, 55, 61, 62, 114, 116):
        monkeypatch.setattr(time, "time", lambda now=second: 1_000.0 + now)
        if cache.hit("a", most=2, seconds=60) is None:
            passed.append(second)

    assert passed == [0, 55, 61, 116]


def test_what_is_refused_is_not_counted(cache, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_000.0)
    assert [cache.hit("a", most=1, seconds=60) for _ in range(3)] == [None, 60, 60]


def test_what_has_expired_leaves_the_file(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_000.0)
    for number in range(50):
        cache.hit(f"address-{number}", most=1, seconds=60)
        cache.set(f"key-{number}", number, 60)
    monkeypatch.setattr(time, "time", lambda: 1_061.0)
    cache.hit("another", most=1, seconds=60)
    cache.set("another", 1, 60)

    database = sqlite3.connect(tmp_path / "cache" / "counts.sqlite3")
    counts = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("hit", "entry")]
    database.close()
    assert counts == [1, 1]


def test_the_file_is_for_its_owner_alone(cache, tmp_path):
    cache.set("a", 1)

    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    for file in (tmp_path / "cache").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


class TestAsDjangosCache:
    def test_keeps_and_forgets(self, cache):
        cache.set("a", {"b": [1, None, "甲"]})
        assert cache.get("a") == {"b": [1, None, "甲"]}
        assert cache.delete("a")
        assert not cache.delete("a")
        assert cache.get("a", "none") == "none"

    def test_a_value_expires(self, cache, monkeypatch):
        monkeypatch.setattr(time, "time", lambda: 1_000.0)
        cache.set("a", 1, 10)
        assert cache.touch("a", 20)
        monkeypatch.setattr(time, "time", lambda: 1_015.0)
        assert cache.incr("a", 2) == 3
        monkeypatch.setattr(time, "time", lambda: 1_021.0)
        assert cache.get("a") is None
        assert not cache.touch("a", 20)
        assert cache.add("a", 5, 10)
        with pytest.raises(ValueError, match="not found"):
            cache.incr("b")

    def test_none_is_a_value(self, cache):
        cache.set("a", None, None)
        assert not cache.add("a", 1)
        assert cache.get("a", 1) is None

    def test_what_json_does_not_hold_is_refused_and_changes_nothing(self, cache):
        cache.set("a", 1)
        with pytest.raises(TypeError):
            cache.set("a", object())
        assert cache.get("a") == 1

    def test_clears_all(self, cache):
        cache.set("a", 1)
        cache.hit("a", most=1, seconds=60)
        cache.clear()
        assert cache.get("a") is None
        assert cache.hit("a", most=1, seconds=60) is None


def test_a_full_disk_is_named_and_forgotten_when_there_is_room_again(cache):
    cache.set("before", 1)
    database = cache._database()
    [pages] = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        cache.set("large", "x" * 100_000)
    database.execute("PRAGMA max_page_count = 100000")
    cache.set("after", 2)
    assert (cache.get("before"), cache.get("large"), cache.get("after")) == (1, None, 2)
