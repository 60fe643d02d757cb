"""How the values of a row become those of a record."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import models

TEXT_FIELDS = (models.CharField, models.TextField)


def field_values(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that are fields of `model` by the same name; an empty text is "", not None."""
    empty = _empty_values(model)
    return {name: empty[name] if value is None else value for name, value in values.items() if name in empty}


@cache
def _empty_values(model: type[models.Model]) -> dict[str, str | None]:
    """The fields of `model` but for relations, with what stands in them for nothing."""
    fields = [field for field in model._meta.concrete_fields if not field.is_relation]
    return {field.name: "" if isinstance(field, TEXT_FIELDS) else None for field in fields}


def differs(instance: models.Model, values: Mapping[str, Any]) -> bool:
    """Whether an attribute of `instance` is another than `values` say."""
    return any(getattr(instance, name) != value for name, value in values.items())


def assign(instance: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Set the attributes of `instance`; gives the names of those that changed."""
    changed = [name for name, value in values.items() if getattr(instance, name) != value]
    for name in changed:
        setattr(instance, name, values[name])
    return changed
