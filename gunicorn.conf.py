"""How gunicorn serves the site; PORT and WEB_CONCURRENCY come from the environment."""

import os
import subprocess
import sys
from pathlib import Path

import environ
from gunicorn.arbiter import Arbiter

from registry.logs import logging_config

environ.Env.read_env(Path(__file__).parent / ".env")

wsgi_app = "registry.wsgi"
bind = f"127.0.0.1:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
threads = 4  # threads, so that a long answer does not cost the worker its heartbeat
graceful_timeout = 10
control_socket_disable = True  # nothing here uses it

accesslog = "-"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s bytes %(M)s ms'  # the path without its query string
logconfig_dict = logging_config()

seal_every = os.environ.get("SEAL_EVERY") or "10"
tasks_every = os.environ.get("TASKS_EVERY") or "1"
helpers: "list[subprocess.Popen[bytes]]" = []


def when_ready(server: Arbiter) -> None:
    """Start the sealer of the record and the worker of tasks beside the server, one for all its processes."""
    for command, every in (("seal_log", seal_every), ("run_tasks", tasks_every)):
        if every != "0":
            line = [sys.executable, "manage.py", command, "--every", every]
            helpers.append(subprocess.Popen(line, cwd=Path(__file__).parent))  # noqa: S603 - our own program


def on_exit(server: Arbiter) -> None:
    """Stop them with the server; a task that takes too long is taken up again later."""
    for helper in helpers:
        helper.terminate()
    for helper in helpers:
        try:
            helper.wait(timeout=graceful_timeout)
        except subprocess.TimeoutExpired:
            helper.kill()
            helper.wait()
