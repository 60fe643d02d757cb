"""The transfer letter: a Word file in Chinese, with the receipt to return, and no identity number."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.checks import run_checks
from django.utils import translation

from members.letters.checks import EXAMPLE
from members.letters.transfer import FORM, context, letter
from members.letters.word import FormIsUnusable
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import OrganizationFactory
from tests.letters import broken_forms, changed, lines
from tests.sheets.files import identity

pytestmark = pytest.mark.django_db

ISSUED = date(2024, 2, 5)


def issued(**values):
    issue = {"letter_number": "2024-0007", "letter_on": ISSUED, "letter_valid_until": date(2024, 5, 5)}
    return TransferFactory(requested_on=ISSUED, **{**issue, **values})


def test_the_letter_says_who_goes_from_where_to_where_and_for_how_long_it_is_valid():
    origin, destination = OrganizationFactory(name="瓯海甲党支部"), OrganizationFactory(name="瓯海乙党支部")
    member = MemberFactory(name="欧阳乐清", sex="female", organization=origin)
    with translation.override("en"):
        text = lines(letter(issued(member=member, origin=origin, destination=destination)))
    assert text == [
        "中国共产党党员组织关系介绍信",
        "第 2024-0007 号",
        "瓯海乙党支部：",
        "欧阳乐清同志（女），系中共正式党员，组织关系由瓯海甲党支部转到瓯海乙党支部，请予接转。",
        "（有效期90天）",
        "瓯海甲党支部（盖章）",
        "2024年2月5日",
        "------------------------ 沿此线裁下 ------------------------",
        "中国共产党党员组织关系介绍信回执联",
        "第 2024-0007 号",
        "瓯海甲党支部：",
        "欧阳乐清同志的党员组织关系已于____年__月__日转到我处，特此回复。",
        "接收党组织（盖章）：________________",
        "经办人：____________  联系电话：____________",
        "____年__月__日",
    ]


@pytest.mark.parametrize(("full_on", "stage"), [(ISSUED, "正式"), (date(2024, 2, 6), "预备"), (None, "预备")])
def test_the_stage_is_that_of_the_day_of_issue(full_on, stage):
    transfer = issued(
        member=MemberFactory(probationary_on=date(2023, 2, 6), full_on=full_on), destination=None,
        destination_elsewhere="上海市某支部",
    )  # fmt: skip
    text = lines(letter(transfer))
    assert f"系中共{stage}党员" in text[3]
    assert "转到上海市某支部" in text[3]


def test_what_is_not_known_is_left_out():
    text = lines(letter(issued(letter_valid_until=None)))
    assert not any("有效期" in line for line in text)
    assert "同志，系中共" in text[3]


def test_names_keep_the_characters_that_xml_reserves():
    origin = OrganizationFactory(name="甲&乙<联合>支部\"'")
    text = lines(letter(issued(origin=origin, destination=None, destination_elsewhere="{{ number }} & <b>")))
    assert text[2] == "{{ number }} & <b>："
    assert "由甲&乙<联合>支部\"'转到{{ number }} & <b>，" in text[3]


def test_no_identity_number_and_phone_is_in_the_file():
    member = MemberFactory(
        organization=OrganizationFactory(), id_number=identity(order="731"), phone="13957703101"
    )
    content = letter(issued(member=member, origin=member.memberships.get().organization))
    with ZipFile(BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert member.name.encode() in everything
    assert identity(order="731").encode() not in everything
    assert b"13957703101" not in everything


def test_another_form_takes_the_place_of_the_registers_own(settings, tmp_path):
    settings.TRANSFER_LETTER = changed(FORM, "介绍信（{{ name }}）", tmp_path / "other.docx")
    transfer = issued()
    assert lines(letter(transfer))[0] == f"介绍信（{transfer.member.name}）"
    assert run_checks() == []


def test_a_form_that_cannot_be_filled_in_is_told_at_the_start_and_in_plain_words_later(settings, tmp_path):
    transfer = issued()
    for named, fault in broken_forms(FORM, tmp_path).items():
        settings.TRANSFER_LETTER = named
        [error] = run_checks()
        assert (error.id, error.is_serious()) == ("members.E001", True), named
        assert named in error.msg
        assert fault in error.msg
        with pytest.raises(FormIsUnusable) as refusal:
            letter(transfer)
        assert fault in str(refusal.value)
        assert "TRANSFER_LETTER" in str(refusal.value)
        assert named not in str(refusal.value)


def test_the_example_of_the_check_has_all_fields_of_the_letter():
    assert context(issued()).keys() == EXAMPLE.keys()


@pytest.mark.parametrize(
    "values",
    [
        {"letter_number": "", "letter_on": None, "letter_valid_until": None},
        {"origin": None, "origin_elsewhere": "杭州", "member": None},
    ],
)
def test_a_letter_that_was_not_issued_here_is_not_written(values):
    if "member" in values:
        values = {**values, "member": MemberFactory()}
    with pytest.raises(ValueError, match="not issued here"):
        letter(issued(**values))
