"""How actions save a row: with the person who did it in its history."""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model


def save_by(row: Model, by: AbstractBaseUser | None) -> None:
    """Save `row`; its history row names `by`, or nobody."""
    row._history_user = by  # type: ignore[attr-defined]  # read by django-simple-history
    row.save()
