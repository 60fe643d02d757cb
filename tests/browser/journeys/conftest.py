"""What journeys share: a site with the sample register, and pictures of it on the way.

With PICTURES set to a folder the journeys of the guides leave their pictures there (`make screenshots`).
"""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.checks import assert_fits
from tests.browser.conftest import pages_of
from tests.browser.journeys.site import DATABASE, fill, serving
from tests.registry.test_server import ROOT

MARGIN = 24
"""Around a part of a page, in pixels."""
COLOURS = 128
"""Of a picture: pages have few, and the file is a third as large."""


@cache
def shown_pictures() -> frozenset[str]:
    """The pictures that the documents show."""
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return frozenset(re.findall(r"images/([\w.-]+\.png)", "".join(path.read_text() for path in documents)))


@pytest.fixture(scope="session")
def register(tmp_path_factory) -> Path:
    """The folder with the database that journeys begin with, made once for all processes of the tests."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        register = folder / "register"
        if not register.exists():
            made = tmp_path_factory.mktemp("making")
            fill(made)
            made.rename(register)
    return register


@pytest.fixture(scope="session")
def site_folder(register, tmp_path_factory) -> Path:
    """The folder with the database that the tests of this process write to."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(register / DATABASE, folder)
    return folder


@pytest.fixture(scope="session")
def site(site_folder) -> Iterator[str]:
    """The address of the site with that database."""
    with serving(site_folder) as address:
        yield address


@pytest.fixture
def language(request) -> Iterator[str]:
    """The language of the visitor, in which gettext gives the words that are read and clicked."""
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def open_page(browser, site) -> Iterator[Callable[..., Page]]:
    """Opens pages of the site with the sample register."""
    yield from pages_of(site, browser)


@pytest.fixture
def shot(language, width) -> Callable[..., None]:
    """`shot(name, page, part=None)` looks at the page: it fits. Where a document shows it, it is pictured as well.

    The picture is `{name}.{language}.{width}.png`, of the screen or of a `part` of the page.
    """
    folder = os.environ.get("PICTURES")

    def take(name: str, page: Page, part: Locator | None = None) -> None:
        assert_fits(page)
        file = f"{name}.{language}.{width}.png"
        if folder and file in shown_pictures():
            page.wait_for_load_state("networkidle")
            clip = {"full_page": True, "clip": _with_margin(part)} if part else {}
            picture = Image.open(BytesIO(page.screenshot(animations="disabled", **clip)))
            picture.quantize(COLOURS).save(Path(folder, file), optimize=True)

    return take


def _with_margin(part: Locator) -> dict[str, float]:
    """Where `part` lies on its page, and a little around it."""
    left, top, width, height = part.evaluate(
        "(part) => { const box = part.getBoundingClientRect();"
        " return [box.left + scrollX, box.top + scrollY, box.width, box.height]; }"
    )
    before = min(MARGIN, left)
    return {
        "x": left - before, "y": top - MARGIN, "width": width + 2 * before, "height": height + 2 * MARGIN,
    }  # fmt: skip
