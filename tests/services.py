"""What some tests need from the machine, and a PostgreSQL server thrown away afterwards.

`python -m tests.services COMMAND...` runs COMMAND with DATABASE_URL leading to a new, empty server and
stops the server when COMMAND ends, whatever happened; without COMMAND it tells whether one is found.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

NO_POSTGRESQL = "no PostgreSQL server is installed"
NO_CHROMIUM = "no Chromium is installed"


def chromium() -> str | None:
    """The path of a Chromium, or None; rather one that draws no windows of its own around pages, which takes time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def postgresql() -> Path | None:
    """The folder of the programs of a PostgreSQL server, the newest one installed, or None.

    Debian keeps them out of PATH.
    """
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    on_path = shutil.which("initdb")
    initdb = newest or (Path(on_path).resolve() if on_path else None)
    return initdb.parent if initdb and (initdb.parent / "postgres").exists() else None


def _server_user() -> dict[str, str | int | list[int]]:
    """As whom to run the server: it refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise LookupError("A PostgreSQL server needs a user other than root: postgres or nobody.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg2.connect(url).close()
        except psycopg2.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


@contextmanager
def throw_away_postgresql(programs: Path) -> Iterator[str]:
    """A new server on a free port, as its URL; it forgets everything when it stops."""
    user = _server_user()
    folder = Path(tempfile.mkdtemp(prefix="registry-postgresql-"))
    server = None
    try:
        if user:
            os.chown(folder, user["user"], user["group"])
        log = folder / "log"
        initdb = [programs / "initdb", "--pgdata", folder / "data", "--username", "postgres"]
        initdb += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
        port = _free_port()
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            # Nothing of it shall outlive a power cut.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 200,
        }
        command = [programs / "postgres", "-D", folder / "data"]
        command += [f"--{name}={value}" for name, value in settings.items()]
        with log.open("wb") as log_file:
            # A session of its own: Ctrl-C reaches the tests, and the server when they have ended.
            server = subprocess.Popen(
                command, stdout=log_file, stderr=log_file, cwd=folder, start_new_session=True, **user
            )
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        _wait_until_it_answers(server, url, log)
        yield url
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)  # at once, without tidying up
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run `command` beside a throw-away server; give its exit status."""
    programs = postgresql()
    if programs is None:
        print(f"Not run: {NO_POSTGRESQL} (Debian: apt-get install postgresql).", file=sys.stderr)
        return 1
    if not command:
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with throw_away_postgresql(programs) as url:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            return child.wait()
        except BaseException:
            # Ctrl-C has reached the child by itself; a SIGTERM has not.
            child.terminate()
            child.wait()
            raise


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
