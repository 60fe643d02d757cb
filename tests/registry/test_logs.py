"""No log holds a query string or the values of a row."""

import io
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.db import IntegrityError

from registry.logs import DiscreetFormatter, logging_config
from tests.factories.members import MemberFactory

ROOT = Path(__file__).parents[2]


def formatted(message, *args, error=None):
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, message, args, info)
    return DiscreetFormatter("%(message)s").format(record)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ('"GET /admin/?q=王小明&p=2 HTTP/1.1" 200', '"GET /admin/?… HTTP/1.1" 200'),
        ("Error handling request /x?search=%E7%8E%8B", "Error handling request /x?…"),
        ("Referer: 'http://h/a/?q=1'", "Referer: 'http://h/a/?…'"),
        ("/a/?q=1 and /b/?q=2", "/a/?… and /b/?…"),
        ("Ready? Yes.", "Ready? Yes."),
        ("invalid: '33030419570309752x', 13957703101,+8613957703101", "invalid: '…', …,…"),
        ("of 91330304MA2ABCDEFG in 330304001001 took 12345678901234567890", None),
        ("Not Found: /x/", "Not Found: /x/"),
        ("Not Found: /apply/receipt/0a:b-C_d/", "Not Found: /apply/receipt/…/"),
        ('"GET /apply/resume/0a:b/?x=1" 302', '"GET /apply/resume/…/?…" 302'),
        ("Not Found: /apply/form/members/", "Not Found: /apply/form/members/"),
        ("/x\n2026-11-23 INFO forged\x1b[2J\0", r"/x\n2026-11-23 INFO forged\x1b[2J\x00"),
    ],
)
def test_a_line_loses_its_query_string_and_nothing_else(message, line):
    assert formatted("%s", message) == (message if line is None else line)


def test_a_traceback_loses_them_too():
    with pytest.raises(ValueError, match="bad") as raised:
        raise ValueError("bad /x/?name=王小明")
    text = formatted("failed", error=raised.value)
    assert "ValueError: bad /x/?…" in text


@pytest.mark.django_db
@pytest.mark.postgresql
def test_what_postgresql_tells_of_a_row_is_left_out():
    name = "".join(["欧阳", "乐清"])  # not as one word in the code that a traceback shows
    with pytest.raises(IntegrityError) as raised:
        MemberFactory(name=name, ended_reason="death")
    assert name in str(raised.value)
    text = formatted("failed", error=raised.value)
    assert name not in text
    assert "member_end_reason_needs_an_end_day" in text


def test_what_it_tells_of_a_row_is_left_out_over_several_lines():
    told = "refused\nDETAIL:  Failing row contains (1, 张\n三, 13800138000).\n"
    assert formatted(told) == r"refused\nDETAIL: …"
    error = IntegrityError(told)
    error.__cause__ = ValueError(told)
    text = formatted("failed", error=error)
    assert "13800138000" not in text
    assert text.count("DETAIL: …") == 2


def test_every_logger_with_handlers_of_its_own_loses_them():
    """Django's and gunicorn's write query strings with theirs."""
    for name in ("django", "django.server"):
        logger = logging.getLogger(name)
        assert logger.handlers == []
        assert logger.propagate
    assert set(logging_config()["loggers"]) >= {"gunicorn.access", "gunicorn.error", "django.server"}


def test_the_development_server_and_failing_requests_log_no_query_string():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter(logging_config()["formatters"]["discreet"]["format"]))
    for name in ("django.server", "django.request", "django.security.DisallowedHost"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        try:
            logger.error('"GET %s HTTP/1.1" %d', "/admin/?q=Zhang", 500)
        finally:
            logger.removeHandler(handler)
    assert "Zhang" not in stream.getvalue()
    assert stream.getvalue().count("/admin/?…") == 3


def test_a_running_gunicorn_logs_requests_without_query_strings(tmp_path):
    """The real server with its real configuration: good, missing, failing and malformed requests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",  # without tables: /admin/login/ fails
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    log = tmp_path / "log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stdout=stream, stderr=stream
        )
    try:
        site = f"http://127.0.0.1:{port}"
        statuses = [_status(f"{site}/healthz?q=SECRET", patient=True)]
        statuses += [_status(f"{site}{path}") for path in ("/nowhere/?q=SECRET", "/admin/?q=SECRET")]
        statuses += [_status(f"{site}/apply/{kind}/SECRET:x/") for kind in ("resume", "receipt")]
        signed_in = {
            "Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"
        }  # asks for a table that is not there
        statuses.append(_status(f"{site}/admin/?q=SECRET", headers=signed_in))
        with socket.create_connection(("127.0.0.1", port)) as connection_:
            connection_.sendall(b"GET /x?q=SECRET\x01 HTTP/1.1\r\nHost: x\r\n\r\n")
            connection_.recv(1000)
    finally:
        server.send_signal(signal.SIGINT)
        status = server.wait(timeout=20)

    text = log.read_text()
    assert (statuses[0], statuses[-1]) == (200, 500), text
    assert status == 0
    assert "SECRET" not in text
    assert '"GET /healthz" 200' in text
    assert "no such table" in text


def _status(url, *, patient=False, headers=None):
    deadline = time.monotonic() + (30 if patient else 0)
    while True:
        try:
            return urllib.request.urlopen(urllib.request.Request(url, headers=headers or {})).status
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
