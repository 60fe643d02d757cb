"""`make run` makes a secret key once and keeps it."""

import os
import stat

import environ
import pytest

from scripts.run import keep_a_secret_key


@pytest.fixture
def dotenv(tmp_path, monkeypatch):
    for name in ("SECRET_KEY", "HTTPS"):  # set first, so that it is as before after the test
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path / ".env"


def stored(dotenv, monkeypatch):
    monkeypatch.delenv("SECRET_KEY")
    environ.Env.read_env(dotenv)
    return os.environ["SECRET_KEY"]


def test_a_key_is_made_that_only_the_owner_may_read(dotenv, monkeypatch):
    keep_a_secret_key(dotenv)
    assert stat.S_IMODE(dotenv.stat().st_mode) == 0o600
    made = os.environ["SECRET_KEY"]
    assert len(made) >= 50
    assert stored(dotenv, monkeypatch) == made


def test_the_second_run_keeps_the_key_of_the_first(dotenv, monkeypatch):
    keep_a_secret_key(dotenv)
    before = dotenv.read_text()
    monkeypatch.delenv("SECRET_KEY")
    keep_a_secret_key(dotenv)
    assert dotenv.read_text() == before


def test_two_sites_have_two_keys(dotenv, monkeypatch):
    keep_a_secret_key(dotenv)
    first = os.environ["SECRET_KEY"]
    monkeypatch.delenv("SECRET_KEY")
    keep_a_secret_key(dotenv.with_name("other"))
    assert os.environ["SECRET_KEY"] != first


@pytest.mark.parametrize(
    "before", ["HTTPS=1", "HTTPS=1\n", "SECRET_KEY=\nHTTPS=1\n", "# a comment\nHTTPS=1\n"]
)
def test_other_settings_in_the_file_stay(dotenv, monkeypatch, before):
    dotenv.write_text(before)
    keep_a_secret_key(dotenv)
    assert "HTTPS=1\n" in dotenv.read_text()
    assert len(stored(dotenv, monkeypatch)) >= 50


def test_a_key_of_the_environment_is_not_written_down(dotenv, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the environment")
    keep_a_secret_key(dotenv)
    assert not dotenv.exists()
