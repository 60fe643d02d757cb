"""The browsable description of the API works under the content security policy."""

import pytest

from registry.api import router

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_operations_are_shown_and_unfold(open_page):
    page = open_page("/api/v1/docs/")

    page.wait_for_selector(".opblock")
    for prefix, _viewset, _name in router.registry:
        assert page.locator(f'.opblock [data-path="/api/v1/{prefix}/"]').count() == 1
    page.locator('.opblock [data-path="/api/v1/enterprises/"]').click()
    page.wait_for_selector('tr[data-param-name="ownership"]')
    assert page.locator('tr[data-param-name="on"]').count() == 1
