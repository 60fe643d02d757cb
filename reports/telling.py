"""Records that are counted otherwise, as a reader may see them: names, links, and who corrected them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from members.models import Member
from orgs.models import Enterprise, Organization
from reports.comparing import Counted, Difference, Subject
from reports.corrections import Correction, corrections_since
from reports.states import Step

SHOWN = 50
"""Records that a page tells one by one, of those that came, went or changed of one subject."""

_TABLES: Mapping[Subject, tuple[Any, str]] = {
    Subject.ORGANIZATIONS: (Organization, "code"),
    Subject.MEMBERS: (Member, "member_no"),
    Subject.ENTERPRISES: (Enterprise, "uscc"),
    Subject.TITLES: (Enterprise, "uscc"),
}


@dataclass(frozen=True)
class Told:
    """A record that is counted otherwise: `name` and `link` are empty where the reader does not see it."""

    key: str
    name: str
    link: str
    before: str
    after: str
    corrections: Sequence[Correction]


@dataclass(frozen=True)
class ToldList:
    """Records that came, went or changed: how many, and the first of them; none where the reader may not see any."""

    count: int
    shown: Sequence[Told]

    @property
    def more(self) -> int:
        """Records that are not told one by one."""
        return self.count - len(self.shown)


@dataclass(frozen=True)
class ToldDifference:
    """What came, went and changed of one subject; `is_named` tells whether the reader may see which."""

    subject: Subject
    is_named: bool
    came: ToldList
    went: ToldList
    changed: ToldList

    @property
    def count(self) -> int:
        """How many records are counted otherwise."""
        return self.came.count + self.went.count + self.changed.count


@dataclass(frozen=True)
class Reader:
    """Who reads, on which day, and how figures are called there (by their codes)."""

    user: User
    today: date
    labels: Mapping[str, str]

    def may_see(self, subject: Subject) -> bool:
        """Whether the reader may see which records of `subject` are counted; titles are seen with enterprises."""
        meta = _TABLES[subject][0]._meta
        return self.user.has_perm(f"{meta.app_label}.view_{meta.model_name}")

    def tell(self, found: Difference, *, since: datetime | None = None) -> ToldDifference:
        """`found` in the reader's words; with `since` also who changed each record after that."""
        named = self.may_see(found.subject)
        lists = [found.came, found.went, found.changed]
        firsts = [one for those in lists for one in those[:SHOWN]] if named else []
        keys = {one.key for one in firsts}
        rows = self._rows(found.subject, keys) if keys else {}
        corrections: Mapping[int, Sequence[Correction]] = {}
        if since is not None and keys:
            ids = {row.pk: row for row in rows.values()}
            corrections = corrections_since(since, found.subject, ids)

        def told(one: Counted) -> Told:
            row = rows.get(one.key)
            return Told(
                key=one.key,
                name=row.name if row else "",
                link=_link_to(row) if row else "",
                before=self.labels_of(one.before),
                after=self.labels_of(one.after),
                corrections=corrections.get(row.pk, ()) if row else (),
            )

        came, went, changed = (
            ToldList(len(those), [told(one) for one in those[:SHOWN]] if named else []) for those in lists
        )
        return ToldDifference(found.subject, named, came, went, changed)

    def labels_of(self, codes: Sequence[str]) -> str:
        """What a record that stands under `codes` is counted as."""
        return _(", ").join(self.labels[code] for code in codes)

    def _rows(self, subject: Subject, keys: Collection[str]) -> dict[str, Any]:
        """The records with `keys` that the reader sees today, by key."""
        model, key = _TABLES[subject]
        rows = model.objects.within(self.user.scope, self.today).filter(**{f"{key}__in": keys})
        if model is Organization:
            branches = Organization.objects.community_general_branches().filter(pk=OuterRef("pk"))
            rows = rows.annotate(is_community=Exists(branches))
        return {getattr(row, key): row for row in rows}


def _link_to(row: Any) -> str:
    name = "communitygeneralbranch" if getattr(row, "is_community", False) else row._meta.model_name
    return reverse(f"admin:{row._meta.app_label}_{name}_change", args=[row.pk])


@dataclass(frozen=True)
class ToldStep:
    """What differs between two states, subject by subject; subjects of which nothing differs are left out."""

    title: str
    are_corrections: bool
    differences: Sequence[ToldDifference]

    @classmethod
    def of(cls, step: Step, reader: Reader) -> Self:
        """`step` as `reader` may see it."""
        told = [reader.tell(one, since=step.since) for one in step.differences]
        return cls(step.title, step.since is not None, [one for one in told if one.count])
