from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "work"
    verbose_name = _("What to do next")
    default_auto_field = "django.db.models.BigAutoField"
