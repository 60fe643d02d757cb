"""The receipt: bookmarked and printed, it shows the access code once; and links that nobody forges."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import State
from applications.pages import tries
from applications.secrets import access_code, by_code, link_token
from registry.logs import DiscreetFormatter
from tests.applications.test_form import CHECK, writer_of
from tests.factories.applications import application_in, complete_draft

pytestmark = pytest.mark.django_db


def receipt_of(application):
    return reverse("application_receipt", args=[link_token(application)])


def resume(application):
    return reverse("application_resume", args=[link_token(application)])


def test_the_code_is_shown_once_to_who_has_submitted():
    application = complete_draft()
    browser = writer_of(application)
    answer = browser.post(CHECK, {"confirmed": "on"})
    application.refresh_from_db()
    code = access_code(application)
    assert by_code(application.reference, code) == application
    browser.head(answer.url)
    first = browser.get(answer.url)
    text = first.content.decode()
    assert code in text
    assert application.reference in text
    assert {"private", "no-store"} <= set(first["Cache-Control"].split(", "))
    again = browser.get(answer.url).content.decode()
    assert code not in again
    assert application.reference in again
    assert code not in Client().get(answer.url).content.decode()
    assert code not in answer.url


def test_a_new_code_makes_the_old_one_void_and_is_shown_once():
    application = application_in(State.SUBMITTED)
    old = access_code(application)
    browser = Client()
    answer = browser.post(receipt_of(application))
    assert (answer.status_code, answer.url) == (302, receipt_of(application))
    assert Client().get(answer.url).status_code == 200  # a stranger with the link does not use it up
    text = browser.get(answer.url).content.decode()
    application.refresh_from_db()
    new = access_code(application)
    assert new in text
    assert "Your new access code" in text
    assert old not in text
    assert by_code(application.reference, new) == application
    assert by_code(application.reference, old) is None
    assert new not in browser.get(receipt_of(application)).content.decode()


def test_new_codes_are_not_made_without_end(monkeypatch):
    monkeypatch.setattr(tries, "WRITINGS_AN_HOUR", 1)
    application = application_in(State.SUBMITTED)
    browser = Client()
    assert [browser.post(receipt_of(application)).status_code for _time in range(2)] == [302, 429]
    application.refresh_from_db()
    assert application.code_round == 1


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_the_receipt_stands_in_every_state(state):
    application = application_in(state, on=timezone.localdate())
    answer = Client().get(receipt_of(application))
    assert answer.status_code == 200
    assert application.reference in answer.content.decode()
    shown = "it is decided by" in answer.content.decode()
    assert shown is (state in (State.SUBMITTED, State.IN_REVIEW))


def test_no_day_that_has_passed_is_promised():
    application = application_in(State.SUBMITTED, on=timezone.localdate() - timedelta(days=60))
    text = Client().get(receipt_of(application)).content.decode()
    assert "it is decided by" not in text
    assert "Decided by" not in text
    assert "we are late" in text


@pytest.mark.parametrize("state", State)
def test_the_link_leads_to_where_one_writes_or_to_the_receipt(state):
    application = application_in(state)
    browser = Client()
    writes = state in (State.DRAFT, State.RETURNED)
    assert browser.get(resume(application)).url == (CHECK if writes else receipt_of(application))
    assert ("application" in browser.session) is writes


def test_a_draft_has_no_receipt():
    draft = application_in(State.DRAFT)
    for method in ("get", "post"):
        assert getattr(Client(), method)(receipt_of(draft)).url == resume(draft)


@pytest.mark.parametrize("page", ["application_receipt", "application_resume"])
def test_forged_links_are_not_found(client, page):
    application = application_in(State.SUBMITTED)
    token = link_token(application)
    key = application.row_key.hex
    forged = (key, f"{key}:", f"{key}:x", token[:-1], token + "x", f"x{token}", "\0", "x" * 5000, "%00", ":")
    for text in forged:
        for method in ("get", "post"):
            status = getattr(client, method)(reverse(page, args=[text])).status_code
            assert status == (405 if (method, page) == ("post", "application_resume") else 404), text


def test_the_link_of_a_removed_draft_is_not_found(client):
    draft = application_in(State.DRAFT)
    link = resume(draft)
    draft.delete()
    assert client.get(link).status_code == 404


def test_no_log_shows_a_link(client, caplog):
    token = link_token(application_in(State.SUBMITTED))
    caplog.set_level(logging.DEBUG)
    for kind in ("resume", "receipt"):
        client.get(f"/apply/{kind}/{token}x/")
        client.get(f"/apply/{kind}/{token}/nowhere/")
        Client(enforce_csrf_checks=True).post(f"/apply/{kind}/{token}/")
    lines = [DiscreetFormatter("%(message)s").format(record) for record in caplog.records]
    told = [line for line in lines if "/apply/" in line]
    assert len(told) >= 5
    assert not any(token[:16] in line for line in lines)
    assert any("/apply/receipt/…" in line for line in told)
