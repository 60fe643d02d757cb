"""With what a note to an applicant begins; who reviews writes the rest."""

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.models import Application


def greeting(application: Application) -> str:
    """A greeting, in the language of the applicant."""
    with translation.override(application.language):
        return _("Dear %(name)s,") % {"name": application.contact_name} + "\n\n"


def greeting_with_the_day(application: Application) -> str:
    """The greeting, and by when the application is to be decided."""
    if application.due_on is None:
        return greeting(application)
    with translation.override(application.language):
        text = _("your application %(reference)s is to be decided by %(day)s.")
        said = {"reference": application.reference, "day": date_format(application.due_on)}
        return greeting(application) + text % said + "\n"
