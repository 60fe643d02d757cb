"""The first row: which columns there are."""

import pytest

from orgs.models import Area
from sheets.resources import RESOURCES
from tests.sheets.files import counts, errors, load, xlsx

# What a file says depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

CONTRACT = {
    "areas": "code=区划代码* name=名称! level=级别!",
    "enterprises": "uscc=统一社会信用代码* name=企业名称! area=所属区划 legal_form=企业类型 ownership=经济类型 "
    "address=注册地址 registered_on=注册日期! closed_on=注销日期 above_scale_from=规上起始 above_scale_to=规上截止 "
    "employees=职工人数",
    "organizations": "code=组织代码* name=组织名称! kind=组织类型! area=所属区划 place=所在地 superior=上级组织 "
    "established_on=成立日期! approval_number=批复文号 initiated_by=发起方式 incubated_by=孵化组织 "
    "dissolved_on=撤销日期",
    "coverage": "organization=组织代码* enterprise=统一社会信用代码* valid_from=起始日期* valid_to=截止日期",
    "members": "member_no=党员编号* name=姓名! sex=性别 birth_date=出生日期 id_number=身份证号 phone=手机 "
    "enterprise=统一社会信用代码 organization=组织代码 relation_from=关系转入日期 relation_to=关系转出日期 "
    "applied_on=申请日期 activist_on=积极分子日期 candidate_on=发展对象日期 probationary_on=预备党员日期 "
    "full_on=转正日期 ended_on=党籍终止日期 ended_reason=终止原因",
    "instructors": "name=姓名* enterprise=统一社会信用代码* valid_from=起始日期* valid_to=截止日期 phone=手机 "
    "employer=工作单位",
    "designations": "enterprise=统一社会信用代码* title=称号* level=级别* awarded_on=授予日期* revoked_on=撤销日期",
}
CHOICES = {
    "areas.level": "province=省 city=市 district=区县 subdistrict=街道 community=社区",
    "enterprises.ownership": "private=私营 hmt=港澳台 foreign=外资 collective=集体 state=国有 individual=个体",
    "organizations.kind": "committee=党委 general_branch=党总支 branch=党支部 joint_branch=联合党支部 "
    "community_general_branch=社区党总支",
    "organizations.initiated_by": "enterprise=企业 organizer=组织",
    "members.sex": "male=男 female=女",
    "members.ended_reason": "death=死亡 resignation=退党 removed=除名 expelled=开除",
    "designations.title": "vigorous_harmonious=活力和谐企业",
    "designations.level": "city=市级 district=区级",
}


def test_the_resources_are_those_of_the_contract_in_its_order():
    assert list(RESOURCES) == list(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_the_columns_are_those_of_the_contract(name):
    found = " ".join(
        f"{column.name}={column.chinese}{'*' if column.key else '!' if column.required else ''}"
        for column in RESOURCES[name].columns
    )
    assert found == CONTRACT[name]


ADDED = {"members.ended_reason": 1}
"""Choices that the register has beside those of the contract: 自行脱党."""


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_read_by_both_of_its_names(name):
    resource, column_name = name.split(".")
    (column,) = (column for column in RESOURCES[resource].columns if column.name == column_name)
    pairs = [pair.split("=") for pair in CHOICES[name].split()]
    assert [(column.read(english), column.read(chinese)) for english, chinese in pairs] == [
        (english, english) for english, _chinese in pairs
    ]
    assert len(column.choices) == 2 * (len(pairs) + ADDED.get(name, 0))


@pytest.mark.parametrize(
    "header", ["code,name,level", "区划代码,名称,级别", "code,名称,level", " code ,\u3000名称\u00a0,级别 "]
)
def test_either_name_of_a_column_is_taken_and_they_mix(header):
    assert counts("areas", f"{header}\n330304,瓯海,district\n") == (1, 0, 0)


@pytest.mark.parametrize("separator", [";", "\t", "，", "；"])
def test_another_separator_than_a_comma_is_one_error_that_says_so(separator):
    (error,) = errors("areas", "code,name,level\n330304,瓯海,district\n".replace(",", separator))
    assert error.startswith("line 1: file: the columns are not separated by commas")


def test_columns_come_in_any_order():
    load("areas", "level,code,name\ndistrict,330304,瓯海\n")
    assert Area.objects.get().name == "瓯海"


@pytest.mark.parametrize("bom", ["\ufeff", "\ufeff\ufeff"])
def test_a_byte_order_mark_is_no_part_of_the_first_header(bom):
    assert counts("areas", f"{bom}code,name,level\n330304,瓯海,district\n") == (1, 0, 0)


def test_other_columns_are_ignored_and_named():
    summary = load("areas", "备注,code,name,x,level\n#N/A,330304,瓯海,\x00,district\n")
    assert summary.ignored == ("备注", "x")


def test_columns_without_a_header_are_ignored():
    summary = load("areas", "code,,name,level,,\n330304,a,瓯海,district,b,\n")
    assert (str(summary.outcomes), summary.ignored) == ("created 1, updated 0, unchanged 0", ())


def test_two_alike_headers_of_ignored_columns_do_no_harm():
    assert counts("areas", "x,code,name,level,x\n1,330304,瓯海,district,2\n") == (1, 0, 0)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("code,name,level,name", "name"),
        ("code,name,level,名称", "名称"),
        ("区划代码,code,name,level", "code"),
        ("code,name,level, code", "code"),
    ],
)
def test_two_headers_for_one_column_are_an_error(header, column):
    (error,) = errors("areas", f"{header}\n330304,瓯海,district,x\n")
    assert error.startswith(f"line 1: {column}: ")


def test_headers_differ_by_case():
    found = errors("areas", "Code,name,level\n330304,瓯海,district\n")
    assert [error.split(": ")[1] for error in found] == ["code"]


@pytest.mark.parametrize("name", CONTRACT)
def test_every_missing_key_or_required_column_is_an_error(name):
    needed = [column.name for column in RESOURCES[name].columns if column.needed]
    found = errors(name, "nothing\nx\n")
    assert [error.split(": ")[:2] for error in found] == [["line 1", column] for column in needed]


def test_a_sheet_has_the_same_headers():
    rows = [["区划代码", "name", "级别", "备注"], ["330304", "瓯海", "区县", "x"]]
    assert load("areas", xlsx(rows)).ignored == ("备注",)


def test_an_error_names_the_column_as_the_file_writes_it():
    found = errors("areas", "区划代码, 名称 ,level\n330304,,nowhere\n")
    assert [error.split(": ")[1] for error in found] == ["名称", "level"]
