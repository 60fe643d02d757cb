"""Two states of what is counted, record by record: what came, what went, and what is counted otherwise."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from stats.contents import Contents

OF_THE_CALENDAR = ("organizations.established_this_year", "organizations.established_last_year")
"""Figures of the year, in force or not: a record enters and leaves them by the calendar, and they make no stock."""


class Subject(models.TextChoices):
    """What is counted."""

    ORGANIZATIONS = "organizations", _("Party organizations")
    MEMBERS = "members", _("members")
    ENTERPRISES = "enterprises", _("enterprises")
    TITLES = "designations", _("titles")


def subject_of(code: str) -> Subject:
    """What the figure with `code` counts."""
    first = code.split(".", maxsplit=1)[0]
    return Subject(first) if first in Subject.values else Subject.ORGANIZATIONS


@dataclass(frozen=True)
class Counted:
    """A record by its key, and the codes of the figures that count it before and after."""

    key: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def came(self) -> bool:
        """Whether it is among the stock after, and was not before."""
        return _is_stock(self.after) and not _is_stock(self.before)

    @property
    def went(self) -> bool:
        """Whether it was among the stock before, and is not after."""
        return _is_stock(self.before) and not _is_stock(self.after)


def _is_stock(codes: Sequence[str]) -> bool:
    return any(code not in OF_THE_CALENDAR for code in codes)


@dataclass(frozen=True)
class Difference:
    """What came, went and changed of one subject."""

    subject: Subject
    came: Sequence[Counted]
    went: Sequence[Counted]
    changed: Sequence[Counted]

    @property
    def all(self) -> list[Counted]:
        """Every record that is counted otherwise."""
        return [*self.came, *self.went, *self.changed]


def differences(before: Contents, after: Contents, *, but: Sequence[str] = ()) -> list[Difference]:
    """What differs between two contents, of each subject in turn; figures with the codes of `but` are not looked at."""
    codes_before, codes_after = _by_record(before, but), _by_record(after, but)
    return [_difference(subject, codes_before[subject], codes_after[subject]) for subject in Subject]


def _by_record(contents: Contents, but: Sequence[str]) -> dict[Subject, dict[str, list[str]]]:
    found: dict[Subject, dict[str, list[str]]] = {subject: defaultdict(list) for subject in Subject}
    for code, keys in sorted(contents.items()):
        if code not in but:
            records = found[subject_of(code)]
            for key in keys:
                records[key].append(code)
    return found


def _difference(
    subject: Subject, before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> Difference:
    counted = [
        Counted(key, tuple(before.get(key, ())), tuple(after.get(key, ())))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]
    return Difference(
        subject,
        came=[one for one in counted if one.came],
        went=[one for one in counted if one.went],
        changed=[one for one in counted if not one.came and not one.went],
    )
