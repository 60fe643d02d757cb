from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from applications.checks import mail_leaves
from applications.letters.checks import approval_letter


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = _("Applications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Try the form of the approval letter with the other system checks, and the way of mail with --deploy."""
        register(approval_letter)
        register(mail_leaves, deploy=True)
