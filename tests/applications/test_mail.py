"""Each step is told by mail, to whom it concerns and in his language, once, and with nothing personal but a name."""

import logging
import re
from datetime import date, timedelta

import pytest
from django.conf import settings as site
from django.core import mail
from django.core.checks import run_checks
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.roles import Role
from applications.actions.applying import say, submit, supplement, withdraw
from applications.actions.founding import found
from applications.actions.reviewing import (
    approve,
    assign,
    file,
    hand_back,
    is_of_the_district,
    may_review,
    reject,
    reopen,
    return_application,
    take_up,
)
from applications.mail import MAILED
from applications.models import Reason, SentMail, State
from applications.reviewers import district_reviewers_of, reviewers_of
from applications.secrets import access_code
from applications.tasks import DELAYS, send_mails_of
from applications.transitions import Move
from orgs.models import Kind, Organization
from tests.applications import mail_servers
from tests.applications.test_moving import do
from tests.factories.accounts import UserFactory
from tests.factories.applications import SUBMITTED_ON, application_in, complete_draft
from tests.factories.orgs import AreaFactory
from tests.factories.tasks import run_tasks, waiting_tasks

pytestmark = pytest.mark.django_db

APPLICANT = "contact@example.com"
ANNA, BERT = "anna@register.example", "bert@register.example"
NUMBER = "11010519491231002X"


@pytest.fixture
def anna():
    return UserFactory(role="administrator", email=ANNA)


@pytest.fixture
def bert():
    return UserFactory(role="administrator", email=BERT)


def told():
    """Send what waits; gives who is told by it, in order."""
    mail.outbox.clear()
    run_tasks()
    return sorted(message.to[0] for message in mail.outbox)


def server(settings, backend):
    settings.EMAIL_BACKEND = f"tests.applications.mail_servers.{backend.__name__}"


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (Move.SUBMIT, [ANNA, BERT, APPLICANT]),
        (Move.TAKE_UP, []),
        (Move.ASSIGN, [BERT]),
        (Move.HAND_BACK, []),
        (Move.RETURN, [APPLICANT]),
        (Move.SUPPLEMENT, [ANNA, APPLICANT]),
        (Move.APPROVE, [APPLICANT]),
        (Move.FILE, []),
        (Move.REOPEN, [APPLICANT]),
        (Move.REJECT, [APPLICANT]),
        (Move.FOUND, [APPLICANT]),
        (Move.WITHDRAW, [ANNA, APPLICANT]),
    ],
)
def test_each_move_is_told_to_whom_it_concerns(move, expected, anna, bert):
    before = {
        Move.SUBMIT: State.DRAFT, Move.TAKE_UP: State.SUBMITTED, Move.SUPPLEMENT: State.RETURNED,
        Move.FILE: State.APPROVED, Move.REOPEN: State.APPROVED, Move.FOUND: State.APPROVED,
    }.get(move, State.IN_REVIEW)  # fmt: skip
    application = application_in(before, by=anna)
    run_tasks()
    if move == Move.ASSIGN:
        assign(application=application, to=bert, note="", on=SUBMITTED_ON, by=anna)
    else:
        do(move, application, anna)
    assert waiting_tasks().exists() == (move in MAILED)
    assert told() == expected
    assert told() == []


def test_a_withdrawal_that_nobody_reviews_is_told_to_the_applicant_alone(anna):
    application = application_in(State.SUBMITTED)
    run_tasks()
    withdraw(application=application, reason="")
    assert told() == [APPLICANT]


def test_who_has_no_address_gets_no_mail(anna):
    UserFactory(role="administrator")
    application_in(State.SUBMITTED, contact_mail="")
    assert told() == [ANNA]


def test_an_address_that_cannot_be_read_keeps_nobody_else_from_his_mail(anna, caplog):
    event = application_in(State.SUBMITTED).events.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE applications_application SET contact_mail = 'lost:AAAA'")
    assert told() == [ANNA]
    assert not waiting_tasks().exists()
    assert f"The address for event {event.pk} cannot be read" in caplog.text


def test_who_assigns_to_himself_is_not_told(anna):
    application = application_in(State.IN_REVIEW, by=anna)
    run_tasks()
    assign(application=application, to=anna, note="", on=SUBMITTED_ON, by=anna)
    assert told() == []


def test_who_is_not_assigned_any_more_is_not_told(anna, bert):
    application = application_in(State.IN_REVIEW, by=anna)
    run_tasks()
    assign(application=application, to=bert, note="", on=SUBMITTED_ON, by=anna)
    hand_back(application=application, note="", by=bert)
    assert told() == []


def test_who_may_review_no_longer_is_not_told(anna, bert):
    application = application_in(State.IN_REVIEW, by=anna)
    run_tasks()
    assign(application=application, to=bert, note="", on=SUBMITTED_ON, by=anna)
    bert.groups.clear()
    assert told() == []


@pytest.mark.parametrize("move", [Move.SUPPLEMENT, Move.WITHDRAW])
def test_where_the_assigned_one_may_review_no_longer_all_are_told_what_the_applicant_does(move, anna, bert):
    application = application_in(State.RETURNED, by=bert)
    run_tasks()
    bert.groups.clear()
    do(move, application, None)
    assert told() == [ANNA, APPLICANT]
    application.refresh_from_db()
    assert application.assigned_to == (None if move == Move.SUPPLEMENT else bert)


def test_a_supplement_that_names_another_area_is_nobodys_to_review(anna):
    here, there = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    reviewer = UserFactory(role="reviewer", area=here, email=BERT)
    application = application_in(State.RETURNED, by=reviewer, area=here)
    say(application=application, values={"area": there})
    run_tasks()
    assert supplement(application=application, answer="", on=SUBMITTED_ON).assigned_to is None
    assert told() == [ANNA, APPLICANT]


def test_in_two_steps_the_district_is_told_to_file_and_the_reviewer_that_it_did(anna, bert, settings):
    street = AreaFactory(code="330304001")
    reviewer = UserFactory(role="reviewer", area=street, email="street@register.example")
    UserFactory(role="reviewer", area=AreaFactory(code="330304"), email="district@register.example")
    settings.TWO_STEP_APPROVAL = True
    application = application_in(State.IN_REVIEW, by=reviewer, area=street)
    run_tasks()
    do(Move.APPROVE, application, reviewer)
    assert told() == [ANNA, BERT, APPLICANT, "district@register.example"]
    do(Move.FILE, application, anna)
    assert told() == ["street@register.example"]


def test_the_reviewers_are_those_who_may_review(django_assert_num_queries):
    district = AreaFactory(code="330304")
    street = AreaFactory(code="330304001")
    other = AreaFactory(code="330304002")
    application = application_in(State.SUBMITTED, area=street)
    for role in (*Role, None):
        for area in (None, district, street, other):
            for active in (True, False):
                UserFactory(role=role, area=area, is_active=active)
    UserFactory(is_superuser=True)
    UserFactory(is_superuser=True, is_active=False)
    may = [user for user in User.objects.order_by("username") if may_review(user, application, SUBMITTED_ON)]
    with django_assert_num_queries(2):  # the area, the users
        found = list(reviewers_of(application))
    assert found == may
    district = [user for user in may if is_of_the_district(user)]
    assert list(district_reviewers_of(application)) == district
    assert 0 < len(may) < User.objects.count() / 2


def test_many_reviewers_cost_a_note_each_and_nothing_more(anna, django_assert_max_num_queries):
    application_in(State.SUBMITTED)
    event = application_in(State.SUBMITTED).events.get()
    UserFactory.create_batch(20, role="administrator", email="many@register.example")
    with django_assert_max_num_queries(5 + 22):
        send_mails_of.call(str(event.pk))
    assert len(mail.outbox) == 22


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_is_told_in_his_language(language, anna, settings):
    settings.LANGUAGE_CODE = "en"
    application = application_in(State.SUBMITTED, language=language, on=timezone.localdate())
    run_tasks()
    texts = {message.to[0]: message.body for message in mail.outbox}
    for address, spoken in ((APPLICANT, language), (ANNA, "en")):
        with translation.override(spoken):
            assert date_format(application.due_on) in texts[address]
            assert gettext("Party-organization Registry") in texts[address]


def test_a_mail_says_what_it_is_about_and_where_to_go_on(anna):
    application = application_in(State.SUBMITTED, language="en", enterprise_name="A & B <Ltd>")
    run_tasks()
    mine, theirs = sorted(mail.outbox, key=lambda message: message.to != [APPLICANT])
    assert mine.subject == f"Your application {application.reference} has arrived"
    assert theirs.subject == f"Application {application.reference} waits for a reviewer"
    assert "https://register.example/apply/status/\n" in mine.body
    assert f"https://register.example/admin/applications/application/{application.pk}/change/" in theirs.body
    assert mine.from_email == site.DEFAULT_FROM_EMAIL
    for message in (mine, theirs):
        assert "Enterprise: A & B <Ltd>\n" in message.body
        assert application.reference in message.body
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"
        assert "\n\n\n" not in message.body
    assert mine.body.startswith("Dear 联系人,\n")
    assert "联系人" not in theirs.body


def test_a_decision_that_is_late_already_names_no_day(anna):
    application = application_in(State.SUBMITTED, on=date(2020, 1, 5), language="en")
    assert application.due_on == date(2020, 2, 5)
    run_tasks()
    assert "2020" not in "".join(message.body for message in mail.outbox).replace(application.reference, "")


def test_no_mail_has_anything_personal_but_the_name(anna, bert):
    """A whole journey, with every mail that there is."""
    private = {"reasons": [Reason.OTHER], "note": f"问王秘密 {NUMBER}", "staff_note": f"王秘密 {NUMBER}"}
    application = complete_draft(contact_phone="13957703303")
    submit(application=application, on=SUBMITTED_ON)
    application = take_up(application=application, by=anna)
    application = assign(application=application, to=bert, note=f"王秘密 {NUMBER}", on=SUBMITTED_ON, by=anna)
    application = return_application(application=application, by=bert, **private)
    application = supplement(application=application, answer=f"王秘密 {NUMBER}", on=SUBMITTED_ON)
    notes = {"note": private["note"], "staff_note": private["staff_note"]}
    application = approve(application=application, on=SUBMITTED_ON, by=bert, **notes)
    application = file(application=application, staff_note=private["note"], on=SUBMITTED_ON, by=anna)
    run_tasks()
    application = reopen(application=application, by=bert, **notes)
    application = approve(application=application, on=SUBMITTED_ON, by=bert, **notes)
    found(
        application=application, organization=Organization(code="NEW", name="新党支部"), kind=Kind.BRANCH,
        area=application.area, neighbours=[], members=[], secretary=None, on=SUBMITTED_ON, by=anna,
    )  # fmt: skip
    others = [application_in(State.IN_REVIEW, by=anna, contact_phone="13957703303") for _ in range(2)]
    reject(application=others[0], on=SUBMITTED_ON, by=anna, **private)
    withdraw(application=others[1], reason=f"王秘密 {NUMBER}")
    run_tasks()
    assert set(MAILED) == {event.move for event in events_with_mail()}
    assert len(mail.outbox) == SentMail.objects.count() > len(MAILED)

    secrets = [NUMBER, "王秘密", "13957703303", "example.com", ANNA, BERT]
    for one in (application, *others):
        code = access_code(one)
        secrets += [one.uscc, code, code.replace("-", ""), one.code_digest, one.row_key.hex, str(one.row_key)]
        secrets += [member.name for member in one.members.all()]
    for message in mail.outbox:
        headers = {name: value for name, value in message.message().items() if name != "To"}
        text = f"{message.subject}\n{message.body}\n{headers}"
        assert not [secret for secret in secrets if secret in text], text
        assert not re.search(r"\d{17}[\dX]|1\d{10}", message.body)


def events_with_mail():
    return [sent.event for sent in SentMail.objects.select_related("event")]


def test_what_is_taken_back_sends_nothing(anna):
    application = complete_draft()
    with transaction.atomic():
        submit(application=application, on=SUBMITTED_ON)
        assert waiting_tasks().exists()
        transaction.set_rollback(True)
    assert not waiting_tasks().exists()
    assert told() == []


def test_an_action_is_done_while_no_mail_can_be_sent(anna, settings):
    server(settings, mail_servers.Down)
    application = application_in(State.RETURNED, by=anna)
    run_tasks()
    application.refresh_from_db()
    assert application.state == State.RETURNED
    assert mail.outbox == []


def test_a_server_that_is_down_is_tried_again_and_each_is_told_once(anna, settings, caplog):
    backend = settings.EMAIL_BACKEND
    server(settings, mail_servers.Down)
    application_in(State.SUBMITTED)
    run_tasks()
    waiting = waiting_tasks().get()
    assert waiting.run_after > timezone.now() + DELAYS[0] - timedelta(seconds=30)
    run_tasks()  # not before its time
    assert waiting_tasks().get() == waiting
    settings.EMAIL_BACKEND = backend
    mail.outbox.clear()
    run_tasks(later=True)
    assert sorted(message.to[0] for message in mail.outbox) == [ANNA, APPLICANT]
    assert not waiting_tasks().exists()
    assert "example" not in caplog.text


def test_one_address_that_is_refused_keeps_nobody_from_his_mail(anna, settings, caplog):
    server(settings, mail_servers.Refusing)
    application = application_in(State.SUBMITTED, contact_mail="refused@example.com")
    assert told() == [ANNA]
    for _ in range(len(DELAYS) + 2):
        run_tasks(later=True)
    assert len(mail.outbox) == 1
    assert not waiting_tasks().exists()
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors == [f"Mails of event {application.events.get().pk} are given up: not all could be sent."]
    warnings = [record for record in caplog.records if record.name == "applications.tasks"]
    assert len(warnings) == len(DELAYS) + 1 + len(errors)
    assert "@" not in caplog.text
    assert not DBTaskResult.objects.exclude(traceback="").exists()


def test_a_task_that_runs_twice_tells_nobody_twice(anna):
    event = application_in(State.SUBMITTED).events.get()
    send_mails_of.enqueue(str(event.pk))
    run_tasks()
    assert sorted(message.to[0] for message in mail.outbox) == [ANNA, APPLICANT]


def test_a_worker_that_is_killed_is_followed_by_one_that_tells_the_rest(anna, settings, monkeypatch):
    backend = settings.EMAIL_BACKEND
    server(settings, mail_servers.Killing)
    monkeypatch.setattr(mail_servers.Killing, "sent", False)
    event = application_in(State.SUBMITTED).events.get()
    with pytest.raises(mail_servers.Killed):
        send_mails_of.call(str(event.pk))
    assert [message.to for message in mail.outbox] == [[APPLICANT]]
    settings.EMAIL_BACKEND = backend
    as_left_by_a_killed_worker(timezone.now())
    run_tasks()
    assert len(mail.outbox) == 1  # it may still be at work
    as_left_by_a_killed_worker(timezone.now() - timedelta(hours=1))
    run_tasks()
    assert [message.to[0] for message in mail.outbox] == [APPLICANT, ANNA]


def test_a_task_under_which_workers_end_is_given_up(anna, caplog):
    application_in(State.SUBMITTED)
    as_left_by_a_killed_worker(timezone.now() - timedelta(hours=1), workers=5)
    assert told() == []
    result = DBTaskResult.objects.get()
    assert result.status == TaskResultStatus.FAILED
    assert f"Task {result.pk} is given up" in caplog.text


def as_left_by_a_killed_worker(started, workers=1):
    names = [f"worker {number}" for number in range(workers)]
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=started, worker_ids=names)


def test_the_same_mail_has_the_same_id(anna):
    """So that a mail that was sent twice after all, by a worker that was killed between, is seen to be one."""
    application_in(State.SUBMITTED)
    run_tasks()
    ids = {message.extra_headers["Message-ID"] for message in mail.outbox}
    SentMail.objects.all().delete()
    DBTaskResult.objects.update(status=TaskResultStatus.READY)
    run_tasks()
    assert len(ids) == 2
    assert {message.extra_headers["Message-ID"] for message in mail.outbox} == ids


def test_an_event_that_is_gone_is_told_to_nobody():
    send_mails_of.enqueue("00000000-0000-0000-0000-000000000000")
    assert told() == []


@pytest.mark.parametrize(
    ("debug", "backend", "warned"),
    [(False, "console", True), (False, "smtp", False), (True, "console", False)],
)
def test_a_deployment_whose_mail_reaches_nobody_is_warned_of(settings, debug, backend, warned):
    settings.DEBUG, settings.EMAIL_BACKEND = debug, f"django.core.mail.backends.{backend}.EmailBackend"
    found = run_checks(include_deployment_checks=True)
    assert ("applications.W001" in [message.id for message in found]) is warned
    assert "applications.W001" not in [message.id for message in run_checks()]


@pytest.mark.parametrize("two_steps", [False, True])
def test_who_is_approved_is_told_what_comes_next(anna, settings, two_steps):
    settings.TWO_STEP_APPROVAL = two_steps
    application_in(State.APPROVED, by=anna, language="en")
    mail.outbox.clear()
    run_tasks()
    [text] = [message.body for message in mail.outbox if "is approved" in message.subject]
    assert ("Next the department of the district files" in text) is two_steps
    assert ("Next the organization is founded" in text) is not two_steps
