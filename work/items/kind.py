"""What an item of the work list is: its kind says by which rule, about which records, and what to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import Count, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise

from members.deadlines import cited
from orgs.actions.timelines import holds
from orgs.formation import FormationRules, formation_rules_on
from orgs.models import Policy, PolicyNumber
from stats.pages.asking import Asked
from work.items.spells import Spell, held_since
from work.models import Exemption
from work.readers import Reader


@dataclass(frozen=True)
class Rules:
    """The numbers of policy of `day`."""

    day: date

    numbers: Mapping[Policy, PolicyNumber]
    """Those of the day."""

    formation: FormationRules

    earlier: Sequence[PolicyNumber]
    """Those of every day."""

    def whole(self, policy: Policy) -> int:
        """The number of `policy`, of something that is counted."""
        return int(self.numbers[policy].value)

    def existed_since(self, *policies: Policy) -> date:
        """The first of the days up to `day` from which on one of `policies` had some number without interruption.

        One of them has a number on `day`.
        """
        since = self.day
        for row in sorted(self.earlier, key=lambda row: row.valid_from, reverse=True):
            goes_on = row.valid_to is None or since <= row.valid_to
            if row.policy in policies and row.valid_from <= since and goes_on:
                since = row.valid_from
        return since


def rules_on(day: date) -> Rules:
    """The rules of `day`, in two statements."""
    rows = list(PolicyNumber.objects.order_by("policy", "valid_from"))
    of_the_day = (row for row in rows if holds(row, day))
    return Rules(day, {Policy(row.policy): row for row in of_the_day}, formation_rules_on(day), rows)


@dataclass(frozen=True)
class Item:
    """Something to be done about a record."""

    record: Any
    since: date
    """The first of the days up to the one asked for on which it was an item without interruption.

    By the numbers of that last day, and not before they began; what ends by the number of its own first day, as a
    probation and a term, not before the rule began.
    """
    fact: str
    """What is the case, in the reader's language."""
    link: str
    """The address at which it is done."""


@dataclass(frozen=True)
class Case:
    """A record through time: whether it is an item by the numbers of the day that is asked for."""

    spells: Sequence[Spell]
    """Those on whose turns that changes."""
    holds: Callable[[date], bool]
    """Whether it is one on another day."""
    fact: str


class ItemKind:
    """A kind of item: what a rule asks for about records of one table.

    A subclass says which records; where a number of policy is missing on the day, the rule does not exist and asks
    for nothing.
    """

    code: ClassVar[str]
    """In addresses and exemptions."""
    title: ClassVar[str | Promise]
    """What is amiss, as short as a table's heading."""
    asks: ClassVar[str | Promise]
    """What the rule asks for, in a sentence."""
    act: ClassVar[str | Promise]
    """What to do, on the link."""
    needs: ClassVar[tuple[str, ...]]
    """The permissions of whoever may follow the link."""
    policies: ClassVar[tuple[Policy, ...]]
    """The numbers by which it asks."""

    record: ClassVar[str]
    """The link of an exemption to a record of its table."""
    admin: ClassVar[str]
    """What the names of the record's pages in the admin begin with."""
    order: ClassVar[str]
    """The field in whose order the records stand."""
    views: ClassVar[str]
    """The permission to see the records by name."""

    def applies(self, rules: Rules) -> bool:
        """Whether there is such a rule."""
        return all(policy in rules.numbers for policy in self.policies)

    def sources(self, rules: Rules) -> list[str]:
        """The numbers of the rule, each in words with its source."""
        return [cited(rules.numbers[policy]) for policy in self.policies]

    def began(self, rules: Rules) -> date:
        """The first day of the numbers by which it asks: it asks for nothing before."""
        return max(rules.numbers[policy].valid_from for policy in self.policies)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """The records that the rule, which exists, is about; in the area that is asked for, exempted or not."""
        raise NotImplementedError

    def known(self, keys: Sequence[int], asked: Asked) -> Any:
        """What `case` needs to know of the few records with `keys`; a constant number of statements."""
        raise NotImplementedError

    def case(self, row: Any, known: Any, asked: Asked, rules: Rules) -> Case:
        """What is the case with `row`, one of `rows` or `exempted`, without a statement."""
        raise NotImplementedError

    def link(self, row: Any) -> str:
        """The address at which something is done about `row`, of `with_area`."""
        raise NotImplementedError

    def items(self, rows: Sequence[Any], asked: Asked, rules: Rules) -> list[Item]:
        """The items about `rows`, few rows of `with_area`; a constant number of statements."""
        if not rows:
            return []
        known = self.known([row.pk for row in rows], asked)
        began = self.began(rules)
        found = []
        for row in rows:
            case = self.case(row, known, asked, rules)
            since = max(held_since(asked.day, case.spells, case.holds), began)
            found.append(Item(row, since, case.fact, self.link(row)))
        return found

    def rows(self, asked: Asked, rules: Rules, reader: Reader) -> QuerySet[Any]:
        """`everything` that `reader` sees, without what is exempted on the day; nothing where there is no rule."""
        return reader.sees(self._going_on(asked, rules))

    def exempted(self, asked: Asked, rules: Rules, reader: Reader) -> QuerySet[Any]:
        """Of `everything` that `reader` sees what is exempted on the day."""
        return reader.sees(self._of(asked, rules).filter(pk__in=self._exempted(asked.day)))

    def number_everywhere(self, asked: Asked, rules: Rules) -> int:
        """How many there are, as `rows`, wherever they lie today. One statement."""
        return self._going_on(asked, rules).count()

    def is_item(self, record: Any, asked: Asked, rules: Rules) -> bool:
        """Whether `record` is one of `everything`, exempted or not."""
        return self._of(asked, rules).filter(pk=record.pk).exists()

    def numbers_by_area(self, asked: Asked, rules: Rules, reader: Reader) -> dict[int | None, int]:
        """How many `rows` there are by the id of the area of the day; None: in no area. One statement."""
        if not self.applies(rules):
            return {}
        placed = self.rows(asked, rules, reader).order_by().annotate(area_key=self.place(asked.day))
        return dict(placed.values_list("area_key").annotate(number=Count("pk")))

    def with_area(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        """`rows` in their order, with `area_code` and `area_name` of `day`."""
        return rows.with_area_on(day).order_by(self.order)  # type: ignore[attr-defined, no-any-return]

    def address_of(self, record: Any, page: str = "change") -> str:
        """The address of a page of `record`, of `with_area`, in the admin."""
        return self.address_in(self.admin, record, page)

    def address_in(self, admin: str, record: Any, page: str) -> str:
        """The address of a page of `record` in the entry `admin`."""
        return reverse(f"admin:{admin}_{page}", args=[record.pk])

    def table(self) -> QuerySet[Any]:
        """All records of the table."""
        raise NotImplementedError

    def place(self, day: date) -> Subquery:
        """The id of the area in which a record lies on `day`."""
        raise NotImplementedError

    def _of(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        if not self.applies(rules):
            return self.table().none()
        return self.everything(asked, rules)

    def _going_on(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        return self._of(asked, rules).exclude(pk__in=self._exempted(asked.day))

    def _exempted(self, day: date) -> QuerySet[Any]:
        # A row without the record would make `NOT IN` of the others true of nothing.
        of_record = {"kind": self.code, f"{self.record}__isnull": False}
        rows: QuerySet[Any] = Exemption.objects.on(day).filter(**of_record)
        return rows.values(self.record)
