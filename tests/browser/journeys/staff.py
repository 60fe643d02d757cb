"""What everybody of the staff does."""

from django.utils.translation import gettext as _

from sample.logins import LOGINS

PASSWORDS = {login.username: login.password for login in LOGINS}


def sign_in(page, username):
    """From the first page that a user of the sample opens to the index of the admin."""
    page.get_by_label(_("Username")).fill(username)
    page.get_by_label(_("Password")).fill(PASSWORDS[username])
    page.get_by_role("button", name=_("Log in")).click()
    page.get_by_role("heading", name=_("Work on the register")).wait_for()


def ask_for(page, **fields):
    """Fill in the form of day and area by the names of its `fields`, and have it shown."""
    for name, value in fields.items():
        page.locator(f".day-form [name={name}]").fill(value)
    page.locator(".day-form").get_by_role("button", name=_("Show"), exact=True).click()
    page.wait_for_url(f"**as_of={fields['as_of']}*")


def organizations(page):
    """How many Party organizations the headline of the page has."""
    shown = page.locator(".key-figures > div").filter(has_text=_("Party organizations"))
    return int(shown.locator(".figure").inner_text().replace(",", ""))


def open_list(page, name):
    """From the index of the admin to the list of that `name`."""
    page.locator("#content").get_by_role("link", name=name, exact=True).last.click()
    page.locator("#changelist").wait_for()
