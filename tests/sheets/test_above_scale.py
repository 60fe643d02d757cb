"""`manage.py import_above_scale`: the list of a year from a file."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import AboveScale, Enterprise, Ownership, Policy, PolicyNumber
from record.models import AccessEntry, Event
from tests.factories.orgs import AreaFactory, EnterpriseFactory, credit_code
from tests.sheets.files import csv_text, xlsx

pytestmark = pytest.mark.django_db

DAY = date(2009, 1, 1)
BEFORE = date(2008, 1, 1)


@pytest.fixture
def run(tmp_path):
    """Runs the command on a file with the given content; gives status, stdout, stderr as lines."""

    def run(content, *options, day="2009-01-01"):
        file = tmp_path / "file"
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else csv_text(content)).encode()
        file.write_bytes(content)
        out, err = StringIO(), StringIO()
        status = 0
        try:
            call_command("import_above_scale", str(file), "--day", day, *options, stdout=out, stderr=err)
        except SystemExit as end:
            status = end.code
        return status, out.getvalue().splitlines(), err.getvalue().splitlines()

    return run


def codes(day):
    return set(Enterprise.objects.above_scale_on(day).values_list("uscc", flat=True))


def test_a_list_ends_with_who_entered_stayed_and_left(run):
    entering, *staying = EnterpriseFactory.create_batch(3)
    leaving = EnterpriseFactory(above_scale_from=BEFORE)
    for enterprise in staying:
        AboveScale.objects.create(enterprise=enterprise, valid_from=BEFORE)
    listed = [entering, *staying]
    rows = [["序号", "统一社会信用代码"], *([n, e.uscc.lower()] for n, e in enumerate(listed))]

    assert run(rows) == (0, ["ignored columns: 序号", "entered 1, stayed 2, left 1"], [])
    assert codes(DAY) == {enterprise.uscc for enterprise in listed}
    assert codes(date(2008, 12, 31)) == {*(enterprise.uscc for enterprise in staying), leaving.uscc}
    assert run(rows)[1][-1] == "entered 0, stayed 3, left 0"


@pytest.mark.parametrize("encode", [lambda rows: csv_text(rows).encode("gb18030"), xlsx])
def test_a_list_may_be_gb18030_or_excel_and_name_its_columns_in_chinese(run, encode):
    enterprise = EnterpriseFactory(name="温州电器有限公司")
    rows = [
        ["企业名称", "统一社会信用代码", "主营业务收入"],
        ["温州电器有限公司", enterprise.uscc, 6_000_000],
    ]
    assert run(encode(rows)) == (0, ["entered 1, stayed 0, left 0"], [])


def test_a_dry_run_says_the_same_and_writes_nothing(run):
    leaving, entering = EnterpriseFactory(above_scale_from=BEFORE), EnterpriseFactory()
    out = run([["uscc"], [entering.uscc]], "--dry-run")
    assert out == (0, ["dry run: nothing is written", "entered 1, stayed 0, left 1"], [])
    assert codes(DAY) == {leaving.uscc}
    assert not AccessEntry.objects.filter(event=Event.IMPORTED).exists()


def test_what_was_followed_is_noted_and_the_history_keeps_the_reason(run):
    run([["uscc"], [EnterpriseFactory().uscc]], "--reason", "统计局名录")
    (entry,) = AccessEntry.objects.filter(event=Event.IMPORTED)
    assert entry.detail == "above-scale list 2009-01-01: entered 1, stayed 0, left 0"
    (change,) = AboveScale.history.all()
    assert (change.history_change_reason, change.request_id) == ("统计局名录", entry.request_id)


def test_every_error_names_its_line_and_nothing_is_written(run):
    good, stays = EnterpriseFactory(), EnterpriseFactory(above_scale_from=BEFORE)
    closed = EnterpriseFactory(name="旧厂", closed_on=DAY)
    late = EnterpriseFactory(name="新厂", registered_on=date(2009, 1, 2))
    unknown = credit_code(999_999)
    rows = [
        ["uscc", "revenue"],
        [good.uscc, "6 million"],
        [closed.uscc, ""],
        [unknown, "-5"],
        [good.uscc, ""],
        ["91330399X", ""],
        [late.uscc, ""],
        ["", ""],
        ["-", "7000000"],
    ]
    status, out, err = run(rows)
    assert (status, out) == (1, [])
    starts = [
        "line 2: revenue: ",
        "line 3: uscc: 旧厂 is closed since 2009-01-01",
        f"line 4: {'revenue'}: ",
        "line 4: uscc: there is no enterprise",
        "line 5: uscc: the same key as in line 2",
        "line 6: uscc: ",
        "line 7: uscc: 新厂 is registered only on 2009-01-02",
        "line 9: uscc: a value is required",
    ]
    assert len(err) == len(starts) + 1
    assert all(line.startswith(start) for line, start in zip(err, starts, strict=False)), err
    assert err[-1] == "8 errors"
    assert unknown in err[3]
    assert codes(DAY) == {stays.uscc}


def test_a_code_that_excel_has_rounded_is_refused(run):
    EnterpriseFactory()
    status, _out, err = run(xlsx([["uscc"], [913303990000000229]]))
    assert status == 1
    assert "15 digits" in err[0]


@pytest.mark.parametrize("content", [b"", b"uscc\n", b"uscc,name\n,,\n", b"name\nx\n", b"uscc\n\xff\xfe\xfa"])
def test_a_file_that_names_nobody_lets_nobody_leave(run, content):
    above = EnterpriseFactory(above_scale_from=BEFORE)
    status, out, err = run(content)
    assert (status, out) == (1, [])
    assert err[-1].endswith("error") or err[-1].endswith("errors")
    assert codes(DAY) == {above.uscc}


def test_who_cannot_leave_is_named(run):
    wrong = EnterpriseFactory(name="误列厂", above_scale_from=DAY)
    rows = [["uscc"], [EnterpriseFactory().uscc]]
    status, _out, err = run(rows)
    assert status == 1
    assert "误列厂 is not on the list, but above scale from this very day on" in err[0]
    assert wrong.uscc in err[0]
    assert codes(DAY) == {wrong.uscc}
    # While rows are wrong it may be one of these.
    assert all("误列厂" not in line for line in run([*rows, ["x"]])[2])


def test_the_list_of_an_area_leaves_the_others_alone(run):
    area, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    own, foreign = EnterpriseFactory(area=area), EnterpriseFactory(area=other, above_scale_from=BEFORE)
    assert run([["uscc"], [own.uscc]], "--area", "330304001")[1] == ["entered 1, stayed 0, left 0"]
    assert codes(DAY) == {own.uscc, foreign.uscc}
    absent = run([["uscc"], [credit_code(999_999)]], "--area", "330304001")[2][0]
    outside = run([["uscc"], [foreign.uscc]], "--area", "330304001")[2][0]
    assert absent.replace(credit_code(999_999), foreign.uscc) == outside
    with pytest.raises(CommandError, match="330399"):
        run([["uscc"], [own.uscc]], "--area", "330399")


@pytest.mark.parametrize("day", ["2009-02-29", "1.1.2009", "1799-01-01", ""])
def test_a_day_that_is_none_is_refused(run, day):
    with pytest.raises(CommandError, match="--day"):
        run([["uscc"], [EnterpriseFactory().uscc]], day=day)


@pytest.mark.parametrize(
    ("day", "revenue", "least"),
    [
        ("1997-01-01", "1", None),
        ("2001-01-01", "5000000", None),
        ("2010-12-31", "4,999,999.99", "5,000,000"),
        ("2011-01-01", "5000000", "20,000,000"),
        ("2011-01-01", "20,000,000", None),
        ("2011-01-01", "", None),
    ],
)
def test_a_revenue_below_the_number_of_the_day_is_a_warning_with_its_source(run, day, revenue, least):
    enterprise = EnterpriseFactory(registered_on=date(1990, 1, 1))
    status, out, err = run([["uscc", "revenue"], [enterprise.uscc, revenue]], day=day)
    assert (status, out) == (0, ["entered 1, stayed 0, left 0"])
    if least is None:
        assert err == []
    else:
        number = PolicyNumber.objects.on(date.fromisoformat(day)).get(policy=Policy.ABOVE_SCALE_REVENUE)
        assert err[0].startswith(f"warning: line 2: revenue: below {least} yuan")
        assert number.source in err[0]
        assert err[0].endswith(f"({revenue.replace(',', '')})")
        assert err[1] == "1 warning"


def test_another_name_is_a_warning_and_another_bracket_is_none(run):
    same = EnterpriseFactory(name="温州（瓯海）电器有限公司")
    renamed = EnterpriseFactory(name="新名有限公司", ownership=Ownership.FOREIGN)
    rows = [["uscc", "name"], [same.uscc, "温州(瓯海) 电器有限公司"], [renamed.uscc, "旧名有限公司"]]
    status, out, err = run(rows)
    assert (status, out) == (0, ["entered 2, stayed 0, left 0"])
    assert err == ["warning: line 3: name: the register has another name: 新名有限公司", "1 warning"]
    assert Enterprise.objects.get(pk=renamed.pk).name == "新名有限公司"


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_above_scale", str(tmp_path / "none"), "--day", "2009-01-01")


def test_the_statements_do_not_grow_with_the_list(run):
    def statements(count):
        rows = [["uscc"], *([enterprise.uscc] for enterprise in EnterpriseFactory.create_batch(count))]
        EnterpriseFactory.create_batch(count, above_scale_from=BEFORE)
        with CaptureQueriesContext(connection) as queries:
            status, _out, _err = run(rows)
        AboveScale.objects.all().delete()
        assert status == 0
        return len(queries)

    assert statements(1) == statements(30)
