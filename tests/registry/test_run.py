"""`make run` makes the keys once and keeps them, finds its port, and says plainly why it does not start."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import environ
import pytest

from scripts.run import KEYS, free_port, keep_keys
from secrecy.keys import read_index_key, read_protection_keys

# No database is asked.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dotenv(tmp_path, monkeypatch):
    for name in (*KEYS, "HTTPS"):  # set first, so that it is as before after the test
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path / ".env"


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def forget(monkeypatch):
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def stored(dotenv, monkeypatch):
    forget(monkeypatch)
    environ.Env.read_env(dotenv)
    return {name: os.environ[name] for name in KEYS}


def test_keys_are_made_that_only_the_owner_may_read(dotenv, monkeypatch):
    keep_keys(dotenv)
    assert stat.S_IMODE(dotenv.stat().st_mode) == 0o600
    made = {name: os.environ[name] for name in KEYS}
    assert len(made["SECRET_KEY"]) >= 50
    assert len(set(made.values())) == 4
    assert stored(dotenv, monkeypatch) == made


def test_the_site_takes_the_keys_that_are_made(dotenv):
    keep_keys(dotenv)
    keys = read_protection_keys(os.environ["PROTECTION_KEYS"])
    assert list(keys) == ["k1"]
    assert len(read_index_key(os.environ["INDEX_KEY"], others=keys)) == 32


def test_the_second_run_keeps_the_keys_of_the_first(dotenv, monkeypatch):
    keep_keys(dotenv)
    before = dotenv.read_text()
    forget(monkeypatch)
    keep_keys(dotenv)
    assert dotenv.read_text() == before


def test_two_sites_have_different_keys(dotenv, monkeypatch):
    keep_keys(dotenv)
    first = stored(dotenv, monkeypatch)
    forget(monkeypatch)
    keep_keys(dotenv.with_name("other"))
    assert not set(first.values()) & set(stored(dotenv.with_name("other"), monkeypatch).values())


@pytest.mark.parametrize(
    "before", ["HTTPS=1", "HTTPS=1\n", "SECRET_KEY=\nINDEX_KEY=\nHTTPS=1\n", "# a comment\nHTTPS=1\n"]
)
def test_other_settings_in_the_file_stay(dotenv, monkeypatch, before):
    dotenv.write_text(before)
    keep_keys(dotenv)
    assert "HTTPS=1\n" in dotenv.read_text()
    assert all(stored(dotenv, monkeypatch).values())


def test_a_key_that_is_missing_is_made_beside_one_that_is_there(dotenv, monkeypatch):
    dotenv.write_text("SECRET_KEY=of the file\n")
    keep_keys(dotenv)
    assert stored(dotenv, monkeypatch)["SECRET_KEY"] == "of the file"


def test_a_key_of_the_environment_is_not_written_down(dotenv, monkeypatch):
    for name in KEYS:
        monkeypatch.setenv(name, "of the environment")
    keep_keys(dotenv)
    assert not dotenv.exists()


@pytest.mark.parametrize("port", ["http", "0", "-1", "65536", "8000.5"])
def test_what_is_no_port_is_refused_in_one_line(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit, match=f"PORT is a number from 1 to 65535, not {port}"):
        free_port()


def test_a_port_in_use_is_refused(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        with pytest.raises(SystemExit, match="is in use"):
            free_port()


def test_make_leaves_the_port_to_the_file_of_settings():
    environment = {name: value for name, value in os.environ.items() if name not in ("PORT", "MAKEFLAGS")}
    command = ["make", "--silent", "--eval", "port: ; @echo port=$$PORT", "port"]

    def told(*given):
        return subprocess.run(
            [*command, *given], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert told() == "port=\n"
    assert told("PORT=8080") == "port=8080\n"


def test_an_older_python_is_refused_before_it_makes_an_environment(tmp_path):
    older = tmp_path / "python"
    older.write_text("#!/bin/sh\nexit 1\n")
    older.chmod(0o755)
    environment = tmp_path / "venv"
    ran = subprocess.run(
        ["make", "--silent", f"PYTHON={older}", f"VENV={environment}", f"{environment}/bin/python"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert "Python 3.11 or newer is needed." in ran.stderr


def test_the_server_reads_the_file_of_settings_too(tmp_path):
    shutil.copy(ROOT / "gunicorn.conf.py", tmp_path)
    (tmp_path / ".env").write_text("PORT=8123\nWEB_CONCURRENCY=3\n")
    read = "import runpy; read = runpy.run_path('gunicorn.conf.py'); print(read['bind'], read['workers'])"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PORT", "WEB_CONCURRENCY")
    }
    ran = subprocess.run(
        [sys.executable, "-c", read],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "127.0.0.1:8123 3\n"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY must be set"),
        ("DATABASE_URL", "sqlite:////nowhere/register.sqlite3", "unable to open database file"),
        ("APPROVAL_LETTER", "/nowhere.docx", "there is no file in the place of its form"),
    ],
)
def test_why_it_does_not_start_is_told_without_a_traceback(name, value, reason):
    good = {
        "DJANGO_SETTINGS_MODULE": "registry.settings",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP",
        "DEBUG": "0",
        "PORT": str(unused_port()),
    }
    ran = subprocess.run(
        [sys.executable, "scripts/run.py"],
        cwd=ROOT,
        env={**os.environ, **good, name: value},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 1
    assert reason in ran.stderr
    assert "Traceback" not in ran.stderr
