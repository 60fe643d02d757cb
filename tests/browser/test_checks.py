"""The pages of the checks in a browser, in both languages, broad and narrow."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from checks.models import CheckRun
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.checks.seeds import SEEDS, clean_register
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "link", "width", "scheme"),
    [("en", "Checks of the register", NARROW, "dark"), ("zh-hans", "台账检查", BROAD, "light")],
)
def test_from_the_index_to_an_offender(open_page, language, link, width, scheme):
    offender = SEEDS["joint-branch-of-one"](clean_register())
    ended = {"finished_at": timezone.now(), "took": timedelta(seconds=2)}
    for day in (1, 2):
        CheckRun.objects.create(day=date(2026, 6, day), counts={"joint-branch-of-one": day}, **ended)
    administrator = UserFactory(is_staff=True, is_superuser=True)
    page = open_page("/admin/", language=language, width=width, scheme=scheme, user=administrator)
    page.get_by_role("link", name=link).press("Enter")
    page.wait_for_url("**/admin/checks/")
    page.locator("#content-main summary").press("Enter")
    assert_fits(page)
    assert_accessible(page)
    page.locator("#content-main tbody a").press("Enter")
    page.wait_for_url("**/joint-branch-of-one/")
    assert_fits(page)
    assert_accessible(page)
    page.locator(".offenders a").press("Enter")
    page.wait_for_url(f"**/organization/{offender.pk}/change/")
