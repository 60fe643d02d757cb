"""What holds for every page in a browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
# With `preload`, axe adds styles of its own, which the policy reports as breaches.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}


def assert_accessible(page: Page, within: str | None = None) -> None:
    """No violation of any rule that axe knows, best practices included; `within`: in that part of the page."""
    page.wait_for_load_state()
    violations = AXE.run(page, context=within, options=OPTIONS).response["violations"]
    told = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {node['html'][:200]}" for node in violation["nodes"][:5])
        for violation in violations
    ]
    assert not told, f"{page.url}\n" + "\n".join(told)


def assert_fits(page: Page) -> None:
    """The page does not scroll sideways, once its styles are there."""
    page.wait_for_load_state()
    width, room = page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
    assert width <= room, f"{page.url} is {width} px wide in {room} px"
