from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from accounts.roles import grant_after_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the permissions of the roles as accounts.roles has them."""
        post_migrate.connect(grant_after_migrate, dispatch_uid="accounts.roles")
