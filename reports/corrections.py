"""Who changed what of a record since a moment, as far as figures depend on it; read from its history."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import ForeignKey, Model, OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.models import Member, Membership, Standing
from orgs.models import (
    AboveScale,
    Coverage,
    Designation,
    Enterprise,
    EnterpriseArea,
    Instructor,
    Organization,
    OrganizationArea,
    OrganizationKind,
)
from reports.comparing import Subject

Table = tuple[type[Model], str, tuple[str, ...]]
"""A table, its field that leads to the record (`id`: it is the record), and the fields that figures depend on."""

_PERIOD = ("valid_from", "valid_to")

_ORGANIZATION: Sequence[Table] = (
    (Organization, "id", ("established_on", "dissolved_on", "initiated_by")),
    (OrganizationKind, "organization", ("kind", *_PERIOD)),
    (OrganizationArea, "organization", ("area", *_PERIOD)),
)
_OWN: Mapping[Subject, Sequence[Table]] = {
    Subject.ORGANIZATIONS: _ORGANIZATION,
    Subject.MEMBERS: (
        (Member, "id", ("probationary_on", "full_on", "ended_on")),
        (Membership, "member", ("organization", *_PERIOD)),
        (Standing, "member", ("kind", *_PERIOD)),
    ),
    Subject.ENTERPRISES: (
        (Enterprise, "id", ("ownership", "registered_on", "closed_on")),
        (EnterpriseArea, "enterprise", ("area", *_PERIOD)),
        (AboveScale, "enterprise", _PERIOD),
        (Coverage, "enterprise", ("organization", *_PERIOD)),
        (Instructor, "enterprise", _PERIOD),
    ),
    Subject.TITLES: (
        (Designation, "enterprise", ("title", "level", *_PERIOD)),
        (EnterpriseArea, "enterprise", ("area", *_PERIOD)),
    ),
}
_THROUGH: Mapping[Subject, tuple[type[Model], str]] = {
    Subject.MEMBERS: (Membership, "member"),
    Subject.ENTERPRISES: (Coverage, "enterprise"),
}
"""What leads to organizations whose changes count for the record, too."""


@dataclass(frozen=True)
class Correction:
    """One change of a row: when, by whom (None: by nobody who signed in), of which table, and what it changed.

    `of` is the name of the organization through which it counts for the record, empty where the row is its own.
    """

    at: datetime
    order: Any
    by: Any
    what: str
    deed: str
    fields: tuple[str, ...]
    of: str = ""


def corrections_since(
    moment: datetime, subject: Subject, records: Collection[int]
) -> dict[int, list[Correction]]:
    """The changes after `moment` of each of `records` (by their ids), oldest first.

    Those of a member's organizations, and of an enterprise's, are among them. Two statements per table.
    """
    found: dict[int, list[Correction]] = defaultdict(list)
    for table in _OWN[subject]:
        for owner, correction in _changes(table, moment, records):
            found[owner].append(correction)
    if subject in _THROUGH:
        owners = _owners_by_organization(*_THROUGH[subject], records)
        names = dict(Organization.objects.filter(pk__in=owners).values_list("pk", "name"))
        for table in _ORGANIZATION:
            for organization, correction in _changes(table, moment, owners):
                for owner in owners[organization]:
                    found[owner].append(replace(correction, of=names[organization]))
    return {owner: sorted(those, key=lambda one: (one.at, str(one.order))) for owner, those in found.items()}


def _owners_by_organization(model: type[Model], owner: str, records: Collection[int]) -> dict[int, set[int]]:
    """The records that each organization covers, or has as members, or ever did."""
    history: Any = model.history  # type: ignore[attr-defined]
    links = history.filter(**{f"{owner}__in": records}).values_list("organization_id", f"{owner}_id")
    found: dict[int, set[int]] = defaultdict(set)
    for organization, record in links.order_by().distinct():
        found[organization].add(record)
    return found


def _changes(table: Table, moment: datetime, records: Collection[int]) -> Iterator[tuple[int, Correction]]:
    """The changes after `moment` of the rows of `table` that belong to `records`, or did, with whose they are."""
    model, owner, names = table
    history: Any = model.history  # type: ignore[attr-defined]
    attname = model._meta.get_field(owner).attname  # type: ignore[union-attr]
    theirs = history.filter(**{f"{attname}__in": records}).order_by()
    owners: dict[int, set[int]] = defaultdict(set)
    for row, record in theirs.values_list("id", attname).distinct():
        owners[row].add(record)
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    before = {f"before_{field.name}": Subquery(earlier.values(field.attname)[:1]) for field in fields}
    later = history.filter(id__in=theirs.values("id"), history_date__gt=moment)
    for entry in later.select_related("history_user").annotate(**before):
        changed = tuple(
            _told(entry, field) for field in fields if _before(entry, field) != _after(entry, field)
        )
        if entry.history_type == "~" and not changed:
            continue
        correction = Correction(
            at=timezone.localtime(entry.history_date),
            order=entry.history_id,
            by=entry.history_user,
            what=capfirst(str(model._meta.verbose_name)),
            deed=entry.get_history_type_display(),
            fields=changed,
        )
        for record in owners[entry.id]:
            yield record, correction


def _after(entry: Any, field: Any) -> Any:
    return getattr(entry, field.attname) if entry.history_type != "-" else None


def _before(entry: Any, field: Any) -> Any:
    return getattr(entry, f"before_{field.name}")


def _told(entry: Any, field: Any) -> str:
    """The field with its value before and after; a link by its name alone."""
    label = capfirst(str(field.verbose_name))
    if isinstance(field, ForeignKey):
        return label
    before, after = (_written(field, value(entry, field)) for value in (_before, _after))
    return _("%(field)s: %(value)s") % {"field": label, "value": f"{before} → {after}" if before else after}


def _written(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    return str(dict(field.flatchoices).get(value, value) if field.choices else localize(value))
