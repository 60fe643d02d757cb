from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from members.letters.checks import transfer_letter


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Try the form of the transfer letter with the other system checks."""
        register(transfer_letter)
