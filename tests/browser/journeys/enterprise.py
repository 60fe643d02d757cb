"""An enterprise asks for a branch, a reviewer approves it, an organizer founds it, the enterprise reads of it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from members.models import Stage
from tests.browser.journeys.newcomers import MEMBERS
from tests.browser.journeys.staff import open_list, sign_in


@dataclass(frozen=True)
class Receipt:
    """What the applicant follows the application with."""

    reference: str
    code: str


def apply(page, applicant, shot):
    """Ask for a branch from the home page on; gives the receipt."""

    def go_on(topic):
        page.get_by_role("button", name=_("Save and go on")).last.click()
        page.get_by_role("heading", name=topic, level=1).wait_for()

    shot("home", page)
    page.get_by_role("link", name=_("Apply for a Party organization")).click()
    shot("enterprise-guide", page)
    page.get_by_role("button", name=_("Begin an application")).click()
    page.get_by_label(_("Unified social credit code")).fill(applicant.uscc)
    shot("enterprise-credit-code", page)
    go_on(_("The organization you ask for"))
    page.get_by_label(_("A branch of our own"), exact=True).check()
    go_on(_("Members"))
    for number, name in enumerate(MEMBERS, start=1):
        person = page.get_by_role("group", name=_("Person %(number)s") % {"number": number}, exact=True)
        person.get_by_label(pgettext("person", "Name")).fill(name)
        person.get_by_label(_("Stage")).select_option(Stage.FULL.value)
        person.get_by_label(_("Since")).fill("2007-05-01")
        if number == 1:
            shot("enterprise-members", page)
    go_on(_("Proposed secretary"))
    page.get_by_label(MEMBERS[0]).check()
    go_on(_("Contact person"))
    page.get_by_label(pgettext("person", "Name")).fill(MEMBERS[0])
    page.get_by_label(_("Phone")).fill("138 0000 0000")
    go_on(_("Files"))
    go_on(_("Check your answers"))
    page.locator("[name=confirmed]").check()
    shot("enterprise-check", page, page.locator("main form"))
    page.get_by_role("button", name=_("Submit the application")).click()
    page.get_by_role("heading", name=_("Your application is submitted")).wait_for()
    shot("enterprise-receipt", page)
    return Receipt(page.locator(".reference").inner_text(), page.locator(".new-key code").inner_text())


def review(page, receipt, shot):
    """A reviewer finds the application in the queue, compares, and approves it."""
    sign_in(page, "reviewer")
    open_list(page, _("Applications"))
    shot("reviewer-queue", page)
    page.get_by_role("link", name=receipt.reference).click()
    shot("reviewer-application", page)
    take_step(page, _("Take up…"), shot)
    take_step(page, _("Approve…"), shot, name="reviewer-approval")


def found(page, receipt, code, shot):
    """An organizer founds the organization with the code `code`."""
    sign_in(page, "organizer")
    open_list(page, _("Applications"))
    page.get_by_role("link", name=receipt.reference).click()
    take_step(page, _("Found the organization…"), shot, name="reviewer-founding", code=code)


def take_step(page, step, shot, *, name="", **said):
    """Take the `step` of that label with what is `said`, after a look at what it does; picture it as `name`."""
    page.get_by_role("link", name=step, exact=True).click()
    for field, value in said.items():
        page.locator(f"[name={field}]").fill(value)
    page.get_by_role("button", name=_("Look at what it will do")).click()
    page.locator(".outcome").wait_for()
    if name:
        shot(name, page)
    page.get_by_role("button", name=_("Confirm: %(label)s") % {"label": step.rstrip("…")}).click()
    page.locator(".messagelist .success").wait_for()


def follow(page, receipt, shot):
    """Follow the application with `receipt`, in a browser that does not know it any more."""
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_role("link", name=_("Follow an application")).last.click()
    page.get_by_label(_("Reference number")).fill(receipt.reference)
    page.get_by_label(_("Access code")).fill(receipt.code)
    page.get_by_role("button", name=_("Show the application")).click()
    page.get_by_role("heading", name=receipt.reference).wait_for()
    shot("enterprise-status", page)
    return page.locator("main").inner_text()
