from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from record.guards import guard_after_migrate


class RecordConfig(AppConfig):
    name = "record"
    verbose_name = _("Record")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the database refuse changes of what is recorded, in tables that later migrations make too."""
        post_migrate.connect(guard_after_migrate, sender=self, dispatch_uid="record.guards")
