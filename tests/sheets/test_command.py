"""`manage.py import_data`: what it prints, where, and its exit status."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from orgs.models import Area, Enterprise
from record.models import AccessEntry, Event
from tests.factories.orgs import AreaFactory, credit_code
from tests.sheets.files import xlsx

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
GOOD = "code,备注,name,level\n330304,x,瓯海,district\n"
BAD = "code,name,level\n330304,瓯海,nowhere\n33,,province\n"


@pytest.fixture
def run(tmp_path):
    """Runs the command on a file with the given content; gives status, stdout, stderr as lines."""

    def run(resource, content, *options):
        file = tmp_path / "file"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        out, err = StringIO(), StringIO()
        status = 0
        try:
            call_command("import_data", resource, str(file), *options, stdout=out, stderr=err)
        except SystemExit as end:
            status = end.code
        return status, out.getvalue().splitlines(), err.getvalue().splitlines()

    return run


def test_a_good_file_ends_with_the_counts(run):
    assert run("areas", GOOD) == (0, ["ignored columns: 备注", "created 1, updated 0, unchanged 0"], [])
    changed = GOOD.replace("瓯海", "瓯海区") + "33,x,浙江,province\n"
    assert run("areas", changed)[1][-1] == "created 1, updated 1, unchanged 0"
    assert run("areas", changed)[1][-1] == "created 0, updated 0, unchanged 2"


def test_errors_go_to_stderr_with_their_count_and_nothing_is_written(run):
    status, out, err = run("areas", BAD)
    assert (status, out) == (1, [])
    assert err[0].startswith("line 2: level: ")
    assert err[0].endswith(" (nowhere)")
    assert err[1].startswith("line 3: name: ")
    assert err[2:] == ["2 errors"]
    assert not Area.objects.exists()


def test_one_error_is_one_error(run):
    assert run("areas", "")[2][-1] == "1 error"


@pytest.mark.parametrize("count", [100, 101, 250])
def test_up_to_100_errors_are_told_and_all_are_counted(run, count):
    rows = "".join(f"{n},x,nowhere\n" for n in range(count))
    status, _out, err = run("areas", "code,name,level\n" + rows)
    assert status == 1
    assert len(err) == min(count, 100) + 1
    assert err[-2].startswith(f"line {min(count, 100) + 1}: ")
    assert err[-1] == f"{count} errors"


def test_very_many_errors_are_counted_without_being_kept(run):
    rows = "x,x,x\n" * 12_000
    _status, _out, err = run("areas", "code,name,level\n" + rows)
    assert len(err) == 101
    assert err[0].startswith("line 2: ")
    assert err[-1].endswith(" errors")


def test_warnings_go_to_stderr_and_the_file_is_taken(run):
    status, out, err = run("members", "member_no,name,full_on\nM1,张三,2001-01-01\nM2,李四,2001-01-01\n")
    assert (status, out) == (0, ["created 2, updated 0, unchanged 0"])
    assert err[0].startswith("warning: line 2: full_on: ")
    assert err[-1] == "2 warnings"


def test_a_dry_run_says_the_same_and_writes_nothing(run):
    status, out, _err = run("areas", GOOD, "--dry-run")
    assert (status, out[-1]) == (0, "created 1, updated 0, unchanged 0")
    assert not Area.objects.exists()
    assert not Area.history.exists()
    status, _out, err = run("areas", BAD, "--dry-run")
    assert (status, err[-1]) == (1, "2 errors")


def test_what_was_imported_is_noted_and_what_was_not_is_not(run):
    def noted():
        return [entry.detail for entry in AccessEntry.objects.filter(event=Event.IMPORTED)]

    run("areas", "code,name,level\n330304,瓯海区,district\n", "--dry-run")
    run("areas", "code,name,level\n330304,瓯海区,none\n")
    assert noted() == []
    run("areas", "code,name,level\n330304,瓯海区,district\n")
    assert noted() == ["areas: created 1, updated 0, unchanged 0"]
    (change,) = Area.objects.get().history.all()
    assert change.request_id == AccessEntry.objects.get(event=Event.IMPORTED).request_id


def test_a_dry_run_finds_what_only_all_rows_together_tell(run):
    text = "code,name,kind,established_on,superior\nA,x,branch,2001-01-01,B\nB,x,branch,2001-01-01,A\n"
    assert run("organizations", text, "--dry-run")[0] == 1


def test_the_area_option_names_an_area_that_exists(run):
    AreaFactory(code="330304")
    text = f"uscc,name,registered_on\n{credit_code(1)},x,2001-01-01\n"
    with pytest.raises(CommandError, match="330399"):
        run("enterprises", text, "--area", "330399")
    assert not Enterprise.objects.exists()
    assert run("enterprises", text, "--area", "330304")[0] == 0
    assert Enterprise.objects.get().areas.get().area.code == "330304"


def test_the_area_option_has_no_effect_on_what_has_no_area(run):
    AreaFactory(code="330304")
    status, out, _err = run("members", "member_no,name\nM1,x\n", "--area", "330304")
    assert (status, out[-1]) == (0, "created 1, updated 0, unchanged 0")
    assert "no effect" in out[0]


def test_an_unknown_resource_is_refused_with_the_known_ones(run):
    with pytest.raises(CommandError, match="areas, enterprises, organizations"):
        run("area", GOOD)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_data", "areas", str(path))


def test_a_pipe_is_refused_with_the_reason():
    reading, writing = os.pipe()
    os.close(writing)
    try:
        with pytest.raises(CommandError, match="not seekable"):
            call_command("import_data", "areas", f"/dev/fd/{reading}")
    finally:
        os.close(reading)


def test_a_sheet_is_taken_as_well(run):
    assert run("areas", xlsx([["code", "name", "level"], [33, "浙江", "省"]]))[0] == 0


def test_the_last_line_and_the_start_of_an_error_are_the_same_in_chinese(run):
    with translation.override("zh-hans"):
        assert run("areas", GOOD)[1][-1] == "created 1, updated 0, unchanged 0"
        assert run("areas", BAD)[2][0].startswith("line 2: level: ")


@pytest.mark.django_db(transaction=True)
def test_status_and_streams_of_the_command_itself(tmp_path):
    """In processes of their own, on a database that they can see."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{tmp_path / 'register.sqlite3'}"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(tmp_path / "register.sqlite3")])
    else:
        host = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
        url = f"postgres://{host}/{settings['NAME']}"
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "registry.settings", "DATABASE_URL": url, "DEBUG": "1",
        "LANGUAGE_CODE": "en", "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.csv").write_text(BAD, encoding="utf-8")

    def import_areas(file):
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "import_data", "areas", file],
            env=environment, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip

    done = import_areas("good.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "created 1, updated 0, unchanged 0"
    done = import_areas("bad.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert [line[:7] for line in done.stderr.splitlines()] == ["line 2:", "line 3:", "2 error"]
    done = import_areas("missing.csv")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
