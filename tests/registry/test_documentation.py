"""What a client or an operator relies on is documented.

A setting counts as documented where its name stands between backquotes in docs/settings.md, and in
.env.example as `#NAME=` or `NAME=`.

An address counts as documented where docs/api.md has it, in text, table or code: `/api/v1/members/`,
`members/` or `GET /api/v1/members/?on=…` all name one. Parts that vary are written in braces or angle
brackets by any name: `members/{member_no}/` and `members/<key>/` are one address.
"""

import ast
import re
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

# No database is asked.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
API = "api/v1/"


def settings_read(path):
    """The names that a module takes from the environment: `env.kind("NAME")`, `os.environ.get("NAME")`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func)
            if called.startswith("env.") or called in {"env", "os.environ.get", "os.getenv", "environ.get"}:
                names.add(node.args[0].value)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in {"os.environ", "env"}:
            names.add(ast.literal_eval(node.slice))
    return names


def placeholders_unnamed(path):
    """`members/(?P<member_no>[^/]+)/$`, `members/<str:member_no>/` and `members/{key}/` as `members/{}/`."""
    bare = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<[^<>]*>|\{[^{}]*\}", "{}", path)
    return bare.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")


def addresses(patterns=None, prefix=""):
    """Every address of the site without the admin's own, without a leading slash."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = placeholders_unnamed(f"{prefix}{entry.pattern}")
        if isinstance(entry, URLPattern):
            yield path
        elif path == "admin/":
            yield path  # Django's own
        else:
            yield from addresses(entry.url_patterns, path)


def documented_addresses():
    """What looks like an address in docs/api.md, without slash and prefix of the API."""
    text = placeholders_unnamed((ROOT / "docs" / "api.md").read_text())
    words = re.findall(r"[\w{}/.-]+", text)
    return {word.removeprefix("/").removeprefix(API) for word in words} | ({""} if "`/`" in text else set())


SETTINGS = settings_read(ROOT / "registry" / "settings.py") | settings_read(ROOT / "gunicorn.conf.py")
ADDRESSES = sorted(set(addresses()))


def test_settings_and_addresses_are_found_at_all():
    assert {"SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "DEBUG", "HTTPS", "PORT"} <= SETTINGS
    assert {"admin/", "healthz", "readyz", f"{API}members/", f"{API}members/{{}}/"} <= set(ADDRESSES)


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_a_setting_is_explained(name):
    assert f"`{name}`" in (ROOT / "docs" / "settings.md").read_text()
    example = (ROOT / ".env.example").read_text()
    assert re.search(rf"^#?{name}=", example, re.MULTILINE), f"{name} is not in .env.example"


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_explained(address):
    known = documented_addresses()
    assert address.removeprefix(API) in known, f"/{address} is not in docs/api.md"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("enterprises/(?P<uscc>[^/.]+)/$", "enterprises/{}/"),
        ("^reports/(?P<day>([0-9]{4}))/$", "reports/{}/"),
        ("enterprises/<str:uscc>/", "enterprises/{}/"),
        ("enterprises/{uscc}/", "enterprises/{}/"),
    ],
)
def test_parts_that_vary_are_read_alike(written, read):
    assert placeholders_unnamed(written) == read
