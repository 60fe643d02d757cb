"""Rows that are written once: signed as they are written, never changed."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.utils import get_history_model_for_model

from record.ids import new_id, new_ids
from record.origin import current_origin
from record.signing import signature, signatures, signed_columns


def sign(row: Any) -> None:
    """Fill in the origin of `row`, of any model of the record, unless it is given; sign it as it is then."""
    if not row.request_id:
        origin = current_origin()
        row.request_id, row.client_address = origin.request_id, origin.address
    model: type[models.Model] = type(row)
    names = signed_columns(model)
    for name in names:
        setattr(row, name, _as_stored(model, name, getattr(row, name)))
    row.signature = signature(model, [getattr(row, name) for name in names])


def _as_stored(model: type[models.Model], name: str, value: Any) -> Any:
    """`value` as it will be read: a column takes "2008-6-1" for a day, and cuts what has too many places.

    Signed otherwise, the row would look edited ever after.
    """
    field: Any = model._meta.get_field(name)
    clean = field.get_prep_value(value)
    return round(clean, field.decimal_places) if isinstance(clean, Decimal) else clean


class RecordedQuerySet(models.QuerySet[Any]):
    """Rows of the record; those written in bulk are signed too."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Write `objs`, signed."""
        rows = list(objs)
        for row in rows:
            row.sign()
        return super().bulk_create(rows, *args, **kwargs)


class Recorded(models.Model):
    """A row of the record: where it comes from, and a signature over all of it."""

    written_at: ClassVar[str]
    """The column that tells when the row was written."""

    request_id = models.CharField(_("request"), max_length=36, editable=False, db_index=True)
    client_address = models.CharField(_("address"), max_length=45, editable=False, blank=True)
    signature = models.CharField(max_length=64, editable=False)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, signed."""
        self.sign()
        super().save(*args, **kwargs)

    def sign(self) -> None:
        """Make the row ready to be written."""
        sign(self)


class HistoryRow(Recorded):
    """A row of a table of history: what a change left of a record."""

    written_at = "history_date"

    history_change_reason: Any

    class Meta:
        abstract = True

    def sign(self) -> None:
        """As any row; the reason is the author's where the change names none of its own."""
        if not self.history_change_reason:
            self.history_change_reason = current_origin().reason or None
        super().sign()


class History(HistoricalRecords):  # type: ignore[misc]  # django-simple-history has no types
    """The changes of a model, as django-simple-history keeps them, in signed rows."""

    def __init__(self, *, excluded_fields: Sequence[str] = ()) -> None:
        super().__init__(
            bases=[HistoryRow],
            excluded_fields=list(excluded_fields),
            history_id_field=models.UUIDField(default=new_id, editable=False),
            history_change_reason_field=models.TextField(null=True),
        )

    def copy_fields(self, model: type[models.Model]) -> dict[str, Any]:
        """Without indexes of texts: the history is asked for by keys, and an index of names takes long to write."""
        fields: dict[str, Any] = super().copy_fields(model)
        texts: list[Any] = [field for field in fields.values() if isinstance(field, models.CharField)]
        for field in texts:
            field.db_index = False
        return fields


def history_columns(
    model: type[models.Model], columns: Mapping[str, Sequence[Any]], kind: str, *, by: Any, reason: str
) -> tuple[type[models.Model], dict[str, Sequence[Any]]]:
    """What the history of stored rows of `model` gets for a change of `kind` ("+" or "~").

    `columns` are the values of the rows by the names of all their columns (`attname`), in the same order in each;
    so is what this gives, beside the model of the history, for those who write many rows by means of their own.
    """
    history: Any = get_history_model_for_model(model)
    origin, now = current_origin(), timezone.now()
    count = len(columns[model._meta.pk.attname])
    same = {
        "history_date": now,
        "history_change_reason": origin.reason or reason,
        "history_type": kind,
        "history_user_id": by.pk if by else None,
        "request_id": origin.request_id,
        "client_address": origin.address,
    }
    kept: dict[str, Sequence[Any]] = {name: [value] * count for name, value in same.items()}
    kept["history_id"] = new_ids(count)
    names = signed_columns(history)
    found = {name: kept[name] if name in kept else columns[name] for name in names}
    return history, {**found, "signature": list(signatures(history, list(found.values())))}
