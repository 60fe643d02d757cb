"""The site as `make run` serves it, and requests to it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EMPTY = "/bench/empty/"
ROUNDS = 200
SECONDS = 6.0
"""A comparison ends after so many rounds or, once there are ten, after so many seconds."""

_KEYS = {
    "SECRET_KEY": secrets.token_urlsafe(60),
    "LOG_KEY": secrets.token_urlsafe(48),
    "PROTECTION_KEYS": f"k1:{secrets.token_urlsafe(32)}",
    "INDEX_KEY": secrets.token_urlsafe(32),
}


def _environment(database_url: str) -> dict[str, str]:
    """That of a site in production without https; neither `.env` nor the shell changes it."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": database_url,
        **_KEYS,
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "",
        "LANGUAGE_CODE": "en",
        "LOG_LEVEL": "INFO",
        "TIME_ZONE": "Asia/Shanghai",
        "WEB_CONCURRENCY": "2",
        "SEAL_EVERY": "0",
        "TASKS_EVERY": "0",
    }


def run_step(database_url: str, *arguments: object) -> Any:
    """What a step of `bench.steps` answers."""
    command = [sys.executable, "-m", "bench.steps", *map(str, arguments)]
    done = subprocess.run(
        command, env=_environment(database_url), cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout)


class Browser:
    """One client that keeps its connection, with headers of its own."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers or {}

    def get(self, path: str) -> tuple[float, bytes]:
        """The seconds until the whole answer was here, and its body; fails unless it is a 200."""
        start = time.perf_counter()
        try:
            body, status = self._ask(path)
        except (HTTPException, ConnectionError):
            self.connection.close()  # the server had closed it meanwhile
            start = time.perf_counter()
            body, status = self._ask(path)
        took = time.perf_counter() - start
        if status != 200:
            raise RuntimeError(f"{path} answers {status}.")
        return took, body

    def _ask(self, path: str) -> tuple[bytes, int]:
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        return response.read(), response.status


Request = tuple[Browser, str]


def compare(floor: Request, *others: Request) -> list[float]:
    """The medians, in seconds, of requests by turns: of `floor`, then of the others."""
    requests = (floor, *others)
    for browser, path in requests * 10:  # each thread of the server opens its connection
        browser.get(path)
    took: list[list[float]] = [[] for _request in requests]
    deadline = time.monotonic() + SECONDS
    for number in range(ROUNDS):
        if number >= 10 and time.monotonic() > deadline:
            break
        for times, (browser, path) in zip(took, requests, strict=True):
            times.append(browser.get(path)[0])
    return [median(times) for times in took]


@contextmanager
def served(database_url: str) -> Iterator[int]:
    """A gunicorn with the project's configuration, two workers; gives its port, stops it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**_environment(database_url), "PORT": str(port)}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            _wait_until_it_answers(server, port)
            yield port
        except BaseException:
            log.seek(0)
            sys.stderr.buffer.write(b"\n".join(log.read().splitlines()[-20:]) + b"\n")
            raise
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            Browser(port).get(EMPTY)
        except (HTTPException, OSError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server does not answer.")
