"""`manage.py check_register`: what it prints, of whom, and how it ends."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from members.models import Member
from tests.checks.seeds import SEEDS, clean_register
from tests.factories.orgs import AreaFactory

pytestmark = pytest.mark.django_db


def checked(*arguments):
    """The exit status and the lines that are printed of 2008-06-19."""
    out = StringIO()
    try:
        call_command("check_register", "--on", "2008-06-19", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_a_clean_register_ends_well():
    clean_register()
    status, lines = checked()
    assert status == 0
    assert lines[-1] == "error: 0, warning: 0, hint: 0"
    assert len(lines) == 2


def test_offenders_are_named_by_their_keys_alone_and_an_error_is_the_exit_status():
    world = clean_register()
    member = SEEDS["full-too-early"](world)
    organization = SEEDS["joint-branch-of-one"](world)
    status, lines = checked()
    assert status == 1
    assert lines[:2] == [
        "error: Full member before an earlier stage [full-too-early]: 1",
        f"  {member.member_no}",
    ]
    assert f"  {organization.code}" in lines
    assert lines[-1] == "error: 1, warning: 1, hint: 0"
    text = "\n".join(lines)
    assert not [name for name in Member.objects.values_list("name", flat=True) if name in text]


def test_checks_of_other_severities_are_not_made():
    world = clean_register()
    SEEDS["full-too-early"](world)
    SEEDS["joint-branch-of-one"](world)
    status, lines = checked("--severity", "warning", "--severity", "hint")
    assert status == 0
    assert lines[-1] == "warning: 1, hint: 0"
    assert "[full-too-early]" not in "".join(lines)


def test_an_area_is_looked_at_alone():
    world = clean_register()
    SEEDS["full-too-early"](world)
    AreaFactory(code="330305")
    assert checked("--area", world.community.code)[0] == 1
    assert checked("--area", "330305")[0] == 0


@pytest.mark.parametrize(
    "option",
    [("--area", "33"), ("--on", "2008-06-31"), ("--on", "20080619"), ("--on", "2008-W25-4"), ("--severity", "bad")],
)  # fmt: skip
def test_what_cannot_be_looked_at_is_said(option):
    with pytest.raises(CommandError, match=option[0].removeprefix("--")):
        call_command("check_register", *option)
