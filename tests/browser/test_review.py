"""Reviewing in a browser: the pages on which an application is returned and founded are accessible and fit."""

import pytest

from applications.models import State
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.applications import application_in
from tests.factories.orgs import AreaFactory
from tests.factories.procedures import page_of

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def look(page):
    for width in (NARROW, BROAD):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)


def test_a_reviewer_returns_an_application_after_a_look_at_what_it_does(open_page):
    area = AreaFactory(code="330304001")
    user = UserFactory(username="reviewer", is_staff=True, is_superuser=True)
    record, approved = (
        application_in(state, by=user, area=area) for state in (State.IN_REVIEW, State.APPROVED)
    )
    page = open_page(page_of(approved, "found"), user=user)
    look(page)
    page.goto(page_of(record, "return"))
    look(page)
    page.get_by_label("a document is missing").check()
    page.get_by_label("Note to the applicant").fill("请补充申请书。\n谢谢。")
    page.get_by_role("button", name="Look at what it will do").click()
    look(page)
    assert "returned for supplement" in page.locator(".outcome").inner_text()
    page.get_by_role("button", name="Confirm: Return for supplement").click()
    look(page)
    record.refresh_from_db()
    assert record.state == State.RETURNED
    assert record.events.get(number=record.moves).note == "请补充申请书。\n谢谢。"
