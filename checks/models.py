"""What the checks of each night found."""

from django.db import models
from django.db.models import Q


class CheckRun(models.Model):
    """The nightly run of all checks on the register as of `day`.

    It is there once the worker is asked for it; `finished_at`, how long it `took`, and `counts`, the offenders
    of each check by its code, come with its end.
    """

    day = models.DateField(unique=True)
    finished_at = models.DateTimeField(null=True)
    took = models.DurationField(null=True)
    counts = models.JSONField(default=dict)

    objects = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, took__isnull=True)
                | Q(finished_at__isnull=False, took__isnull=False),
                name="checkrun_took_its_time_once_it_is_finished",
            )
        ]

    def __str__(self) -> str:
        return str(self.day)
