"""The pages that refuse what is stale, in a browser: readable on a phone and a screen, in both languages."""

from datetime import date

import pytest
from django.urls import reverse

from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.orgs import CoverageFactory, EnterpriseFactory, PracticeFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def change_by(user, record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    record._history_user = user
    record.save()


@pytest.mark.parametrize(("language", "width"), [("en", NARROW), ("zh-hans", BROAD)])
def test_what_is_refused_is_readable_and_accessible(open_page, language, width):
    user, other = UserFactory(is_staff=True, is_superuser=True), UserFactory(username="organizer")
    enterprise = EnterpriseFactory(name="温州电器", above_scale_from=date(2007, 1, 1))
    coverage = CoverageFactory(enterprise=enterprise)
    PracticeFactory(title="互助会")

    page = open_page(
        reverse("admin:orgs_enterprise_change", args=[enterprise.pk]),
        language=language,
        width=width,
        user=user,
    )
    page.fill("#id_name", "温州电器厂")
    change_by(other, enterprise, name="温州电器有限公司", employees=120)
    change_by(other, enterprise.above_scale_periods.get(), valid_to=date(2008, 1, 1))
    page.click("[name=_save]")
    page.wait_for_selector(".changed-meanwhile")
    assert page.locator(".changed-meanwhile li").count() == 2
    assert page.input_value("#id_name") == "温州电器厂"
    assert_fits(page)
    assert_accessible(page)

    page = open_page(
        reverse("admin:orgs_enterprise_close", args=[enterprise.pk]),
        language=language,
        width=width,
        user=user,
    )
    change_by(other, coverage, valid_to=date(2009, 1, 1))
    page.click("#procedure_form [type=submit]")
    page.wait_for_selector(".changed-meanwhile")
    assert page.locator(".changed-meanwhile li").count() == 1
    assert_fits(page)
    assert_accessible(page)

    page = open_page(reverse("admin:orgs_practice_changelist"), language=language, width=width, user=user)
    page.check(".action-select")
    page.select_option("[name=action]", "delete_selected")
    page.click("button[name=index]")
    page.wait_for_selector("#delete_form")
    assert page.locator("#delete_form [name=listed]").count() == 1
    assert_fits(page)
    assert_accessible(page)
