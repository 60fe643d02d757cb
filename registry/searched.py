"""The tables that the search of the register looks in, each as one user sees it on a day, and what it shows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.contrib.admin import AdminSite
from django.db.models import Case, Model, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models import Member, Stage
from orgs.actions.looking import holds_number
from orgs.models import CommunityGeneralBranch, Enterprise, Kind, Organization

LISTED = 20
"""Rows of a table that are shown."""

_BETWEEN_SYLLABLES = str.maketrans("", "", " \t\u3000'’-")


def address_of(model: type[Model], page: str, *arguments: Any) -> str:
    """The address of a page of the admin about `model`."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@dataclass(frozen=True)
class Row:
    """A record that was found: its page, its name, and what stands under each of the other columns."""

    address: str
    name: str
    cells: Sequence[tuple[str, str]]
    """Heading and value of each."""


class Searched:
    """A table that is searched; a subclass says which, and what is shown of it."""

    model: ClassVar[type[Model]]
    key: ClassVar[str]
    """The column of the number or code by whose beginning a row is found."""
    lists: ClassVar[Sequence[type[Model]]] = ()
    """The models on whose lists the same text finds the same; none where it must not stand in an address."""
    by: ClassVar[Any]
    """What rows are found by, for everybody."""
    by_number: ClassVar[Any] = ""
    """Which whole numbers find a row, for who may change it."""

    def __init__(self, request: HttpRequest, site: AdminSite, day: date) -> None:
        self.day = day
        self.scope = request.user.scope  # type: ignore[union-attr]  # only who is signed in comes here
        self.records: Any = site.get_model_admin(self.model)
        seen = {model: site.get_model_admin(model) for model in (self.model, *self.lists)}
        self.viewed = [
            model for model, records in seen.items() if records.has_view_or_change_permission(request)
        ]
        self.may_find_numbers = bool(self.by_number) and self.records.has_change_permission(request)

    @property
    def title(self) -> str:
        """What its rows are called."""
        return str(capfirst(str(self.model._meta.verbose_name_plural)))

    @property
    def hint(self) -> str:
        """What the user finds rows by."""
        return f"{self.by}{self.by_number}" if self.may_find_numbers else str(self.by)

    def rows(self) -> QuerySet[Any]:
        """What the user sees of it."""
        return self.model._default_manager.within(self.scope, self.day)  # type: ignore[attr-defined, no-any-return]

    def found(self, text: str, *, as_number: bool) -> list[Any]:
        """The keys of the rows that fit `text`, one more than are shown.

        Those whose name, number or code it is come first, then those that begin with it, then the others, by
        name. With `as_number` it is also looked for as a whole number.
        """
        same = {"name": text, f"{self.key}__iexact": text}
        beginning = {"name__startswith": text, f"{self.key}__istartswith": text}
        anywhere = {"name__contains": text}
        exact, begins, fits = (Q(*way.items(), _connector=Q.OR) for way in (same, beginning, anywhere))
        sound = text.translate(_BETWEEN_SYLLABLES).lower()
        if sound.isascii() and sound:
            # Stored in full, then a space, then its initials.
            exact |= Q(name_pinyin__startswith=f"{sound} ") | Q(name_pinyin__endswith=f" {sound}")
            begins |= Q(name_pinyin__startswith=sound) | Q(name_pinyin__contains=f" {sound}")
            fits |= Q(name_pinyin__contains=sound)
        number = holds_number(self.model, text) if as_number and self.may_find_numbers else None
        if number is not None:
            exact |= number
        rank = Case(When(exact, then=Value(0)), When(begins, then=Value(1)), default=Value(2))
        rows = self.rows().filter(exact | begins | fits).order_by(rank, "name_pinyin", self.key)
        return list(rows.values_list("pk", flat=True)[: LISTED + 1])

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """`rows` with what `row_of` shows of them."""
        raise NotImplementedError

    def row_of(self, record: Any) -> Row:
        """What is shown of `record`, which has what `with_columns` adds."""
        raise NotImplementedError

    def records_of(self, keys: Sequence[Any]) -> list[Any]:
        """The records with `keys`, in their order, with what is shown of them."""
        found = {
            record.pk: record for record in self.with_columns(self.model._default_manager.filter(pk__in=keys))
        }
        return [found[key] for key in keys if key in found]

    def cell(self, column: str, value: Any) -> tuple[str, str]:
        """`value` under what `column` is called."""
        field: Any = self.model._meta.get_field(column)
        return str(capfirst(str(field.verbose_name))), str(value)


class People(Searched):
    """Members and who is to become one. Their names stand in no address, so no link leads to their list."""

    model = Member
    key = "member_no"
    by = _("name, pinyin or its initials, beginning of the member number")
    by_number = _(", the whole identity number or phone")

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the stage and the organization of the day."""
        return self.records.with_columns(rows, self.day)  # type: ignore[no-any-return]

    def row_of(self, record: Any) -> Row:
        """The mask of the identity number is for who may change a member, as in the form."""
        mask = [self.cell("id_number", record.id_number or "")] if self.may_find_numbers else []
        cells = [
            self.cell("member_no", record.member_no),
            *mask,
            (str(capfirst(gettext("stage"))), str(Stage(record.stage).label) if record.stage else ""),
            (gettext("Organization"), record.organization_name or ""),
        ]
        return Row(address_of(Member, "change", record.pk), record.name, cells)


class Organizations(Searched):
    """Organizations of all kinds, of which community general branches have a list of their own."""

    model = Organization
    key = "code"
    lists = (Organization, CommunityGeneralBranch)
    by = _("name, pinyin or its initials, beginning of the code")

    def rows(self) -> QuerySet[Any]:
        """Those of the kinds that the user may view."""
        rows: Any = super().rows()
        if CommunityGeneralBranch not in self.viewed:
            return rows.without_community_general_branches()  # type: ignore[no-any-return]
        return rows if Organization in self.viewed else rows.community_general_branches()  # type: ignore[no-any-return]

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the kind and the area of the day."""
        return rows.with_kind_on(self.day).with_area_on(self.day)  # type: ignore[attr-defined, no-any-return]

    def row_of(self, record: Any) -> Row:
        """Its page is that of its kind."""
        is_community = record.kind == Kind.COMMUNITY_GENERAL_BRANCH
        address = address_of(CommunityGeneralBranch if is_community else Organization, "change", record.pk)
        cells = [
            self.cell("code", record.code),
            (gettext("Kind"), str(Kind(record.kind).label) if record.kind else ""),
            (gettext("Area"), record.area_name or ""),
            self.cell("dissolved_on", _shown(record.dissolved_on)),
        ]
        return Row(address, record.name, cells)


class Enterprises(Searched):
    """Enterprises."""

    model = Enterprise
    key = "uscc"
    lists = (Enterprise,)
    by = _("name, pinyin or its initials, beginning of the credit code")
    by_number = _(", the whole phone of the contact person")

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the area of the day."""
        return rows.with_area_on(self.day)  # type: ignore[attr-defined, no-any-return]

    def row_of(self, record: Any) -> Row:
        """Without the contact, whom its page shows."""
        cells = [
            self.cell("uscc", record.uscc),
            (gettext("Area"), record.area_name or ""),
            self.cell("closed_on", _shown(record.closed_on)),
        ]
        return Row(address_of(Enterprise, "change", record.pk), record.name, cells)


def _shown(day: date | None) -> str:
    return "" if day is None else date_format(day)


def tables_for(request: HttpRequest, site: AdminSite, day: date) -> list[Searched]:
    """The tables that the user of `request` may view; about another one nothing is asked."""
    tables = (kind(request, site, day) for kind in (People, Organizations, Enterprises))
    return [table for table in tables if table.viewed]
