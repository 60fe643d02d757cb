"""The record in a browser: the access log, one entry of it, and the changes of all records."""

import pytest
from django.urls import reverse

from accounts.models import Token
from orgs.models import Area
from record.log import note
from record.models import AccessEntry, Event
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

LOG = "/admin/record/accessentry/"
CHANGES = f"{LOG}changes/"
HIDDEN = "list => list.scrollWidth - list.clientWidth"
CUT = "cells => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length"


@pytest.fixture
def administrator(rf):
    user = UserFactory(username="administrator", is_staff=True, is_superuser=True)
    request = rf.get("/")
    note(Event.REFUSED, request=request, user=user, detail="403 GET admin:record_accessentry_changelist")
    note(
        Event.REVEALED,
        request=request,
        user=user,
        subject="members.member 1",
        detail="id_number",
        reason="核对",
    )
    return user


@pytest.mark.parametrize(
    ("language", "told", "scheme"), [("en", "refused", "light"), ("zh-hans", "被拒绝", "dark")]
)
def test_the_access_log_shows_all_its_columns_and_an_entry_in_the_readers_language(
    open_page, administrator, language, told, scheme
):
    page = open_page(LOG, language=language, scheme=scheme, user=administrator)
    assert page.locator("#changelist .results").evaluate(HIDDEN) == 0
    assert_accessible(page)
    page.set_viewport_size({"width": NARROW, "height": 900})
    assert_fits(page)

    entry = AccessEntry.objects.get(event=Event.REFUSED)
    page.goto(reverse("admin:record_accessentry_change", args=[entry.pk]))
    assert told in page.locator("#content h2").inner_text()
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize(
    ("language", "none", "width"), [("en", "There are no changes.", NARROW), ("zh-hans", "没有变更。", BROAD)]
)
def test_the_changes_of_all_records_are_asked_for_by_day_and_user(
    open_page, administrator, language, none, width
):
    AreaFactory.create_batch(51)
    assert Area.objects.count() == 51
    page = open_page(CHANGES, language=language, width=width, user=administrator)
    assert page.locator("#change-history tbody tr").count() == 50
    assert page.locator("#change-history td").evaluate_all(CUT) == 0
    assert_fits(page)
    assert_accessible(page)
    page.locator(".paginator a").press("Enter")
    page.wait_for_url("**before=*")
    assert page.locator("#change-history tbody tr").count() > 0

    page.goto(f"{CHANGES}?since=never")
    page.locator(".errorlist").wait_for()
    assert page.get_by_text(none).count() == 0
    assert_fits(page)
    assert_accessible(page)
    page.locator("#id_since").fill("2026-01-02")
    page.locator("#id_user").fill("nobody")
    page.locator("#id_user").press("Enter")
    page.get_by_text(none).wait_for()
    assert "since=2026-01-02" in page.url
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_user_name_reads_as_it_is_typed_into_the_search(open_page, administrator, language):
    page = open_page(CHANGES, language=language, user=administrator)
    assert "administrator" in page.locator(".account .who").inner_text()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_administrators_see_the_tokens_of_all(open_page, administrator, language):
    token, _key = Token.objects.create(UserFactory(username="li"), name="统计")
    page = open_page(reverse("admin:accounts_token_changelist"), language=language, user=administrator)
    assert_accessible(page)
    page.set_viewport_size({"width": NARROW, "height": 900})
    assert_fits(page)
    page.goto(reverse("admin:accounts_token_change", args=[token.pk]))
    assert_fits(page)
    assert_accessible(page)
