"""The browsable description of the API works under the content security policy."""

from datetime import date

import pytest

from registry.api import router
from tests.factories.orgs import EnterpriseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_operations_are_shown_and_unfold(open_page):
    EnterpriseFactory(uscc="91330399YL0000001X", registered_on=date(2001, 1, 1))  # as in the sample
    page = open_page("/api/v1/docs/")
    page.get_by_text("Sample data.").wait_for()

    page.wait_for_selector(".opblock")
    for prefix, _viewset, _name in router.registry:
        assert page.locator(f'.opblock-get [data-path="/api/v1/{prefix}/"]').count() == 1
    page.locator('.opblock-get [data-path="/api/v1/enterprises/"]').click()
    page.wait_for_selector('tr[data-param-name="ownership"]')
    assert page.locator('tr[data-param-name="on"]').count() == 1
