"""Series of numbers: each gives 1, 2, 3, … without a gap and without a double."""

from django.db import models


class Series(models.Model):
    """A series by its `name`, and the last number that it gave (orgs.actions.numbering)."""

    name = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.last}"
