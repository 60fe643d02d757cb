"""The chain: each seal covers the row it seals and the seal before, so that no row can go unnoticed.

Writers do not wait for it: a sealer comes after them, every few seconds (`manage.py seal_log`). Nobody
without LOG_KEY can make a link. What the chain cannot tell is that its newest links were cut off: note the
head that `seal_log` prints where the database's own administrators do not write, and give it to
`verify_log --head`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef

from record.guards import YEARS, guarded_models
from record.history import Recorded
from record.ids import least_id
from record.models import Checkpoint, Seal
from record.signing import mac, signatures, signed_columns

BATCH = 1000
"""Rows that are sealed in one transaction, and that are checked at once."""

_LOCK = 7_330_304_002
# Of this application's sealers on PostgreSQL one works at a time.


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link: its number (0: none yet) and code."""

    number: int
    mac: str

    def __str__(self) -> str:
        return f"{self.number}:{self.mac}"


@dataclass(frozen=True, slots=True)
class Bad:
    """The first row that is not as it was recorded, and what is wrong with it."""

    table: str
    row: str
    fault: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of the record found: nothing bad, or the first bad row."""

    sealed: int
    unsealed: int
    """Rows that were written since the sealer last came: their signatures are good."""
    head: Head
    bad: Bad | None = None


class Tampered(Exception):
    """Something recorded is not as it was: it is not tidied away."""

    def __init__(self, bad: Bad) -> None:
        super().__init__(f"{bad.table} {bad.row}: {bad.fault}")


def sealed_models() -> dict[str, type[models.Model]]:
    """The models of the rows that the chain covers, by the names of their tables."""
    return {model._meta.db_table: model for model in guarded_models() if issubclass(model, Recorded)}


def head() -> Head:
    """The newest link of the chain; without one, where the last removal left it."""
    newest = Seal.objects.order_by("-number").first() or Checkpoint.objects.order_by("-number").first()
    return Head(newest.number, newest.mac) if newest else Head(0, "")


def seal(*, now: datetime, since: datetime | None = None) -> int:
    """Seal what was recorded, from `since` on, and is not sealed, oldest first; gives how many rows.

    Two at once do not mix: the second one waits. Killed, it leaves whole links.
    """
    count, start = 0, None if since is None else least_id(since)
    while any(_unsealed(start)):
        if links := _seal_batch(now, start):
            count += len(links)
            start = links[-1].row  # what is older is sealed: it need not be read again
    return count


@transaction.atomic
def _seal_batch(now: datetime, start: UUID | None) -> list[Seal]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = head()
    rows = sorted(_unsealed(start))[:BATCH]
    links = []
    for row, table, signed in rows:
        number = last.number + 1
        last = Head(number, _link(last.mac, number, table, row, signed, now))
        links.append(Seal(number=number, table=table, row=row, sealed_at=now, mac=last.mac))
    return Seal.objects.bulk_create(links)


def _unsealed(start: UUID | None) -> Iterator[tuple[UUID, str, str]]:
    """Id, table and signature of rows without a seal, from `start` on: of each table the oldest, at most a batch."""
    for table, model in sealed_models().items():
        seals = Seal.objects.filter(table=table, row=OuterRef("pk"))
        rows = model._default_manager.filter(~Exists(seals)).order_by("pk")
        if start is not None:
            rows = rows.filter(pk__gte=start)
        for row, signed in rows.values_list("pk", "signature")[:BATCH]:
            yield row, table, signed


def _link(before: str, number: int, table: str, row: UUID, signed: str, sealed_at: datetime) -> str:
    return mac("seal", before, str(number), table, row.hex, signed, sealed_at.astimezone(UTC).isoformat())


def verify(*, expected: Head | None = None) -> Verdict:
    """Check every signature and every link; `expected` is a head that was noted earlier.

    Every row is read, some 5,000 a second.
    """
    last, start = head(), Head(0, "")
    checkpoint = Checkpoint.objects.order_by("-number").first()
    if checkpoint is not None:
        start = Head(checkpoint.number, checkpoint.mac)
        if checkpoint.signature != sign_checkpoint(checkpoint):
            return Verdict(0, 0, last, Bad(Checkpoint._meta.db_table, str(checkpoint.number), "edited"))
    count, link, met = 0, start, expected is None or expected == start
    for seals in _batches(start.number):
        signatures = _signatures(seals)
        for found in seals:
            if found.number != link.number + 1:
                return Verdict(count, 0, last, Bad(Seal._meta.db_table, str(link.number + 1), "deleted"))
            recorded, right = signatures.get((found.table, found.row), ("", ""))
            if not recorded:
                return Verdict(count, 0, last, Bad(found.table, str(found.row), "deleted"))
            if recorded != right:
                return Verdict(count, 0, last, Bad(found.table, str(found.row), "edited"))
            code = _link(link.mac, found.number, found.table, found.row, recorded, found.sealed_at)
            if code != found.mac:
                return Verdict(count, 0, last, Bad(found.table, str(found.row), "moved"))
            link, count = Head(found.number, code), count + 1
            met = met or link == expected
    if expected is not None and not met:
        bad = Bad(Seal._meta.db_table, str(expected.number), "deleted")
        return Verdict(count, 0, last, bad)
    unsealed, bad_row = _check_unsealed()
    return Verdict(count, unsealed, last, bad_row)


def _batches(after: int) -> Iterator[Sequence[Seal]]:
    while seals := list(Seal.objects.filter(number__gt=after).order_by("number")[:BATCH]):
        yield seals
        after = seals[-1].number


def _signatures(seals: Sequence[Seal]) -> dict[tuple[str, UUID], tuple[str, str]]:
    """The signatures of the sealed rows, as they stand there and as they should be."""
    rows = defaultdict(list)
    for found in seals:
        rows[found.table].append(found.row)
    known, signatures = sealed_models(), {}
    for table, keys in rows.items():
        if table in known:
            for key, recorded, right in _signed(known[table]._default_manager.filter(pk__in=keys)):
                signatures[table, key] = recorded, right
    return signatures


def _signed(rows: models.QuerySet[Any]) -> Iterator[tuple[UUID, str, str]]:
    """Id, signature and right signature of each of `rows`."""
    model: type[models.Model] = rows.model
    columns = signed_columns(model)
    place = columns.index(model._meta.pk.attname)
    found = rows.order_by().values_list(*columns, "signature").iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        *values, recorded = zip(*batch, strict=True)
        yield from zip(values[place], recorded, signatures(model, values), strict=True)


def _check_unsealed() -> tuple[int, Bad | None]:
    count = 0
    for table, model in sealed_models().items():
        seals = Seal.objects.filter(table=table, row=OuterRef("pk"))
        for key, recorded, right in _signed(model._default_manager.filter(~Exists(seals))):
            if recorded != right:
                return count, Bad(table, str(key), "inserted")
            count += 1
    return count, None


def sign_checkpoint(checkpoint: Checkpoint) -> str:
    """The signature that `checkpoint` should have."""
    made_at = checkpoint.made_at.astimezone(UTC).isoformat()
    return mac("checkpoint", str(checkpoint.number), checkpoint.mac, str(checkpoint.removed), made_at)


@transaction.atomic
def remove_old(*, now: datetime) -> int:
    """Remove what was sealed more than three years before `now`, and seal where the chain begins now.

    Gives how many rows. Only the beginning of the chain goes. Raises Tampered where the record is not as it was.
    """
    limit = _years_before(now)
    kept = Seal.objects.filter(sealed_at__gt=limit).order_by("number").first()
    old = Seal.objects.order_by("number")
    if kept is not None:
        old = old.filter(number__lt=kept.number)
    last = old.last()
    if last is None:
        return 0
    verdict = verify()
    if verdict.bad is not None:
        raise Tampered(verdict.bad)
    removed = 0
    for seals in iter(lambda: list(old[:BATCH]), []):
        rows = defaultdict(list)
        for found in seals:
            rows[found.table].append(found.row)
        for table, keys in rows.items():
            sealed_models()[table]._default_manager.filter(pk__in=keys).delete()
        removed += len(seals)
        Seal.objects.filter(pk__in=[found.pk for found in seals]).delete()
    checkpoint = Checkpoint(number=last.number, mac=last.mac, removed=removed, made_at=now)
    checkpoint.signature = sign_checkpoint(checkpoint)
    checkpoint.save(force_insert=True)
    return removed


def _years_before(moment: datetime) -> datetime:
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year - YEARS, day=day)
