"""What `make run` does once packages, catalogues and static files stand: prepares the database, serves."""

import os
import re
import secrets
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import django
import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError

ROOT = Path(__file__).resolve().parent.parent


KEYS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(60),
    "LOG_KEY": lambda: secrets.token_urlsafe(48),
    "PROTECTION_KEYS": lambda: f"k1:{secrets.token_urlsafe(32)}",
    "INDEX_KEY": lambda: secrets.token_urlsafe(32),
}
"""The keys that the site does not start without, each with how it is made."""


def keep_keys(dotenv: Path) -> None:
    """Make the keys of `KEYS` that stand neither in `dotenv` nor in the environment, and keep them in `dotenv`.

    `manage.py` finds them there too. Only the owner may read the file.
    """
    environ.Env.read_env(dotenv)
    made = {name: make() for name, make in KEYS.items() if not os.environ.get(name)}
    if not made:
        return
    lines = dotenv.read_text().splitlines() if dotenv.exists() else []
    empty = re.compile(rf"\s*(export\s+)?({'|'.join(made)})\s*=")
    kept = [line for line in lines if not empty.match(line)]
    new = dotenv.with_name(f"{dotenv.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"{line}\n" for line in [*kept, *(f"{name}={key}" for name, key in made.items())])
    new.replace(dotenv)
    os.environ.update(made)
    print(f"Made and kept in {dotenv.name}: {', '.join(made)}.")


def free_port() -> int:
    """The number in PORT, or 8000; exits with a word about it where none can listen there."""
    given = os.environ.get("PORT") or "8000"
    if not (given.isdecimal() and 0 < int(given) < 65536):
        sys.exit(f"PORT is a number from 1 to 65535, not {given}.")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is in use or not allowed; `make run PORT=8080` takes another one.")
    return port


def main() -> None:
    """Check the settings, migrate, load the sample register where the database is empty, say where to look, serve."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    keep_keys(ROOT / ".env")
    port = free_port()
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    print("Preparing the register.", flush=True)
    try:
        django.setup()
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
        call_command("load_sample", if_empty=True)
    except (ImproperlyConfigured, OperationalError, SystemCheckError) as error:
        sys.exit(str(error).strip())
    print(f"The register is at http://127.0.0.1:{port}/ (Ctrl-C stops it).\n", flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn"])


if __name__ == "__main__":
    main()
