"""`manage.py create_staff`: what it makes, and what it refuses."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory

GOOD = "seven green umbrellas"
ROOT = Path(__file__).parents[2]


class Terminal(io.StringIO):
    """Standard input that says it is a terminal."""

    def isatty(self):
        return True


def create(monkeypatch, *args, typed=f"{GOOD}\n", stdin=io.StringIO):
    """Run the command with `typed` on its standard input; gives what it wrote."""
    monkeypatch.setattr(sys, "stdin", stdin(typed))
    out, err = io.StringIO(), io.StringIO()
    call_command("create_staff", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["administrator", "organizer", "reviewer", "analyst"])
def test_it_makes_staff_with_the_role_the_area_and_the_password(monkeypatch, role):
    area = AreaFactory(code="330304", level="district")

    out, err = create(monkeypatch, "li", "--role", role, "--area", "330304")

    user = User.objects.get(username="li")
    assert user.is_staff
    assert not user.is_superuser
    assert user.area == area
    assert [group.name for group in user.groups.all()] == [role]
    assert user.check_password(GOOD)
    assert "li" in out
    assert err == ""


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["", "\r\n", "\nanother line\n"])
def test_the_password_is_the_first_line_without_its_ending(monkeypatch, ending):
    create(monkeypatch, "li", "--role", "administrator", typed=GOOD + ending)
    assert User.objects.get(username="li").check_password(GOOD)


@pytest.mark.django_db
def test_spaces_in_a_password_are_part_of_it(monkeypatch):
    create(monkeypatch, "li", "--role", "administrator", typed=f"  {GOOD} \n")
    assert User.objects.get(username="li").check_password(f"  {GOOD} ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "warned"), [("organizer", True), ("analyst", True), ("administrator", False)]
)
def test_a_user_without_an_area_is_made_with_a_warning_unless_it_administers(monkeypatch, role, warned):
    _out, err = create(monkeypatch, "li", "--role", role)
    assert User.objects.filter(username="li", area=None).exists()
    assert ("--area" in err) is warned


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "typed", "complaint"),
    [
        (["li", "--role", "emperor"], GOOD, "emperor"),
        (["li", "--role", "organizer", "--area", "999999"], GOOD, "999999"),
        (["taken", "--role", "organizer"], GOOD, "already exists"),
        (["li li", "--role", "organizer"], GOOD, "valid username"),
        (["", "--role", "organizer"], GOOD, "blank"),
        (["l" * 151, "--role", "organizer"], GOOD, "150"),
        (["li", "--role", "organizer"], "", "empty"),
        (["li", "--role", "organizer"], "\n", "empty"),
        (["li", "--role", "organizer"], "short", "too short"),
        (["li", "--role", "organizer"], "password123", "too common"),
        (["li", "--role", "organizer"], "4815162342", "numeric"),
        (["zhang.wei.jun", "--role", "organizer"], "zhang.wei.jun", "too similar"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(monkeypatch, arguments, typed, complaint):
    UserFactory(username="taken")
    with pytest.raises(CommandError, match=complaint) as raised:
        create(monkeypatch, *arguments, typed=typed)
    assert raised.value.returncode == 1
    assert list(User.objects.values_list("username", flat=True)) == ["taken"]
    if len(typed) > 5:
        assert typed not in str(raised.value).removeprefix(arguments[0])


@pytest.mark.django_db
def test_on_a_terminal_the_password_is_asked_for_twice(monkeypatch):
    answers = [GOOD, GOOD]
    monkeypatch.setattr("accounts.management.commands.create_staff.getpass", lambda prompt: answers.pop())
    create(monkeypatch, "li", "--role", "administrator", stdin=Terminal)
    assert answers == []
    assert User.objects.get(username="li").check_password(GOOD)


@pytest.mark.django_db
def test_two_different_passwords_are_refused(monkeypatch):
    answers = [GOOD, GOOD + "!"]
    monkeypatch.setattr("accounts.management.commands.create_staff.getpass", lambda prompt: answers.pop())
    with pytest.raises(CommandError, match="differ"):
        create(monkeypatch, "li", "--role", "administrator", stdin=Terminal)
    assert not User.objects.exists()


@pytest.mark.sqlite  # whose database can be copied for another process
@pytest.mark.django_db
def test_it_works_as_a_command_with_a_pipe(tmp_path):
    """A process of its own, on a copy of the test's database: exit status, streams, and the token after it."""
    file = tmp_path / "register.sqlite3"
    file.write_bytes(connection.connection.serialize())
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{file}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }

    def manage(*arguments, typed=""):
        command = [sys.executable, ROOT / "manage.py", *arguments]
        return subprocess.run(
            command, input=typed, capture_output=True, text=True, env=environment, cwd=ROOT, check=False
        )

    weak = manage("create_staff", "li", "--role", "organizer", typed="12345\n")
    assert weak.returncode == 1
    assert weak.stdout == ""
    assert "too short" in weak.stderr
    assert "Traceback" not in weak.stderr

    good = manage("create_staff", "li", "--role", "administrator", typed=f"{GOOD}\n")
    assert (good.returncode, good.stderr) == (0, "")

    token = manage("create_token", "li")
    assert (token.returncode, token.stderr) == (0, "")
    assert len(token.stdout.strip()) == 64
    assert token.stdout == token.stdout.strip() + "\n"


@pytest.mark.django_db
def test_a_name_typed_in_full_width_is_the_one_that_signs_in(monkeypatch, client):
    create(monkeypatch, "ｌｉ", "--role", "administrator")

    assert client.post("/admin/login/", {"username": "ｌｉ", "password": GOOD}).status_code == 302
