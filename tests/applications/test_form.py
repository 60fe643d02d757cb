"""The form, topic by topic: what is kept, what is refused, and to whom a draft belongs."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.actions import applying
from applications.actions.applying import MOST_BYTES, MOST_FILES, MOST_MEMBERS, submit
from applications.forms.texts import LinesField
from applications.models import Application, ApplicationMember, Formation, Reason, State
from applications.pages import tries
from applications.pages.form import TOPICS
from applications.secrets import access_code, link_token
from members.models import Stage
from tests.applications.test_files import HOSTILE, PDF, picture
from tests.factories.applications import (
    SUBMITTED_ON,
    ApplicationFactory,
    application_in,
    complete_draft,
)
from tests.factories.orgs import AreaFactory, EnterpriseFactory, credit_code

# What a page asks and refuses depends on no database; what is kept, test_receipt and test_at_once ask on both.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

CHECK, LATER = "/apply/form/check/", "/apply/form/later/"
STATUS = "/apply/status/"


def page(name):
    return f"/apply/form/{name}/"


def writer_of(application):
    """The browser in which `application` is written."""
    client = Client()
    client.get(reverse("application_resume", args=[link_token(application)]))
    return client


@pytest.fixture
def draft():
    return Application.objects.create(language="en", begun_on=SUBMITTED_ON)


@pytest.fixture
def browser(draft):
    return writer_of(draft)


def rows(prefix, *persons, **more):
    data = {f"{prefix}-TOTAL_FORMS": str(max(len(persons), 5)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, person in enumerate(persons):
        data |= {f"{prefix}-{number}-{name}": value for name, value in person.items()}
    return data | more


def person(name="王小明", stage=Stage.FULL, since="2010-07-01"):
    return {"name": name, "stage": stage, "since": since}


def errors(answer):
    assert answer.status_code == 400
    text = answer.content.decode()
    assert 'role="alert"' in text
    shown = [problem.message for problem in answer.context["problems"]]
    ids = [problem.input_id for problem in answer.context["problems"]]
    assert all(f'id="{name}"' in text for name in ids), ids
    return shown


# The enterprise


def test_the_code_of_an_enterprise_in_the_register_is_all_that_is_asked(browser, draft):
    area = AreaFactory()
    known = EnterpriseFactory(name="瓯海锁业有限公司", address="新桥路1号", area=area)
    text = browser.get(page("enterprise")).content.decode()
    assert "enterprise_name" not in text
    answer = browser.post(page("enterprise"), {"uscc": f" {known.uscc.lower()} "})
    assert answer.url == page("organization")
    draft.refresh_from_db()
    assert (draft.enterprise, draft.uscc, draft.enterprise_name) == (known, known.uscc, known.name)
    assert (draft.address, draft.area) == (known.address, area)
    text = browser.get(page("enterprise")).content.decode()
    assert "enterprise_name" not in text
    assert known.name in text


def test_of_an_unknown_enterprise_name_address_and_area_are_asked_and_none_is_lost(browser, draft):
    area, uscc = AreaFactory(), credit_code(999)
    answer = browser.post(page("enterprise"), {"uscc": uscc})
    assert answer.status_code == 200  # no error: it asks further
    assert uscc in answer.content.decode()
    assert "enterprise_name" in answer.content.decode()
    words = {"enterprise_name": "新厂", "address": "", "area": area.code}
    answer = browser.post(page("enterprise"), {"uscc": uscc, **words})
    assert errors(answer) == ["Enter the address of the enterprise."]
    assert "新厂" in answer.content.decode()
    answer = browser.post(page("enterprise"), {"uscc": uscc[:-1] + "?", **words, "address": "某路"})
    assert errors(answer)
    assert "某路" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.uscc == ""
    answer = browser.post(page("enterprise"), {"uscc": uscc, **words, "address": "某路"})
    assert answer.url == page("organization")
    draft.refresh_from_db()
    assert (draft.uscc, draft.enterprise, draft.enterprise_name, draft.area) == (uscc, None, "新厂", area)


def test_of_an_enterprise_without_area_the_area_alone_is_asked(browser, draft):
    area, known = AreaFactory(), EnterpriseFactory()
    answer = browser.post(page("enterprise"), {"uscc": known.uscc})
    assert answer.status_code == 200
    assert "enterprise_name" not in answer.content.decode()
    browser.post(page("enterprise"), {"uscc": known.uscc, "area": area.code})
    draft.refresh_from_db()
    assert (draft.enterprise, draft.area) == (known, area)


@pytest.mark.parametrize("uscc", ["", "1", "9" * 18, "330304000012345", "\0", "<b>", "x" * 500])
def test_what_is_no_credit_code_is_refused(browser, draft, uscc):
    assert errors(browser.post(page("enterprise"), {"uscc": uscc}))
    draft.refresh_from_db()
    assert draft.uscc == ""


def test_one_that_was_returned_does_not_take_the_code_of_another_open_one():
    returned = application_in(State.RETURNED, enterprise=EnterpriseFactory(area=AreaFactory()))
    other = application_in(State.SUBMITTED, enterprise=EnterpriseFactory(area=AreaFactory()))
    answer = writer_of(returned).post(page("enterprise"), {"uscc": other.uscc})
    assert "under way already" in errors(answer)[0]
    returned.refresh_from_db()
    assert returned.uscc != other.uscc


# The organization


def test_a_branch_of_its_own_is_proposed_a_name(browser, draft):
    Application.objects.filter(pk=draft.pk).update(enterprise_name="锁业")
    assert "锁业党支部" in browser.get(page("organization")).content.decode()
    said = rows("neighbours", {"name": "没有"}, formation="own", organization_name="支部", place="上海")
    assert browser.post(page("organization"), said).url == page("members")
    draft.refresh_from_db()
    assert (draft.formation, draft.organization_name, draft.place) == (Formation.OWN, "支部", "")
    assert not draft.neighbours.exists()


def test_a_joint_branch_names_its_neighbours_by_name_or_by_code(browser, draft):
    known = EnterpriseFactory(name="隔壁")
    said = rows(
        "neighbours",
        {"name": "", "uscc": known.uscc},
        {},
        {"name": "对门"},
        formation="joint",
        organization_name="联合",
    )
    assert browser.post(page("organization"), said).url == page("members")
    assert sorted(draft.neighbours.values_list("name", "uscc")) == sorted(
        [("隔壁", known.uscc), ("对门", "")]
    )
    again = browser.get(page("organization")).content.decode()
    assert "对门" in again
    browser.post(
        page("organization"),
        rows("neighbours", {"name": "对门"}, formation="joint", organization_name="联合"),
    )
    assert list(draft.neighbours.values_list("name", flat=True)) == ["对门"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"formation": "", "organization_name": "x"}, "Choose what you ask for."),
        ({"formation": "x", "organization_name": "x"}, "This is not one of the choices."),
        ({"formation": "own", "organization_name": ""}, "Enter a name for the organization."),
        ({"formation": "outside", "organization_name": "x"}, "Say where the branch will sit."),
        ({"formation": "joint", "organization_name": "x"}, "Name at least one neighbour."),
        (
            {"formation": "joint", "organization_name": "x", "neighbours-0-uscc": credit_code(5)},
            "Enter the name of this neighbour.",
        ),
        (
            {
                "formation": "joint",
                "organization_name": "x",
                "neighbours-0-name": "x",
                "neighbours-0-uscc": "1",
            },
            "A credit code has 18 characters.",
        ),
    ],
)
def test_what_is_missing_of_the_organization_is_said(browser, draft, said, message):
    where = "Neighbour 1: " if "neighbours-0-uscc" in said else ""
    assert errors(browser.post(page("organization"), rows("neighbours") | said)) == [where + message]
    draft.refresh_from_db()
    assert draft.formation == ""


def test_nobody_is_ones_own_neighbour_and_there_are_ten_at_most(browser, draft):
    Application.objects.filter(pk=draft.pk).update(uscc=credit_code(5))
    said = {"formation": "joint", "organization_name": "x"}
    own = rows("neighbours", {"name": "x", "uscc": credit_code(5)}, **said)
    assert errors(browser.post(page("organization"), own)) == [
        "A neighbour is another enterprise than your own."
    ]
    many = rows("neighbours", *({"name": f"n{number}"} for number in range(11)), **said)
    assert errors(browser.post(page("organization"), many))
    assert not draft.neighbours.exists()


# Members and secretary


def test_members_are_named_in_rows_of_which_there_are_always_more(browser, draft):
    named = [person(f"人{number}") for number in range(5)]
    answer = browser.post(page("members"), rows("members", *named, then="more"))
    assert answer.url == page("members")
    text = browser.get(page("members")).content.decode()
    assert "members-9-name" in text
    assert "members-10-name" not in text
    assert "人4" in text
    answer = browser.post(page("members"), rows("members", {}, person("某人", Stage.ACTIVIST, ""), {}))
    assert answer.url == page("secretary")
    assert [(row.name, row.stage, row.since) for row in draft.members.all()] == [
        ("某人", Stage.ACTIVIST, None)
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "Name at least one person."),
        (person(name=""), "Enter the name of this person."),
        (person(stage=""), "Choose how far this person has come."),
        (person(stage="ended"), "This is not one of the choices."),
        (person(since="1921-07-22"), "The Party was founded on 23 July 1921; check the year."),
        (person(since="gestern"), "This is not a day. Write year, month and day, as in 2008-06-19."),
        (person(since=(timezone.localdate() + timedelta(days=2)).isoformat()), "This day has not come yet."),
    ],
)
def test_what_is_wrong_with_a_person_is_said_and_all_that_was_typed_stays(browser, draft, row, message):
    sent = rows("members", row, person("李四")) if row else rows("members")
    answer = browser.post(page("members"), sent)
    assert errors(answer) == [message if not row else f"Person 1: {message}"]
    if row:
        assert "李四" in answer.content.decode()
    assert not draft.members.exists()


def test_there_are_not_more_members_than_fit(browser, draft):
    named = [person(f"人{number}") for number in range(MOST_MEMBERS + 1)]
    assert errors(browser.post(page("members"), rows("members", *named)))
    assert browser.post(page("members"), rows("members", *named[:-1])).status_code == 302
    assert draft.members.count() == MOST_MEMBERS


@pytest.mark.parametrize("total", ["", "x", "-1", "9" * 30, "100000"])
def test_forged_numbers_of_rows_break_nothing(browser, draft, total):
    for name, prefix in (("members", "members"), ("organization", "neighbours")):
        sent = {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": total, "formation": "joint"}
        assert browser.post(page(name), sent).status_code == 400


def test_no_page_asks_for_an_identity_number(browser):
    for name in TOPICS:
        assert "id_number" not in browser.get(page(name)).content.decode()


def test_the_secretary_is_one_of_the_members_and_stays_so_when_others_are_added(browser, draft):
    assert "Nobody is named yet." in browser.get(page("secretary")).content.decode()
    browser.post(page("members"), rows("members", person("甲"), person("乙")))
    assert errors(browser.post(page("secretary"), {})) == ["Choose one of the persons."]
    stranger = ApplicationMember.objects.create(
        application=ApplicationFactory(), name="外人", stage=Stage.FULL
    )
    assert errors(browser.post(page("secretary"), {"secretary": stranger.pk}))
    for name in ("甲", "乙", "乙"):
        chosen = {"secretary": draft.members.get(name=name).pk}
        assert browser.post(page("secretary"), chosen).url == page("contact")
        assert draft.members.get(is_secretary=True).name == name
    browser.post(page("members"), rows("members", person("丙"), person("乙", since="2011-01-01")))
    assert draft.members.get(is_secretary=True).name == "乙"
    browser.post(page("members"), rows("members", person("丙")))
    assert not draft.members.filter(is_secretary=True).exists()


# Contact


def test_phone_and_mail_are_kept_masked_and_changed_or_removed(browser, draft):
    sent = {"contact_name": "张三", "contact_phone": "138 1234 5678", "contact_mail": "zhang@example.com"}
    assert browser.post(page("contact"), sent).url == page("files")
    text = browser.get(page("contact")).content.decode()
    assert "张三" in text
    assert "1234" not in text
    assert "zhang@" not in text
    assert "5678" in text
    browser.post(
        page("contact"), {"contact_name": "张三", "contact_phone": "", "contact_mail": "li@example.com"}
    )
    draft.refresh_from_db()
    assert (draft.contact_phone.reveal(), draft.contact_mail.reveal()) == ("138 1234 5678", "li@example.com")
    browser.post(page("contact"), {"contact_name": "张三", "contact_phone-remove": "on"})
    draft.refresh_from_db()
    assert (draft.contact_phone.reveal(), draft.contact_mail.reveal()) == ("", "li@example.com")


@pytest.mark.parametrize(
    "said",
    [
        {"contact_phone": "13812345678"},
        {"contact_name": "x"},
        {"contact_name": "x", "contact_phone": "call me"},
        {"contact_name": "x", "contact_phone": "1" * 40},
        {"contact_name": "x", "contact_mail": "nobody"},
        {"contact_name": "x", "contact_mail": "a@example.com\nBcc: b@example.com"},
        {"contact_name": "x" * 101, "contact_mail": "a@example.com"},
    ],
)
def test_a_contact_has_a_name_and_a_phone_or_mail_that_is_one(browser, draft, said):
    assert errors(browser.post(page("contact"), said))
    draft.refresh_from_db()
    assert draft.contact_name == ""


# Files


def upload(browser, name, content, **more):
    return browser.post(page("files"), {"file": SimpleUploadedFile(name, content), **more})


def test_files_are_added_once_each_listed_and_removed(browser, draft):
    assert upload(browser, "决议.pdf", PDF, then="more").url == page("files")
    upload(browser, "决议.pdf", PDF)
    assert upload(browser, "照片.exe", picture("JPEG")).url == CHECK
    assert sorted(draft.files.values_list("title", "media_type")) == sorted(
        [("决议.pdf", "application/pdf"), ("照片.exe.jpg", "image/jpeg")]
    )
    text = browser.get(page("files")).content.decode()
    assert "照片.exe.jpg" in text
    kept = draft.files.get(media_type="application/pdf")
    for key in ("x", "\0", "", "-" * 36, "00000000-0000-0000-0000-000000000000"):
        assert browser.post(page("files"), {"remove": key}).url == page("files")
    others = writer_of(ApplicationFactory())
    others.post(page("files"), {"remove": str(kept.key)})
    assert draft.files.count() == 2
    assert browser.post(page("files"), {"remove": str(kept.key)}).url == page("files")
    assert draft.files.count() == 1
    assert browser.post(page("files"), {}).url == CHECK  # none need be added


@pytest.mark.parametrize("what", ["nothing", "a script", "macros", "half a picture", "too many pixels"])
def test_hostile_files_are_refused_at_the_field(browser, draft, what):
    content, refusal = HOSTILE[what]
    assert errors(upload(browser, "决议.pdf", content)) == [str(refusal())]
    assert not draft.files.exists()


def test_large_files_and_too_many_are_refused(browser, draft):
    large = PDF + b" " * (MOST_BYTES - len(PDF) + 1)
    assert "megabytes" in errors(upload(browser, "a.pdf", large))[0]
    assert upload(browser, "a.pdf", large[:-1]).status_code == 302  # passes the limit of a request, too
    for number in range(MOST_FILES - 1):
        upload(browser, f"{number}.pdf", PDF)
    assert draft.files.count() == MOST_FILES
    assert "files" in errors(upload(browser, "more.pdf", PDF))[0]
    assert draft.files.count() == MOST_FILES


# To whom a draft belongs


@pytest.mark.parametrize("address", [*(page(name) for name in TOPICS), CHECK, LATER])
def test_who_writes_no_application_is_led_to_the_guide(client, address):
    for method in ("get", "post"):
        answer = getattr(client, method)(address, follow=True)
        assert answer.redirect_chain == [("/apply/", 302)]
        assert "no application open in this browser" in answer.content.decode()
    assert client.get(page("nowhere")).status_code == 302


def test_a_topic_that_there_is_not_is_not_found(browser):
    assert browser.get(page("nowhere")).status_code == 404


def test_a_draft_that_was_removed_leads_to_the_guide(browser, draft):
    draft.delete()
    assert browser.get(page("members")).url == "/apply/"


def test_a_form_belongs_to_its_own_application_whatever_the_session_says(browser, draft):
    sent = rows("members", person("甲"), application=link_token(draft))
    Application.objects.create(language="en", begun_on=SUBMITTED_ON)
    other = ApplicationFactory()
    late = writer_of(other)  # begun in another tab meanwhile
    assert late.post(page("members"), sent).url == page("secretary")
    assert Client().post(page("members"), sent).url == page("secretary")  # the session has ended
    assert (draft.members.count(), other.members.count()) == (1, 0)
    forged = sent | {"application": f"{other.row_key.hex}:x"}
    assert browser.post(page("members"), forged).url == "/apply/"
    assert other.members.count() == 0


def test_one_comes_back_by_the_link_to_what_is_missing_on_any_device(browser, draft):
    answer = browser.post(
        page("contact"), {"contact_name": "张三", "contact_phone": "13812345678", "then": "later"}
    )
    assert answer.url == LATER
    link = browser.get(LATER).context["link"]
    elsewhere = Client()
    assert elsewhere.get(link).url == page("enterprise")
    assert "张三" in elsewhere.get(page("contact")).content.decode()
    for answer in (elsewhere.get(LATER), elsewhere.get(page("contact")), elsewhere.get(CHECK)):
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["Referrer-Policy"] == "same-origin"


# Check and submit


def test_all_answers_are_shown_with_ways_to_change_them(browser):
    application = complete_draft()
    browser = writer_of(application)
    answer = browser.get(CHECK)
    text = answer.content.decode()
    for said in (
        application.uscc,
        application.enterprise_name,
        application.organization_name,
        "申请人2",
        "138****0000",
    ):
        assert said in text
    for name in TOPICS:
        assert f"{page(name)}?from=check" in text
    answer = browser.post(page("contact"), {"contact_name": "别人", "from": "check"})
    assert answer.url == CHECK
    assert "别人" in browser.get(CHECK).content.decode()


def test_what_is_missing_is_said_and_not_submitted(browser, draft):
    text = browser.get(CHECK).content.decode()
    for name in ("enterprise", "organization", "members", "contact"):
        assert f'id="missing-{name}"' in text
    assert errors(browser.post(CHECK, {"confirmed": "on"})) == ["Some answers are still missing."]
    assert errors(browser.post(CHECK, {})) == ["Confirm that what is said here is true."]
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_an_enterprise_has_one_open_application():
    first = application_in(State.SUBMITTED)
    second = complete_draft(enterprise=first.enterprise)
    assert "under way already" in errors(writer_of(second).post(CHECK, {"confirmed": "on"}))[0]
    second.refresh_from_db()
    assert second.state == State.DRAFT


def test_submitting_twice_makes_one_and_shows_the_code_to_the_second_click_too():
    application = complete_draft()
    browser = writer_of(application)
    sent = {"confirmed": "on", "application": link_token(application)}
    ways = {browser.post(CHECK, sent).url for _click in range(3)}
    assert ways == {reverse("application_receipt", args=[link_token(application)])}
    application.refresh_from_db()
    assert (application.state, application.events.count()) == (State.SUBMITTED, 1)
    assert Application.objects.submitted().count() == 1
    assert browser.session["followed"] == application.pk
    assert access_code(application) in browser.get(ways.pop()).content.decode()


def test_the_form_of_another_browser_shows_no_code_of_what_was_submitted_already():
    application = application_in(State.SUBMITTED)
    browser = Client()
    answer = browser.post(CHECK, {"confirmed": "on", "application": link_token(application)})
    assert access_code(application) not in browser.get(answer.url).content.decode()


def test_pages_that_were_open_meanwhile_change_nothing_and_lead_to_the_receipt():
    application = complete_draft()
    browser = writer_of(application)
    submit(application=application, on=SUBMITTED_ON)
    token = link_token(application)
    receipt = reverse("application_receipt", args=[token])
    for name in TOPICS:
        assert browser.get(page(name)).url == receipt
        assert (
            browser.post(page(name), {"contact_name": "x", "application": token, "remove": "x"}).url
            == receipt
        )
    assert browser.get(CHECK).url == receipt
    application.refresh_from_db()
    assert application.contact_name == "联系人"


def test_a_returned_one_shows_what_is_asked_and_takes_the_answer():
    application = application_in(State.RETURNED)
    browser = writer_of(application)
    text = browser.get(CHECK).content.decode()
    assert "说明" in text
    assert str(Reason.OTHER.label).capitalize() in text
    assert errors(browser.post(CHECK, {"confirmed": "on"})) == ["Say what you have changed or added."]
    sent = {"confirmed": "on", "answer": "已补充", "application": link_token(application)}
    assert [browser.post(CHECK, sent).url for _click in range(2)] == [STATUS, STATUS]
    application.refresh_from_db()
    assert (application.state, application.events.order_by("number").last().note) == (
        State.IN_REVIEW,
        "已补充",
    )
    assert application.events.filter(move="supplement").count() == 1
    assert browser.session["followed"] == application.pk


@pytest.mark.parametrize("address", [*(page(name) for name in TOPICS), CHECK])
def test_a_page_costs_as_much_for_many_persons(address):
    application = complete_draft(formation=Formation.JOINT)
    browser = writer_of(application)
    application.members.filter(is_secretary=False).delete()
    browser.get(address)  # the session notes once a minute that it is used
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        counts.append(len(queries))
        for number in (1, 2):
            ApplicationMember.objects.create(application=application, name=f"x{number}", stage=Stage.FULL)
            application.neighbours.create(name=f"n{number}")
    assert counts[0] == counts[1]


def test_a_page_that_is_looked_at_again_writes_no_session(browser):
    browser.get(page("contact"))
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page("contact")).status_code == 200
    assert not [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]


@pytest.mark.parametrize("name", TOPICS)
def test_the_enter_key_saves_and_goes_on(name):
    text = writer_of(complete_draft(formation=Formation.JOINT)).get(page(name)).content.decode()
    first = re.search(r"<button[^>]*>", text[text.index('class="entry"') :]).group()
    assert "name=" not in first
    assert 'tabindex="-1"' in first


def test_of_another_enterprise_nothing_is_filled_in(browser, draft):
    draft.uscc, draft.enterprise_name, draft.address = credit_code(998), "旧厂", "旧路"
    draft.save()
    assert "旧厂" in browser.get(page("enterprise")).content.decode()
    assert "旧厂" in browser.post(page("enterprise"), {"uscc": credit_code(998)}).content.decode()
    form = browser.post(page("enterprise"), {"uscc": credit_code(999)}).context["topic"].words
    assert not any(field.value() for field in form)


def test_who_sends_a_page_of_a_draft_that_is_just_removed_is_led_to_the_guide(browser, draft, monkeypatch):
    def removed(application, values):
        Application.objects.filter(pk=application.pk).delete()
        return applying.say(application=application, values=values)

    monkeypatch.setattr("applications.forms.contact.say", removed)
    said = {"contact_name": "李工", "contact_phone": "13800000000", "contact_mail": ""}
    answer = browser.post(page("contact"), said, follow=True)
    assert answer.redirect_chain == [("/apply/", 302)]
    assert "There is no application open" in answer.content.decode()


# Texts


@pytest.mark.parametrize(
    "text", ["a\tb", "a\nb", "a\x07b", "a\x85b", "a\u2028b", "a\u202eb", "a\u200fb", "a\ufffeb"]
)
@pytest.mark.parametrize("name", ["contact", "members"])
def test_a_line_holds_nothing_that_is_not_seen(browser, name, text):
    said = {"contact_name": text, "contact_phone": "13800000000", "contact_mail": ""}
    assert errors(browser.post(page(name), said | rows("members", person(name=text))))


@pytest.mark.parametrize("text", ["\ud800", "a\nb\ud800", "a\x00b", "a\x1bb", "a\u2066b"])
def test_several_lines_hold_nothing_that_is_not_seen(text):
    field = LinesField()
    with pytest.raises(ValidationError):
        field.clean(text)
    assert field.clean("a\r\nb\n\tc") == "a\r\nb\n\tc"


@pytest.mark.parametrize("encoding", ["utf-16", "idna", "unicode_escape", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_texts_in_another_encoding_are_refused(browser, kind, encoding):
    sent = b'--x\r\nContent-Disposition: form-data; name="contact_name"\r\n\r\n\\ud800\r\n--x--\r\n'
    for address in ("/apply/?members=1", page("contact"), STATUS):
        for client in (browser, Client(enforce_csrf_checks=True)):
            assert client.generic("POST", address, sent, f"{kind}; charset={encoding}").status_code == 400
    assert (
        browser.get("/apply/?members=1", headers={"Content-Type": f"{kind}; charset={encoding}"}).status_code
        == 400
    )


def test_texts_in_utf_8_may_say_so(browser):
    said = "contact_name=%E6%9D%8E&contact_phone=13800000000"
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    assert browser.generic("POST", page("contact"), said, kind).status_code == 302


# How much is taken


def test_who_sends_too_much_is_told_to_wait(browser, monkeypatch):
    monkeypatch.setattr(tries, "WRITINGS_AN_HOUR", 3)
    monkeypatch.setattr(tries, "FILES_AN_HOUR", 1)
    assert browser.post(page("files"), {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 302
    assert browser.post(page("files"), {"file": SimpleUploadedFile("b.pdf", PDF)}).status_code == 429
    assert browser.post(page("files")).status_code == 302
    answer = browser.post(page("files"))
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3601
    assert "Too much was sent" in answer.content.decode()
    assert browser.get(page("files")).status_code == 200
    assert browser.post(page("files"), REMOTE_ADDR="192.0.2.7").status_code == 302


def test_the_files_of_an_application_are_not_too_large_together(browser, draft, monkeypatch):
    monkeypatch.setattr(applying, "MOST_BYTES_TOGETHER", 2 * len(PDF))
    for name in ("a.pdf", "b.pdf"):
        assert browser.post(page("files"), {"file": SimpleUploadedFile(name, PDF)}).status_code == 302
    answer = browser.post(page("files"), {"file": SimpleUploadedFile("c.pdf", PDF)})
    assert "all files together" in errors(answer)[0]
    assert draft.files.count() == 2


def test_a_page_that_says_the_same_leaves_no_trace(browser, draft):
    said = {"contact_name": "李工", "contact_phone": "13800000000", "contact_mail": ""}
    for _time in range(2):
        assert browser.post(page("contact"), said).status_code == 302
    browser.post(page("contact"), {"contact_name": "李工", "contact_phone": "", "contact_mail": ""})
    assert draft.history.count() == 2  # begun, said
