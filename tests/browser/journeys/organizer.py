"""An organizer's day: from what the rules ask for to the figure that moves."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tests.browser.journeys.staff import ask_for, organizations, sign_in

DAY_BEFORE = "2008-06-19"
"""With which the organizer compares: the day of the report."""


def enter_a_branch(page, newcomer, shot):
    """Enter the branch that the work list asks for at `newcomer`; gives the figure before and after.

    Each newcomer's on a day of its own, the later the earlier it is entered: so each figure moves by one.
    """
    day = f"2008-06-{31 - newcomer.number}"
    sign_in(page, "organizer")
    shot("organizer-index", page)
    page.get_by_role("link", name=_("Dashboard: the figures of any day, and the rows behind them")).click()
    ask_for(page, as_of=day, compared_with=DAY_BEFORE)
    before = organizations(page)
    shot("organizer-dashboard", page)

    page.get_by_role("link", name=_("What to do next")).click()
    ask_for(page, as_of=day)
    page.get_by_role("link", name=capfirst(_("no organization of its own"))).click()
    row = page.get_by_role("row").filter(has_text=newcomer.name)
    shot("organizer-work-list", page, page.locator("section[aria-labelledby=items]"))
    row.get_by_role("link", name=_("Found an organization")).click()

    page.get_by_label(capfirst(_("organization code"))).fill(f"ZZ330304-9{newcomer.number}")
    page.get_by_label(f"{capfirst(_('name'))}:", exact=True).fill(f"{newcomer.name}党支部")
    page.get_by_label(capfirst(_("established on"))).fill(day)
    page.get_by_label(capfirst(_("initiated by"))).select_option("organizer")
    shot("organizer-branch", page)
    page.get_by_role("button", name=_("Save"), exact=True).click()
    page.locator(".messagelist .success").wait_for()
    shot("organizer-saved", page)

    page.goto(f"/dashboard/?as_of={day}&compared_with={DAY_BEFORE}")
    shot("organizer-figure-moved", page)
    return before, organizations(page)
