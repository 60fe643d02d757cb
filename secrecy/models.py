"""Rows with protected values."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from secrecy.fields import INDEX, protected_fields, with_companions


class HoldsProtected(models.Model):
    """A model with protected columns; `row_key` is the row for which they are sealed."""

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, with all columns of a protected value."""
        if update_fields is not None:
            update_fields = with_companions(type(self), update_fields)
        super().save(*args, update_fields=update_fields, **kwargs)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django does; what is wrong with an index is told of the value."""
        try:
            super().validate_constraints(exclude)
        except ValidationError as error:
            values = {field.name + INDEX: field.name for field in protected_fields(type(self))}
            told = error.update_error_dict({})
            raise ValidationError({values.get(name, name): wrong for name, wrong in told.items()}) from error
