"""The sample's rows as plain values, the same for rows in memory and in a database."""

from django.db.models import Model

from sample.story import tell

NOT_TOLD = ("id", "name_pinyin", "row_key", "letter_number")
"""Given on saving, or at random."""


def described(row: Model) -> tuple[str, ...]:
    """The model and the values of a row; a row that it refers to by its key, or by its values where it has none."""
    fields = [field for field in row._meta.concrete_fields if field.name not in NOT_TOLD]
    return (row._meta.label, *(f"{field.name}={_plain(getattr(row, field.name))}" for field in fields))


def _plain(value: object) -> object:
    if isinstance(value, Model):
        keys = [name for name in ("member_no", "uscc", "code", "title") if hasattr(value, name)]
        return getattr(value, keys[0]) if keys else described(value)
    return bytes(value) if isinstance(value, memoryview) else value  # PostgreSQL gives bytes as such a view


def told() -> list[tuple[str, ...]]:
    """The sample as the story tells it, in memory."""
    return sorted(described(row) for rows in tell().rows() for row in rows)
