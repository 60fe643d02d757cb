"""Bytes become rows: encodings, physical lines, blank lines, broken files."""

import pytest

from orgs.models import Area
from tests.sheets.files import counts, errors, load

# What a file says depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

AREAS = "区划代码,名称,级别\n330304,瓯海,district\n330304001,梧田街道,街道\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_chinese_is_read_in_every_encoding(encoding):
    assert counts("areas", AREAS.encode(encoding)) == (2, 0, 0)
    assert Area.objects.get(code="330304001").name == "梧田街道"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_ends_a_line(newline):
    text = AREAS.replace("\n", newline) + f"1,x,省{newline}"
    assert [line[:7] for line in errors("areas", text)] == ["line 4:"]


def test_a_last_line_without_a_newline_counts():
    assert counts("areas", AREAS.rstrip()) == (2, 0, 0)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"code,name,level\n330304,\xff\xfe,district\n", 2),
        (b"code,name,level\n3303,a,city\n330304,\xd6,district\n", 3),
        ("code,name,level\n3303,温州,city\n330304,瓯".encode() + b"\xe6\xb5,district\n", 3),
        (b"\xef\xbb\xbf" + AREAS.encode("gb18030"), 1),
        ("code,name,level\n33,浙江,province\n".encode("utf-16"), 1),
    ],
)
def test_bytes_that_do_not_decode_are_an_error_of_their_line(content, line):
    (error,) = errors("areas", content)
    assert error.startswith(f"line {line}: file: ")
    assert not Area.objects.exists()


@pytest.mark.parametrize("name", ["浙江", "浙江省", "杭州市"])
def test_few_characters_in_gb18030_are_told_from_broken_utf8(name):
    """Bytes in the middle of 浙江 in GB18030 are a character in UTF-8, too."""
    assert counts("areas", f"code,name,level\n33,{name},province\n".encode("gb18030")) == (1, 0, 0)
    assert Area.objects.get().name == name


def test_utf8_with_one_broken_byte_is_not_read_as_gb18030():
    """GB18030 would take these bytes for other characters."""
    broken = AREAS.encode().replace("梧田".encode(), b"\xe6\xa2\xa7\xe7\x94", 1)
    (error,) = errors("areas", broken)
    assert error.startswith("line 3: file: ")


def test_the_line_of_a_row_is_the_physical_one_on_which_it_starts():
    text = 'code,note,name,level\n3303,"one\ntwo\nthree",温州,city\n330304,,瓯海,nowhere\n'
    (error,) = errors("areas", text)
    assert error.startswith("line 5: level: ")


def test_an_error_in_a_row_of_several_lines_is_at_its_first_line():
    text = 'code,name,level,note\n3303,温州,city,x\n330304,瓯海,nowhere,"one\ntwo"\n'
    (error,) = errors("areas", text)
    assert error.startswith("line 3: level: ")


def test_blank_lines_are_skipped_and_counted_as_lines():
    text = "code,name,level\n\n3303,温州,city\n  \n,,\n , ,\u3000\n330304,瓯海,nowhere\n\n"
    (error,) = errors("areas", text)
    assert error.startswith("line 7: level: ")
    assert counts("areas", text.replace("nowhere", "district")) == (2, 0, 0)


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", ",,\n,,\n"])
def test_an_empty_file_is_an_error(content):
    (error,) = errors("areas", content)
    assert error.startswith("line 1: file: ")


def test_a_header_alone_is_a_good_file_without_rows():
    assert counts("areas", "code,name,level\n") == (0, 0, 0)


@pytest.mark.parametrize(
    "row",
    ["330304,瓯海", "330304,瓯海,district,", "330304,瓯海,district,x", "330304", "330304,瓯,海,district"],
)
def test_a_number_of_cells_other_than_the_headers_is_an_error(row):
    text = f"code,name,level\n3303,温州,city\n{row}\n33,浙江,province\n"
    (error,) = errors("areas", text)
    assert error.startswith("line 3: ")
    assert error.endswith(f"({row.count(',') + 1})")


def test_shifted_cells_are_not_shown():
    """A value in a wrong column may be somebody's phone."""
    text = "member_no,name,phone\nM1,张三,x,13800138000\n"
    (error,) = errors("members", text)
    assert "13800138000" not in error


@pytest.mark.parametrize(
    "text", ['code,name,level\n3303,"温州"x,city\n', 'code,name,level\n3303,"温州,city\n']
)
def test_broken_quotes_are_an_error(text):
    (error,) = errors("areas", text)
    assert error.startswith("line 2: row: ")


def test_errors_before_broken_quotes_are_told_too():
    found = errors("areas", 'code,name,level\n3303,温州,x\n330304,"瓯海,district\n')
    assert [error[:7] for error in found] == ["line 2:", "line 3:"]


def test_quotes_inside_a_quoted_cell_are_doubled():
    load("areas", 'code,name,level\n330304,"瓯""海"",区",district\n')
    assert Area.objects.get().name == '瓯"海",区'


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x85"])
def test_characters_that_cannot_be_printed_are_an_error(bad):
    (error,) = errors("areas", f"code,name,level\n330304,瓯{bad}海,district\n")
    assert error.startswith("line 2: name: ")


def test_a_huge_cell_is_an_error_and_no_traceback():
    (error,) = errors("areas", f"code,name,level\n330304,{'x' * 200_000},district\n")
    assert error.startswith("line 2: ")
