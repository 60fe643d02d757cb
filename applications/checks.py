"""What the site is told before it serves the public: applicants wait for mail."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

CONSOLE = "django.core.mail.backends.console.EmailBackend"


def mail_leaves(**_asked: Any) -> list[CheckMessage]:
    """A check of a deployment: mail is sent, and not printed with the address it goes to."""
    if settings.DEBUG or settings.EMAIL_BACKEND != CONSOLE:
        return []
    hint = "Set EMAIL_URL to the server that takes the site's mail; see docs/settings.md."
    text = "Mail is printed, with the addresses of applicants, and reaches nobody."
    return [Warning(text, hint=hint, id="applications.W001")]
