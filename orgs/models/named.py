"""What is called by a Chinese name and found by its sound."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models

from orgs.pinyin import searchable_pinyin


class Named(models.Model):
    """A model whose `name` is also kept in pinyin, for searches; bulk writes set `name_pinyin` themselves."""

    is_person: ClassVar[bool] = False
    """Whether the name begins with a surname."""

    name: Any
    name_pinyin = models.CharField(max_length=400, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, with the pinyin of the name."""
        self.name_pinyin = searchable_pinyin(self.name, person=self.is_person)
        if update_fields is not None:
            update_fields = {*update_fields, "name_pinyin"}
        super().save(*args, update_fields=update_fields, **kwargs)
