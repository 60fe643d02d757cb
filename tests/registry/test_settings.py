"""Settings out of the environment, each tried in a process of its own."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

# Each process has a database of its own, in SQLite.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# An empty value stands for one that is missing, whatever a developer's .env says.
NOTHING = {"SECRET_KEY": "", "DEBUG": "0", "HTTPS": "0", "DATABASE_URL": "sqlite://:memory:"}


def python(*arguments, **environment):
    """Run Python with the site's own settings and this environment."""
    env = {**os.environ, **NOTHING, **environment, "DJANGO_SETTINGS_MODULE": "registry.settings"}
    return subprocess.run(
        [sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


def evaluate(expression, **environment):
    """The value of an expression over `settings` and `connection`."""
    code = (
        "import json; from django.conf import settings; from django.db import connection; "
        f"print(json.dumps({expression}))"
    )
    ran = python("-c", code, **environment)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    "key",
    ["", "short", "a" * 80, "ab" * 40, "django-insecure-" + KEY],
    ids=["missing", "short", "one character", "two characters", "insecure"],
)
def test_the_site_does_not_start_with_a_weak_secret_key(key):
    ran = python("manage.py", "check", SECRET_KEY=key)
    assert ran.returncode == 1
    assert "SECRET_KEY must be set" in ran.stderr
    assert not key or key not in ran.stderr


@pytest.mark.parametrize("url", ["register", "mysql://user:secret@host/register"])
def test_the_site_does_not_start_with_another_database(url):
    ran = python("manage.py", "check", SECRET_KEY=KEY, DATABASE_URL=url)
    assert ran.returncode == 1
    assert "ImproperlyConfigured: DATABASE_URL must begin with" in ran.stderr
    assert "secret" not in ran.stderr


@pytest.mark.parametrize("text", ["3 o'clock", "03:00+08:00"])  # a time is that of the site
def test_the_site_does_not_start_with_a_time_that_is_none(text):
    ran = python("manage.py", "check", SECRET_KEY=KEY, CHECKS_AT=text)
    assert ran.returncode == 1
    assert "CHECKS_AT must be a time such as 03:00, or never" in ran.stderr


@pytest.mark.parametrize("name", ["PROTECTION_KEYS", "INDEX_KEY", "LOG_KEY"])
def test_the_site_does_not_start_without_another_key_and_names_it(name):
    ran = python("manage.py", "check", SECRET_KEY=KEY, **{name: ""})
    assert ran.returncode == 1
    assert f"{name} must be set" in ran.stderr


def test_under_debug_the_other_keys_derive_from_the_secret_key():
    read = "[settings.INDEX_KEY.hex(), [[name, key.hex()] for name, key in settings.PROTECTION_KEYS.items()]]"
    nothing = {"DEBUG": "1", "PROTECTION_KEYS": "", "INDEX_KEY": "", "LOG_KEY": ""}
    first, again = (evaluate(read, SECRET_KEY=KEY, **nothing) for _ in range(2))
    other = evaluate(read, SECRET_KEY=KEY[::-1], **nothing)
    assert first == again
    assert other[0] != first[0] != first[1][0][1]
    assert other[1] != first[1]


def test_the_site_starts_with_a_good_key():
    assert evaluate("settings.DEBUG", SECRET_KEY=KEY) is False


def test_development_needs_no_key():
    assert evaluate("[settings.DEBUG, bool(settings.SECRET_KEY)]", DEBUG="1") == [True, True]


def test_a_site_on_https_passes_every_check_of_a_deployment():
    arguments = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    ran = python(
        *arguments, EMAIL_URL="smtp://localhost", SECRET_KEY=KEY, HTTPS="1", ALLOWED_HOSTS="register.example"
    )
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout


def test_cookies_and_redirects_follow_https():
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
    read = f"[getattr(settings, name) for name in {names}]"
    assert evaluate(read, SECRET_KEY=KEY, HTTPS="1") == [True] * 4
    assert evaluate(read, SECRET_KEY=KEY) == [False] * 4


def test_cookies_belong_to_the_host_where_visitors_come_by_https():
    read = "[settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SECURE_HSTS_SECONDS]"
    assert evaluate(read, SECRET_KEY=KEY, HTTPS="1") == ["__Host-sessionid", "__Host-csrftoken", 31_536_000]
    assert evaluate(read, SECRET_KEY=KEY) == ["sessionid", "csrftoken", 0]


def test_new_passwords_are_kept_by_argon2():
    read = "__import__('django.contrib.auth.hashers', fromlist=['']).make_password('x').split('$')[:2]"
    assert evaluate(read, SECRET_KEY=KEY) == ["argon2", "argon2id"]


def test_a_second_factor_is_asked_of_all_staff_where_the_environment_says_so():
    assert evaluate("settings.SECOND_FACTOR", SECRET_KEY=KEY) is False
    assert evaluate("settings.SECOND_FACTOR", SECRET_KEY=KEY, SECOND_FACTOR="1") is True


def test_hosts_are_separated_by_commas():
    read = "settings.ALLOWED_HOSTS"
    assert evaluate(read, SECRET_KEY=KEY, ALLOWED_HOSTS="a.example,b.example") == ["a.example", "b.example"]


def test_mail_is_printed_unless_the_environment_names_a_server():
    names = ["EMAIL_HOST", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS"]
    read = f"[settings.EMAIL_BACKEND.split('.')[-2], *(getattr(settings, name) for name in {names})]"
    assert evaluate(read, SECRET_KEY=KEY, EMAIL_URL="")[0] == "console"
    url = "smtp+tls://register:p%40ss@mail.example:587"
    assert evaluate(read, SECRET_KEY=KEY, EMAIL_URL=url) == ["smtp", "mail.example", "p@ss", True]


def test_links_in_mail_begin_with_the_address_of_the_site():
    read = "settings.SITE_URL"
    assert evaluate(read, SECRET_KEY=KEY, SITE_URL="") == "http://127.0.0.1:8000"
    assert evaluate(read, SECRET_KEY=KEY, SITE_URL="https://register.example/") == "https://register.example"


def test_no_page_may_hold_inline_script_or_style(settings):
    for directive, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
        assert not any("unsafe" in source for source in sources), directive
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["default-src"] == ["'self'"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200), ("/?as_of=x", 400), ("/nowhere/", 404), ("/healthz", 200), ("/readyz", 200),
        ("/admin/", 302), ("/admin/login/", 200), ("/api/v1/", 200), ("/api/v1/docs/", 200),
        ("/api/v1/docs/?script", 200), ("/api/v1/members/", 401), ("/api/v1/statistics/coverage/", 200),
    ],
)  # fmt: skip
def test_every_page_carries_the_content_security_policy(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert set(answer["Content-Security-Policy"].split("; ")) == {
        "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'", "form-action 'self'",
        "frame-ancestors 'none'",
    }  # fmt: skip
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


class TestSqlite:
    """The file database: journal, lock and patience take effect, not only stand in the settings."""

    def test_readers_and_writers_go_on_beside_each_other(self, tmp_path):
        read = (
            "[connection.cursor().execute(f'PRAGMA {name}').fetchone()[0] "
            "for name in ('journal_mode', 'synchronous', 'busy_timeout', 'foreign_keys')]"
        )
        url = f"sqlite:///{tmp_path / 'register.sqlite3'}"
        normal = 1
        assert evaluate(read, SECRET_KEY=KEY, DATABASE_URL=url) == ["wal", normal, 20_000, 1]

    def test_a_transaction_takes_the_write_lock_when_it_begins(self, tmp_path):
        """Nothing is written in it: a deferred transaction would let the other one begin."""
        file = tmp_path / "register.sqlite3"
        code = (
            "from django.db import transaction\n"
            "with transaction.atomic():\n print('begun', flush=True); input()"
        )
        env = {**os.environ, **NOTHING, "SECRET_KEY": KEY, "DATABASE_URL": f"sqlite:///{file}"}
        env["DJANGO_SETTINGS_MODULE"] = "registry.settings"
        with subprocess.Popen(
            [sys.executable, "-c", code], env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as holder:
            assert holder.stdout.readline() == b"begun\n"
            other = sqlite3.connect(file, timeout=0, isolation_level=None)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            holder.communicate(b"\n")
            other.execute("BEGIN IMMEDIATE")
            other.close()

    def test_the_default_file_lies_in_a_folder_that_a_fresh_clone_has(self):
        name = Path(evaluate("str(settings.DATABASES['default']['NAME'])", SECRET_KEY=KEY, DATABASE_URL=""))
        assert name == ROOT / "data" / "register.sqlite3"
        assert (ROOT / "data" / ".gitignore").exists()

    def test_the_tests_themselves_never_share_a_database_in_memory(self):
        name = evaluate("__import__('tests.settings').settings.DATABASES['default']['NAME']", SECRET_KEY=KEY)
        assert Path(name).suffix == ".sqlite3"
