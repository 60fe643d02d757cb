"""A browser for tests, and what it holds against every page.

A test that opens pages takes `open_page`; when it ends, whatever the pages complained about fails it:
errors on the console, breaches of the content security policy, and calls to other hosts.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.services import chromium

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-blink-features=LangAttributeAwareFormControlUI",  # days in fields as the page's language writes them
]
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
NARROW, BROAD = 390, 1280


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this folder."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def open_page(browser, live_server) -> Iterator[Callable[..., Page]]:
    """Opens pages of the site with the database of the test."""
    yield from pages_of(live_server.url, browser)


def pages_of(address: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens pages of the site at `address`: `open_page(path, language="en", width=1280, …)`.

    `user` is signed in; `scheme` is "light" or "dark"; `status` is the answer that is expected, and
    `expected` another one that a later page may give.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(
        path,
        *,
        language="en",
        width=BROAD,
        javascript=True,
        scheme="light",
        user=None,
        status=200,
        expected=None,
    ):
        context = browser.new_context(
            base_url=address,
            locale=LOCALES[language],
            timezone_id=settings.TIME_ZONE,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) =>"
            " console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"
        )
        page = context.new_page()
        page.on("console", lambda message: _complain(message, expected or status))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: _stay_home(request.url))
        response = page.goto(path)
        assert response.status == status
        return page

    def _complain(message, status):
        # The browser logs the answer to the page itself, too.
        if message.type == "error" and not (status != 200 and f"status of {status}" in message.text):
            complaints.append(f"{message.location.get('url')}: {message.text}")

    def _stay_home(url):
        if not url.startswith((address, "data:")):
            complaints.append(f"call to another host: {url}")

    yield open_
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)
