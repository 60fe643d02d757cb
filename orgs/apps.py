from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = _("Register of organizations")
    default_auto_field = "django.db.models.BigAutoField"
