"""The approval letter: a Word file in Chinese that names nobody but the secretary, and how it is taken."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from django.contrib.admin import site
from django.contrib.messages import get_messages
from django.core.checks import run_checks
from django.utils import translation

from applications.actions.applying import say_with_whom
from applications.actions.founding import found
from applications.actions.reviewing import reopen
from applications.letters.approval import FORM, context, letter
from applications.letters.checks import EXAMPLE
from applications.models import Application, Formation, State
from members.letters.word import FormIsUnusable
from orgs.models import Area, Kind, Level, Organization
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.applications import SUBMITTED_ON, application_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory
from tests.letters import broken_forms, changed, lines

pytestmark = pytest.mark.django_db

WITHOUT_LETTER = [state for state in State if state not in (State.APPROVED, State.FOUNDED)]


@pytest.fixture
def street():
    AreaFactory(code="330304", name="瓯海区", level=Level.DISTRICT)
    return AreaFactory(code="330304009", name="瞿溪街道", level=Level.SUBDISTRICT)


def approved(**said):
    said = {
        "organization_name": "甲电器党支部",
        "enterprise": EnterpriseFactory(name="甲电器有限公司"),
        **said,
    }
    return application_in(State.APPROVED, **said)


def test_the_letter_says_who_may_found_what(street):
    with translation.override("en"):
        application = approved(area=street)
        text = lines(letter(application))
    assert text == [
        "关于同意成立甲电器党支部的批复",
        application.approval_number,
        "甲电器有限公司：",
        "你单位关于组建党组织的申请收悉。经研究，同意你单位单独组建甲电器党支部。",
        "请按照《中国共产党章程》和有关规定选举产生领导班子，并将选举结果报我处。",
        "此复。",
        "中共瓯海区瞿溪街道工作委员会（盖章）",
        "2026年3月2日",
    ]


def test_neighbours_and_places_are_told_where_they_are_asked_for(street):
    joint = application_in(State.DRAFT, area=street, formation=Formation.JOINT)
    say_with_whom(application=joint, neighbours=[{"name": "乙厂", "uscc": ""}, {"name": "丙厂", "uscc": ""}])
    joint.state, joint.decided_on = State.APPROVED, SUBMITTED_ON
    assert (context(joint)["formation"], context(joint)["neighbours"]) == ("联合组建", "乙厂、丙厂")
    outside = approved(area=street, formation=Formation.OUTSIDE, place="上海市")
    assert "同意你单位在区外组建甲电器党支部（所在地：上海市）。" in lines(letter(outside))[3]
    assert context(approved(area=street, place="不问"))["place"] == ""


def test_of_what_was_founded_it_tells_name_code_neighbours_and_secretary(street):
    application = approved(area=street, formation=Formation.JOINT)
    neighbour = EnterpriseFactory(name="丁厂")
    members = [MemberFactory(name="欧阳乐清"), MemberFactory(name="王不提")]
    organization = found(
        application=application, kind=Kind.JOINT_BRANCH, area=street, neighbours=[neighbour], members=members,
        organization=Organization(code="Z0815", name="甲丁联合党支部"), secretary=members[0],
        on=date(2026, 3, 20), by=UserFactory(role="administrator"),
    )  # fmt: skip
    application.refresh_from_db()
    content = letter(application)
    text = lines(content)
    assert text[0] == "关于同意成立甲丁联合党支部的批复"
    assert "同意你单位与丁厂联合组建甲丁联合党支部。" in text[3]
    assert text[4].startswith("该党组织已经成立，组织代码为Z0815，由欧阳乐清同志任书记。")
    assert text[-1] == "2026年3月2日"
    with ZipFile(BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="ignore")
    for name in ("王不提", "联系人", "申请人1", "13800000000", "contact@example.com"):
        assert name not in everything
    assert organization.name in everything


def test_without_a_post_nobody_is_named(street):
    founded = application_in(State.FOUNDED, area=street)
    assert context(founded)["secretary"] == ""
    assert "同志" not in "".join(lines(letter(founded)))


@pytest.mark.parametrize(
    ("code", "name", "issuer"),
    [
        ("330304009", "瞿溪街道", "中共瓯海区瞿溪街道工作委员会"),
        ("330304010", "泽雅镇", "中共瓯海区泽雅镇委员会"),
        ("330304011", "五凤乡", "中共瓯海区五凤乡委员会"),
        ("330304012", "经济开发区", "中共瓯海区经济开发区工作委员会"),
        ("330304009001", "鞋业社区", "中共瓯海区瞿溪街道工作委员会"),
        ("330304099001", "孤岛社区", "中共瓯海区孤岛社区委员会"),
        ("330304", "瓯海区", "中共瓯海区委员会组织部"),
        ("3303", "温州市", "中共温州市委员会组织部"),
        ("330305009", "另街道", "中共另街道工作委员会"),
    ],
)
def test_the_issuer_is_the_office_of_the_area_that_decides(street, code, name, issuer):
    area = Area.objects.filter(code=code).first() or AreaFactory(code=code, name=name)
    assert context(approved(area=area))["issuer"] == issuer


def test_names_keep_the_characters_that_xml_and_forms_reserve(street):
    application = approved(area=street, organization_name="甲&乙<联合>支部{{ number }}\"'")
    assert lines(letter(application))[0] == "关于同意成立甲&乙<联合>支部{{ number }}\"'的批复"


@pytest.mark.parametrize("state", WITHOUT_LETTER)
def test_what_is_not_approved_has_no_letter(state):
    with pytest.raises(ValueError, match="not approved"):
        letter(application_in(state))


def test_what_is_taken_up_again_has_none_either():
    application = application_in(State.APPROVED)
    with pytest.raises(ValueError, match="not approved"):
        letter(reopen(application=application, note="", staff_note="", by=UserFactory(role="administrator")))


def test_another_form_takes_the_place_of_the_registers_own(settings, tmp_path):
    settings.APPROVAL_LETTER = changed(FORM, "区委组织部：{{ area }}", tmp_path / "other.docx")
    application = application_in(State.APPROVED)
    assert lines(letter(application))[0] == f"区委组织部：{application.area.name}"
    assert run_checks() == []


def test_a_form_that_cannot_be_filled_in_is_told_at_the_start_and_in_plain_words_later(settings, tmp_path):
    application = application_in(State.APPROVED)
    for named, fault in broken_forms(FORM, tmp_path).items():
        settings.APPROVAL_LETTER = named
        [error] = run_checks()
        assert (error.id, error.is_serious()) == ("applications.E001", True), named
        assert named in error.msg
        assert fault in error.msg
        with pytest.raises(FormIsUnusable) as refusal:
            letter(application)
        assert fault in str(refusal.value)
        assert "APPROVAL_LETTER" in str(refusal.value)
        assert named not in str(refusal.value)


def test_the_example_of_the_check_has_all_fields_of_the_letter():
    fields = context(application_in(State.FOUNDED))
    assert fields.keys() == EXAMPLE.keys()
    assert {name: type(value) for name, value in fields.items()} == {
        name: type(value) for name, value in EXAMPLE.items()
    }


@pytest.fixture
def take(client, street):
    """Takes the letter of an application of the street, as a user of a role."""

    def ask(application, role="reviewer", area=street):
        user = UserFactory(is_staff=True, role=role, area=area)
        client.force_login(user)
        return client.get(f"/admin/applications/application/{application.pk}/letter/")

    return ask


def test_a_reviewer_takes_the_letter_and_the_log_tells(take, street):
    application = application_in(State.FOUNDED, area=street)
    answer = take(application)
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="approval-letter-{application.reference}.docx"'
    )
    assert "no-store" in answer.headers["Cache-Control"]
    assert lines(answer.content)[1] == application.approval_number
    entry = AccessEntry.objects.get(event=Event.EXPORTED)
    assert (entry.subject, entry.detail) == (f"applications.application {application.pk}", "letter")


def test_who_does_not_review_there_takes_none(take, street):
    application = application_in(State.APPROVED, area=street)
    assert take(application, role="analyst").status_code == 403
    assert take(application, area=AreaFactory(code="330304010")).status_code in (302, 404)
    assert take(SimpleNamespace(pk="x")).status_code in (302, 404)
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


def test_without_a_letter_the_page_says_so(take, street):
    application = application_in(State.IN_REVIEW, area=street)
    answer = take(application)
    assert (answer.status_code, answer.url) == (
        302, f"/admin/applications/application/{application.pk}/change/",
    )  # fmt: skip
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "There is no letter yet: the application is not approved, or the district has not filed the approval."
    ]


def test_in_two_steps_there_is_a_letter_once_the_district_filed(take, street, settings):
    settings.TWO_STEP_APPROVAL = True
    application = application_in(State.APPROVED, area=street)
    assert take(application).status_code == 302
    with pytest.raises(ValueError, match="not approved"):
        letter(application)
    Application.objects.filter(pk=application.pk).update(filed_on=SUBMITTED_ON)
    assert take(application).status_code == 200


def test_a_broken_form_is_no_error_of_the_server(take, street, settings):
    application = application_in(State.APPROVED, area=street)
    settings.APPROVAL_LETTER = "/nowhere.docx"
    answer = take(application)
    assert answer.status_code == 302
    [message] = get_messages(answer.wsgi_request)
    assert "APPROVAL_LETTER" in str(message)
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


def test_the_letter_is_offered_where_there_is_one(take, street, rf):
    request = rf.get("/")
    request.user = UserFactory(is_staff=True, role="reviewer", area=street)
    page = site._registry[Application]
    for state in State:
        application = application_in(state, area=street)
        offered = [label for _address, label in page.links(request, application)]
        assert ("Letter (Word)" in offered) is (state in (State.APPROVED, State.FOUNDED)), state
    request.user = UserFactory(is_staff=True, role="analyst", area=street)
    links = page.links(request, application_in(State.APPROVED, area=street))
    assert "Letter (Word)" not in [label for _address, label in links]
