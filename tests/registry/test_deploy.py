"""What an operator installs and reads agrees with the site: limits, logs, commands, settings, units."""

import os
import re
import runpy
import shlex
import subprocess
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.db import connection

from sheets.imports import MOST_BYTES
from tests.registry.test_documentation import SETTINGS

# It says nothing about databases.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text()
UNITS = sorted((DEPLOY / "systemd").iterdir())
GUIDES = [ROOT / "docs" / "guides" / name for name in ("operator.md", "operator.zh.md")]
MEGABYTE = 1 << 20
HEAD = f"17:{'0' * 64}"


def test_nginx_takes_bodies_as_large_as_the_site_does():
    limits = [int(number) * MEGABYTE for number in re.findall(r"client_max_body_size (\d+)m;", NGINX)]
    form = MEGABYTE  # the other fields of the form of an import, and the lines between
    assert limits == [settings.DATA_UPLOAD_MAX_MEMORY_SIZE, MOST_BYTES + form]
    told = (DEPLOY / "pages" / "too-large.html").read_text()
    assert f"{MOST_BYTES >> 20} MB" in told
    assert f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20} MB" in told


def test_nginx_shows_its_own_pages_whatever_the_size_of_the_body():
    """Else who sends a large list while the site is stopped is told that it is too large."""
    shown = re.findall(r"location = /(\S+) \{\n(.*?)\n    \}", NGINX, re.DOTALL)
    assert {name for name, _ in shown} == {path.name for path in (DEPLOY / "pages").iterdir()}
    for name, page in shown:
        assert "client_max_body_size 0;" in page, name


def colours(text):
    """The tokens of a style that are colours, light and dark ones apart."""
    light, _, dark = text.partition("prefers-color-scheme: dark")
    return [dict(re.findall(r"--([a-z]+): (#[0-9a-f]+)", part)) for part in (light, dark)]


@pytest.mark.parametrize("page", sorted((DEPLOY / "pages").iterdir()), ids=lambda path: path.name)
def test_the_pages_of_nginx_have_the_colours_of_the_site(page):
    site = (ROOT / "static" / "registry" / "tokens.css").read_text()
    for own, common in zip(colours(page.read_text()), colours(site), strict=True):
        assert len(own) == 4
        assert own.items() <= common.items()


def test_nginx_hands_on_to_the_server_and_says_whose_request_it_is():
    bind = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["bind"]
    assert set(re.findall(r"proxy_pass http://(.*);", NGINX)) == {bind}
    headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", NGINX))
    assert headers["X-Forwarded-For"] == "$remote_addr"  # nothing that the visitor wrote: PROXIES=1
    assert {"Host", "X-Forwarded-Proto", "X-Request-ID"} < headers.keys()


def test_nginx_waits_for_the_first_byte_of_a_large_workbook():
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", NGINX)
    assert int(seconds) >= 600


def test_every_server_of_nginx_writes_the_log_of_the_register_and_no_other():
    (form,) = re.findall(r"log_format register ((?:'[^']*'\s*)+);", NGINX)
    variables = set(re.findall(r"\$\w+", form))
    assert "$register_logged" in variables
    assert not {"$request", "$request_uri", "$args", "$query_string", "$http_referer"} & variables
    servers = NGINX.split("\nserver {")[1:]
    assert len(servers) == 3
    for server in servers:
        assert "access_log /var/log/nginx/register.log register;" in server
        assert (
            "error_log /var/log/nginx/register-error.log alert;" in server
        )  # lesser errors quote the request


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/apply/resume/0a:b-C_d/?x=1", "/apply/resume/..."),
        ("/apply/receipt/0a:b/", "/apply/receipt/..."),
        ("/apply/form/members/", "/apply/form/members/"),
        ("/admin/?q=Zhang", "/admin/"),
        ("/a?b?c", "/a"),
    ],
)
def test_nginx_logs_neither_query_strings_nor_the_links_of_applicants(address, logged):
    rules = re.findall(r"^    ~(\^\S+) (?:\"(\S+)\"|(\S+));", NGINX, re.MULTILINE)
    for pattern, quoted, bare in rules:
        found = re.match(pattern.replace("(?<", "(?P<"), address)
        if found:
            told = re.sub(r"\$\{?(\w+)\}?", lambda name: found[name[1]], quoted or bare)  # noqa: B023
            break
    assert told == logged


def commands_in(text):
    """The name and the arguments of each call of manage.py."""
    for line in re.findall(r"manage\.py ([a-z_]+[^\n`|]*)", text):
        name, *arguments = shlex.split(line)
        yield name, arguments


CALLS = sorted(
    {
        (name, tuple(arguments))
        for path in (*GUIDES, *UNITS)
        for name, arguments in commands_in(path.read_text())
    }
)


@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_a_command_that_is_written_down_exists_and_takes_what_is_given_to_it(name, arguments):
    command = load_command_class(get_commands()[name], name)
    if not arguments:  # spoken of, perhaps
        return
    arguments = [HEAD if argument == "HEAD" else argument for argument in arguments]
    assert command.create_parser("manage.py", name).parse_args(arguments)


def test_the_guide_gives_the_same_commands_in_both_languages():
    english, chinese = (re.findall(r"^```sh\n(.*?)^```$", guide.read_text(), re.M | re.S) for guide in GUIDES)
    assert english == chinese
    assert len(english) > 10


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_the_guide_names_settings_and_units_that_there_are(guide):
    text = guide.read_text()
    named = set(re.findall(r"^([A-Z_]{4,})=", text, re.M)) | set(re.findall(r"`([A-Z_]{4,})(?:=\w+)?`", text))
    assert named - {"FILE", "HEAD", "FOLDER"} <= SETTINGS
    units = {path.name for path in UNITS}
    for name in set(re.findall(r"\bregister-[a-z]+(?:\.timer)?\b(?!\.)", text)) - {"register-error"}:
        assert name in units or f"{name}.service" in units, name


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_the_guide_waits_for_services_to_stop_before_it_goes_on(guide):
    """A command waits for the units that it is given, and a target stops before what it wants."""
    stopped = re.findall(r"systemctl (stop|restart) ([^`\n]*)", guide.read_text())
    assert stopped.count(("stop", "register.target 'register-*'")) >= 3
    assert not {("stop", "register.target"), ("restart", "register.target")} & set(stopped)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_links_within_the_guide_lead_to_its_headings(guide):
    text = guide.read_text()
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_every_unit_that_does_not_start_another_is_enabled_by_the_guide():
    text = GUIDES[0].read_text()
    enabled = set(
        re.findall(r"register[-.\w]*", " ".join(re.findall(r"^systemctl enable (.*)$", text, re.M)))
    )
    for unit in UNITS:
        if "[Install]" in unit.read_text():
            assert unit.name.removesuffix(".service") in enabled, unit.name
        elif unit.suffix == ".service":
            assert unit.with_suffix(".timer").exists()


def test_services_look_as_often_as_what_the_server_starts_itself():
    server = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    for unit, every in (("register-sealer", "seal_every"), ("register-tasks", "tasks_every")):
        assert f" --every {server[every]}\n" in (DEPLOY / "systemd" / f"{unit}.service").read_text()


@pytest.mark.django_db(transaction=True)
def test_the_record_goes_on_from_the_head_of_the_night_before(tmp_path):
    database, heads = tmp_path / "register.sqlite3", tmp_path / "heads"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(database)])

    def verify():
        return subprocess.run(
            ["deploy/verify-record", heads],
            cwd=ROOT,
            env={
                **os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": f"sqlite:///{database}",
            },
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip

    first = verify()
    assert first.returncode == 0, first.stderr
    day, head = heads.read_text().split()
    assert date.fromisoformat(day)
    assert re.fullmatch(r"\d+:[0-9a-f]*", head)

    heads.write_text(f"{day} {HEAD}\n")  # which is not in this record
    second = verify()
    assert second.returncode != 0
    assert "record_seal 17: it was deleted" in second.stderr
    assert heads.read_text() == f"{day} {HEAD}\n"


def test_an_answer_that_names_no_head_fails_and_leaves_the_heads_as_they_were(tmp_path):
    program = tmp_path / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho all is as it was sealed\n")
    program.chmod(0o755)
    heads = tmp_path / "heads"
    heads.write_text(f"2026-11-30 {HEAD}\n")
    told = subprocess.run([DEPLOY / "verify-record", heads], cwd=tmp_path, capture_output=True, check=False)
    assert told.returncode != 0
    assert heads.read_text() == f"2026-11-30 {HEAD}\n"
