"""An applicant follows an application with its reference number and access code, and nobody else does."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.sessions import NOTED_EVERY, SEEN_AT
from applications.actions import applying, reviewing
from applications.letters.approval import MIME_TYPE
from applications.models import Application, Reason, State
from applications.pages.tries import OF_PLACE, PER_PLACE, count_try
from applications.secrets import access_code
from orgs.actions.refusals import Refusal
from record.models import AccessEntry
from tests.factories.accounts import UserFactory
from tests.factories.applications import SUBMITTED_ON, application_in
from tests.factories.rows import all_rows
from tests.settings import SITE_CACHES

pytestmark = pytest.mark.django_db

PAGE = "/apply/status/"
WITHDRAW, ANSWER, LETTER, LEAVE = (f"{PAGE}{part}/" for part in ("withdraw", "answer", "letter", "leave"))
NOT_FOUND = "No application has this reference number and this access code."
ASKS = "Follow an application</h1>"


@pytest.fixture
def reviewer():
    return UserFactory(
        username="shencha", first_name="审查", last_name="员张", role="administrator", is_staff=True
    )


def try_code(client, reference, code, **headers):
    return client.post(PAGE, {"reference": reference, "code": code}, headers=headers)


def sign_in(client, application):
    answer = try_code(client, application.reference, access_code(application))
    assert (answer.status_code, answer.url) == (302, PAGE)
    return client


def following(application):
    return sign_in(Client(), application)


def text_of(answer):
    """What a page says, without its tokens."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return unescape(body)


def shown(client, address=PAGE):
    answer = client.get(address)
    assert answer.status_code == 200
    return text_of(answer)


class TestSigningIn:
    def test_number_and_code_open_the_application_and_stand_in_no_address(self, client):
        application = application_in(State.SUBMITTED)
        assert ASKS in shown(client)

        sign_in(client, application)

        page = shown(client)
        assert application.reference in page
        assert application.enterprise_name in page
        assert access_code(application) not in page
        assert client.session["followed"] == application.pk

    @pytest.mark.parametrize(
        "typed",
        [
            lambda text: text.lower(),
            lambda text: f" {text} ",
            lambda text: "".join(chr(ord(letter) + 0xFEE0) for letter in text),
            lambda text: text.replace("-", "\u2014"),
        ],
        ids=["lower case", "spaces", "full width", "dashes"],
    )
    def test_they_are_known_however_they_are_typed(self, client, typed):
        application = application_in(State.SUBMITTED)
        answer = try_code(client, typed(application.reference), typed(access_code(application)))
        assert answer.status_code == 302

    def test_a_wrong_number_a_wrong_code_and_a_draft_look_and_take_the_same(self, client):
        application, other = application_in(State.SUBMITTED), application_in(State.IN_REVIEW)
        draft = application_in(State.DRAFT)
        told, statements = set(), []
        for reference, code in (
            (application.reference, access_code(other)),
            ("SQ2026-9999", access_code(application)),
            ("None", access_code(draft)),
            (application.reference, "0" * 26),
            (application.reference, "党"),
        ):
            with CaptureQueriesContext(connection) as queries:
                answer = try_code(client, reference, code)
            assert code not in text_of(answer)
            told.add((answer.status_code, text_of(answer).replace(f'"{reference}"', "")))
            statements.append([query["sql"].replace(reference.upper(), "") for query in queries])
        [(status, page)] = told
        assert status == 400
        assert NOT_FOUND in page
        assert statements == [statements[0]] * 5
        assert "followed" not in client.session

    @pytest.mark.parametrize("code", ["", "\0", "x" * 81])
    def test_what_is_no_code_is_said_at_its_field_and_is_not_counted(self, client, code):
        application = application_in(State.SUBMITTED)
        for _n in range(PER_PLACE + 1):
            answer = try_code(client, application.reference, code)
            assert answer.status_code == 400
        page = text_of(answer)
        assert 'href="#id_code"' in page
        assert 'aria-invalid="true"' in page
        assert NOT_FOUND not in page
        sign_in(client, application)

    def test_nothing_is_written_down_of_what_failed(self, client, caplog):
        code = access_code(application_in(State.SUBMITTED))
        before = all_rows()
        for _n in range(PER_PLACE + 1):
            try_code(client, "SQ2026-9999", code)
        assert all_rows() == before
        assert not AccessEntry.objects.exists()
        assert not Session.objects.exists()
        assert code not in caplog.text

    def test_the_code_in_an_address_opens_nothing(self, client):
        application = application_in(State.SUBMITTED)
        asked = {"reference": application.reference, "code": access_code(application)}
        assert ASKS in text_of(client.get(PAGE, asked))
        assert "followed" not in client.session

    def test_an_old_code_is_void(self, client):
        application = application_in(State.SUBMITTED)
        old = access_code(application)
        new = applying.renew_code(application=application)
        assert try_code(client, application.reference, old).status_code == 400
        assert try_code(client, application.reference, new).status_code == 302

    def test_a_new_code_ends_what_was_opened_with_the_old_one(self):
        application = application_in(State.RETURNED)
        browser = following(application)
        browser.post(ANSWER)
        assert browser.get("/apply/form/check/").status_code == 200
        applying.renew_code(application=application)
        assert ASKS in shown(browser)
        assert browser.post(WITHDRAW, {"reason": ""}).url == PAGE
        assert browser.get("/apply/form/check/").url == "/apply/"
        application.refresh_from_db()
        assert application.state == State.RETURNED
        assert application.reference in shown(sign_in(browser, application))

    def test_the_session_gets_another_key(self, client):
        session = client.session
        session["planted"] = True
        session.save()
        client.cookies["sessionid"] = planted = session.session_key
        sign_in(client, application_in(State.SUBMITTED))
        assert client.cookies["sessionid"].value != planted
        assert not Session.objects.filter(pk=planted).exists()


class TestTries:
    def test_from_one_address_ten_within_a_quarter_of_an_hour(self, client):
        application = application_in(State.SUBMITTED)
        for number in range(PER_PLACE):
            assert try_code(client, f"SQ2026-9{number:03}", "wrong").status_code == 400
        pages = set()
        for reference in (application.reference, "SQ2026-9999"):
            answer = try_code(client, reference, access_code(application))
            assert answer.status_code == 429
            assert 0 < int(answer["Retry-After"]) <= OF_PLACE.total_seconds()
            assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
            pages.add(text_of(answer))
        [page] = pages
        assert "Try again in 15 minutes." in page
        assert "followed" not in client.session
        assert try_code(Client(REMOTE_ADDR="10.0.0.9"), application.reference, "x").status_code == 400

    def test_wrong_codes_from_elsewhere_keep_no_applicant_out(self, client):
        application = application_in(State.SUBMITTED)
        for number in range(3 * PER_PLACE):
            other = Client(REMOTE_ADDR=f"10.0.{number}.1")
            assert try_code(other, application.reference, "wrong").status_code == 400
        sign_in(client, application)

    def test_a_correct_code_within_the_limit_works(self, client):
        application = application_in(State.SUBMITTED)
        for _n in range(PER_PLACE - 1):
            try_code(client, application.reference, "wrong")
        sign_in(client, application)

    def test_an_ipv6_network_is_one_address(self):
        waits = [count_try(f"2001:db8::{n:x}") for n in range(PER_PLACE + 1)]
        assert waits[:-1] == [None] * PER_PLACE
        assert waits[-1] > 0

    def test_tries_at_once_are_counted_exactly(self):
        with ThreadPoolExecutor(16) as pool:
            waits = list(pool.map(lambda _n: count_try("10.0.0.1"), range(4 * PER_PLACE)))
        assert waits.count(None) == PER_PLACE

    def test_what_one_worker_counted_another_one_knows(self, tmp_path):
        code = (
            "import django; django.setup()\n"
            "from applications.pages.tries import count_try\n"
            "print([count_try('10.0.0.1') for _n in range(8)].count(None))"
        )
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.registry.limited_settings",
            "CACHE_DIR": str(tmp_path),
        }
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", code], cwd=Path(__file__).parents[2], env=environment,
                stdout=subprocess.PIPE, text=True,
            )
            for _n in range(2)
        ]  # fmt: skip
        passed = [int(worker.communicate(timeout=60)[0]) for worker in workers]
        assert sum(passed) == PER_PLACE
        location = {"default": {**SITE_CACHES["default"], "LOCATION": str(tmp_path)}}
        with override_settings(CACHES=location):
            assert count_try("10.0.0.1") > 0

    def test_the_file_of_counts_holds_neither_number_nor_code(self, client, tmp_path):
        application = application_in(State.SUBMITTED)
        location = {"default": {**SITE_CACHES["default"], "LOCATION": str(tmp_path)}}
        with override_settings(CACHES=location):
            try_code(client, application.reference, access_code(application))
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert b"followed-from:127.0.0.1" in kept
        for secret in (application.reference, access_code(application)):
            assert secret.encode() not in kept


class TestProgress:
    TOLD = {
        State.SUBMITTED: ("waits until a reviewer takes it up", "decided by April 2, 2026"),
        State.IN_REVIEW: ("A reviewer compares it with the register", "decided by April 2, 2026"),
        State.RETURNED: ("It is your turn", "Another reason, as explained", "说明", "April 2, 2026"),
        State.APPROVED: ("It was approved on March 2, 2026", "No day is set for that"),
        State.FOUNDED: ("was established on March 2, 2026", "nothing more is asked of you"),
        State.REJECTED: ("no organization is founded", "Another reason, as explained", "说明"),
        State.WITHDRAWN: ("You withdrew it", "may apply anew"),
    }

    @pytest.mark.parametrize("state", TOLD)
    def test_each_state_is_told_with_what_happens_next(self, state, reviewer, monkeypatch):
        monkeypatch.setattr(timezone, "localdate", lambda: SUBMITTED_ON)
        application = application_in(state, by=reviewer)
        page = shown(following(application))
        for told in (*self.TOLD[state], "March 2, 2026", "You submitted the application."):
            assert told in page
        assert str(application.get_state_display()).capitalize() in page
        assert "we are late" not in page
        assert ("Withdraw the application" in page) is (
            state in (State.SUBMITTED, State.IN_REVIEW, State.RETURNED)
        )
        assert (f'action="{ANSWER}"' in page) is (state == State.RETURNED)
        assert (LETTER in page) is (state in (State.APPROVED, State.FOUNDED))
        if state in (State.APPROVED, State.FOUNDED):
            assert application.approval_number in page
        if state == State.FOUNDED:
            assert application.organization.name in page
            assert application.organization.code in page

    @pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_REVIEW])
    def test_who_is_late_says_so_from_the_day_after(self, state, monkeypatch):
        client = following(application_in(state))
        for day, late in ((date(2026, 4, 2), False), (date(2026, 4, 3), True)):
            monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
            assert (
                "was to be decided by April 2, 2026, and is not yet: we are late" in shown(client)
            ) is late

    def test_what_waits_for_the_applicant_is_not_called_late(self, monkeypatch):
        client = following(application_in(State.RETURNED))
        monkeypatch.setattr(timezone, "localdate", lambda: date(2027, 1, 1))
        assert "we are late" not in shown(client)

    def test_an_approval_that_the_district_has_to_file_says_so(self, settings, reviewer):
        application = application_in(State.APPROVED, by=reviewer)
        client = following(application)
        filing = "the department of the district files the approval"
        assert filing not in shown(client)
        settings.TWO_STEP_APPROVAL = True
        assert filing in shown(client)
        assert LETTER not in shown(client)
        assert client.get(LETTER).status_code == 404
        reviewing.file(application=application, staff_note="", on=SUBMITTED_ON, by=reviewer)
        page = shown(client)
        assert filing not in page
        assert LETTER in page
        assert "The department of the district filed the approval." in page

    def test_the_history_tells_all_but_who_and_what_staff_say_to_each_other(self, reviewer):
        secret = "只给同事看"
        colleague = UserFactory(username="tongshi", role="administrator", last_name="同事李")
        say = {"application": application_in(State.IN_REVIEW, by=reviewer), "by": reviewer}
        reviewing.assign(**say, to=colleague, note=secret, on=SUBMITTED_ON)
        reviewing.hand_back(**say, note=secret)
        reviewing.take_up(**say)
        why = {"reasons": [Reason.FILE_MISSING, Reason.MEMBERS_INCOMPLETE], "staff_note": secret}
        reviewing.return_application(**say, **why, note="<b>请补</b>\n营业执照")
        client = following(say["application"])
        page = client.get(PAGE).content.decode()
        assert "&lt;b&gt;请补&lt;/b&gt;<br>营业执照" in page
        assert page.count("A document is missing") == 2  # what is asked, and in the history

        applying.supplement(application=say["application"], answer="已补", on=SUBMITTED_ON)
        reviewing.approve(**say, note="同意", staff_note=secret, on=SUBMITTED_ON)
        reviewing.reopen(**say, note="名称已被使用", staff_note=secret)
        why = {"reasons": [Reason.COVERED_ALREADY], "staff_note": secret}
        reviewing.reject(**say, **why, note="不同意", on=SUBMITTED_ON)
        page = shown(client)
        steps = re.findall(r"</time></p>\s*<p>([^<]+)</p>", page)
        assert steps == [
            "It was rejected.",
            "The review began again.",
            "It was approved.",
            "You answered what was asked.",
            "It came back to you for a supplement.",
            "A reviewer took it up.",
            "It waits for another reviewer.",
            "It was given to a reviewer.",
            "A reviewer took it up.",
            "You submitted the application.",
        ]
        for note in (
            "已补",
            "同意",
            "名称已被使用",
            "不同意",
            "An organization covers the enterprise already",
        ):
            assert note in page
        assert page.count("You wrote:") == 1
        for hidden in (secret, "shencha", "tongshi", "审查", "员张", "同事李"):
            assert hidden not in page

    def test_the_files_are_named_and_not_read(self):
        application = application_in(State.RETURNED)
        client = following(application)
        assert "You sent none." in shown(client)
        other = application_in(State.RETURNED)
        for owner, title in ((application, "营业<执照>.pdf"), (other, "别人的.pdf")):
            applying.add_file(
                application=owner, title=title, media_type="application/pdf", content=b"%PDF" * 999
            )
        with CaptureQueriesContext(connection) as queries:
            page = client.get(PAGE).content.decode()
        assert "营业&lt;执照&gt;.pdf" in page
        assert "PDF, 3.9" in page
        assert "别人的" not in page
        assert not any('"content"' in query["sql"] for query in queries)
        assert not any("staff_note" in query["sql"] for query in queries)
        assert len(queries) <= 6

    def test_neither_contact_nor_persons_stand_on_it(self):
        page = shown(following(application_in(State.IN_REVIEW)))
        for personal in ("联系人", "13800000000", "contact@example.com", "申请人1"):
            assert personal not in page

    @pytest.mark.parametrize("address", [PAGE, WITHDRAW, LETTER])
    def test_no_answer_is_kept(self, client, address):
        answers = [client.get(address)]
        answers.append(following(application_in(State.APPROVED)).get(address))
        for answer in answers:
            assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
            assert answer["Referrer-Policy"] == "same-origin"

    def test_another_application_is_not_reached(self):
        mine, others = application_in(State.SUBMITTED), application_in(State.RETURNED)
        client = following(mine)
        for address in (PAGE, WITHDRAW):
            page = shown(client, f"{address}?followed={others.pk}&application={others.pk}")
            assert mine.reference in page
            assert others.reference not in page
        client.post(WITHDRAW, {"followed": others.pk, "application": others.pk, "reason": ""})
        mine.refresh_from_db()
        others.refresh_from_db()
        assert (mine.state, others.state) == (State.WITHDRAWN, State.RETURNED)

    def test_one_that_is_no_more_is_asked_for_again(self, client):
        session = client.session
        session["followed"] = 999999
        session.save()
        client.cookies["sessionid"] = session.session_key
        assert ASKS in shown(client)


class TestAnswering:
    def test_who_is_asked_is_led_to_the_form(self):
        application = application_in(State.RETURNED)
        client = following(application)
        assert "application" not in client.session
        answer = client.post(ANSWER)
        assert (answer.status_code, answer.url) == (302, "/apply/form/check/")
        assert client.session["application"] == application.pk

    @pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_REVIEW, State.APPROVED, State.REJECTED])
    def test_who_is_not_asked_is_not(self, state):
        client = following(application_in(state))
        assert client.post(ANSWER).url == PAGE
        assert "application" not in client.session


class TestWithdrawing:
    @pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_REVIEW, State.RETURNED])
    def test_it_is_asked_first_and_the_second_click_does_nothing(self, state):
        application = application_in(state)
        client = following(application)
        page = shown(client, WITHDRAW)
        assert application.reference in page
        assert "cannot be undone" in page
        for _click in range(2):
            answer = client.post(WITHDRAW, {"reason": "另行\n申请"})
            assert (answer.status_code, answer.url) == (302, PAGE)
        application.refresh_from_db()
        assert application.state == State.WITHDRAWN
        event = application.events.get(move="withdraw")
        assert (event.note, event.by) == ("另行\n申请", None)
        page = shown(client)
        assert "You withdrew the application." in page
        assert "另行<br>申请" in page
        assert client.get(WITHDRAW).url == PAGE

    @pytest.mark.parametrize("state", [State.APPROVED, State.FOUNDED, State.REJECTED])
    def test_what_is_decided_is_not_withdrawn(self, state):
        application = application_in(state)
        client = following(application)
        for answer in (client.get(WITHDRAW), client.post(WITHDRAW, {"reason": ""})):
            assert answer.status_code == 409
            assert f"the application is “{application.get_state_display()}”" in text_of(answer)
            assert "<textarea" not in text_of(answer)
        application.refresh_from_db()
        assert application.state == state

    def test_what_is_decided_meanwhile_is_not_withdrawn(self, monkeypatch, reviewer):
        application = application_in(State.IN_REVIEW, by=reviewer)
        client = following(application)
        withdraw = applying.withdraw

        def after_approval(**said):
            reviewing.approve(application=application, note="", staff_note="", on=SUBMITTED_ON, by=reviewer)
            return withdraw(**said)

        monkeypatch.setattr(applying, "withdraw", after_approval)
        answer = client.post(WITHDRAW, {"reason": ""})
        assert answer.status_code == 409
        assert "approved" in text_of(answer)
        assert "<textarea" not in text_of(answer)

    def test_a_reason_that_is_too_long_is_said_at_its_field(self):
        application = application_in(State.SUBMITTED)
        answer = following(application).post(WITHDRAW, {"reason": "长" * 501})
        assert answer.status_code == 400
        assert "长" * 501 in text_of(answer)
        application.refresh_from_db()
        assert application.state == State.SUBMITTED


class TestTheLetter:
    @pytest.mark.parametrize("state", [State.APPROVED, State.FOUNDED])
    def test_it_is_a_word_file(self, state):
        application = application_in(state)
        answer = following(application).get(LETTER)
        assert answer.status_code == 200
        assert answer["Content-Type"] == MIME_TYPE
        name = f"approval-letter-{application.reference}.docx"
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert "word/document.xml" in ZipFile(BytesIO(answer.content)).namelist()

    @pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED, State.REJECTED, State.WITHDRAWN])
    def test_without_approval_there_is_none(self, state):
        assert following(application_in(state)).get(LETTER).status_code == 404

    def test_an_approval_that_is_taken_back_has_none(self, reviewer):
        application = application_in(State.APPROVED, by=reviewer)
        client = following(application)
        reviewing.reopen(application=application, note="", staff_note="", by=reviewer)
        assert client.get(LETTER).status_code == 404

    def test_a_form_that_is_not_usable_is_told_in_plain_words(self, monkeypatch, caplog):
        def refuse(_application):
            raise Refusal("APPROVAL_LETTER is no Word file")

        monkeypatch.setattr("applications.pages.status.letter", refuse)
        answer = following(application_in(State.APPROVED)).get(LETTER)
        assert answer.status_code == 503
        assert "The fault is ours" in text_of(answer)
        assert "APPROVAL_LETTER" not in text_of(answer)
        assert "APPROVAL_LETTER" in caplog.text


class TestTheSession:
    def test_who_leaves_is_forgotten(self):
        client = following(application_in(State.RETURNED))
        client.post(ANSWER)
        key = client.cookies["sessionid"].value
        assert client.post(LEAVE).url == PAGE
        assert not client.cookies["sessionid"].value
        assert not Session.objects.filter(pk=key).exists()
        assert ASKS in shown(client)
        assert client.post(LEAVE).url == PAGE

    def test_who_is_signed_in_stays_so_and_acts_as_the_applicant(self, client, reviewer):
        client.force_login(reviewer)
        application = application_in(State.SUBMITTED)
        sign_in(client, application)
        client.post(WITHDRAW, {"reason": ""})
        assert application.events.get(move="withdraw").by is None
        assert Application.history.filter(id=application.pk).latest("history_date").history_user is None
        assert client.get("/admin/").status_code == 200
        client.post(LEAVE)
        assert {"followed", "application"}.isdisjoint(client.session.keys())
        assert ASKS in shown(client)
        assert client.get("/admin/").status_code == 200

    def test_who_signs_out_follows_no_more(self, client, reviewer):
        client.force_login(reviewer)
        sign_in(client, application_in(State.SUBMITTED))
        client.post("/admin/logout/")
        assert ASKS in shown(client)

    def test_it_is_open_before_the_second_factor(self, client, reviewer, settings):
        settings.SECOND_FACTOR = True
        client.force_login(reviewer)
        sign_in(client, application_in(State.SUBMITTED))
        assert "What happened so far" in shown(client)

    def test_it_lasts_while_it_is_used_and_ends_without_an_error(self):
        client = following(application_in(State.RETURNED))
        client.get(PAGE)
        session = client.session
        session[SEEN_AT] -= NOTED_EVERY
        session.save()
        Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
        client.get(PAGE)
        assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=29)

        Session.objects.update(expire_date=timezone.now())
        for address in (WITHDRAW, ANSWER, LEAVE):
            assert client.post(address).url == PAGE
        assert client.get(LETTER).url == PAGE
        assert ASKS in shown(client)

    @pytest.mark.parametrize("address", [WITHDRAW, ANSWER, LEAVE])
    def test_a_post_from_elsewhere_does_nothing(self, address):
        application = application_in(State.SUBMITTED)
        client = Client(enforce_csrf_checks=True)
        client.cookies = following(application).cookies
        assert client.post(address).status_code == 403
        application.refresh_from_db()
        assert application.state == State.SUBMITTED

    @pytest.mark.parametrize("address", [ANSWER, LEAVE])
    @pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
    def test_what_changes_something_takes_a_post(self, address, method):
        client = following(application_in(State.RETURNED))
        assert getattr(client, method)(address).status_code == 405
        assert "application" not in client.session
        assert "followed" in client.session

    @pytest.mark.parametrize(
        ("address", "status"),
        [(PAGE, 200), (WITHDRAW, 409), (LETTER, 200)],
        ids=["page", "withdraw", "letter"],
    )
    def test_what_is_read_has_a_head_and_takes_no_other_method(self, address, status):
        client = following(application_in(State.APPROVED))
        head = client.head(address)
        assert (head.status_code, head.content) == (status, b"")
        assert client.put(address).status_code == client.delete(address).status_code == 405
        if address == LETTER:
            assert client.post(address).status_code == 405
