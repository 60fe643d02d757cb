"""Areas: the tree of divisions, province to community, told by their codes."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Expression, F, Q, Value
from django.db.models.functions import Coalesce, Length, NullIf, Substr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_update_with_history

from orgs.models.named import Named
from orgs.models.scope import ScopedQuerySet
from record.history import History

models.CharField.register_lookup(Length)


class Level(models.TextChoices):
    """The levels of division codes."""

    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    DISTRICT = "district", _("district")
    SUBDISTRICT = "subdistrict", _("subdistrict")
    COMMUNITY = "community", _("community")


DIGITS = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.DISTRICT: 6,
    Level.SUBDISTRICT: 9,
    Level.COMMUNITY: 12,
}
"""Digits of a code per level; codes are not padded with zeros."""


def validate_area_code(code: str, level: str) -> None:
    """Raises ValidationError unless `code` has the digits of `level`."""
    digits = DIGITS[Level(level)]
    if not (code.isascii() and code.isdigit() and len(code) == digits):
        raise ValidationError(
            _("A code of level %(level)s has %(digits)d digits.")
            % {"level": Level(level).label, "digits": digits}
        )


def displayed_name(area: str) -> Expression | F:
    """`Area.display_name` in a query, of the area that the field `area` links to."""
    name = F(f"{area}__name")
    if not _reads_english():
        return name
    return Coalesce(NullIf(F(f"{area}__name_en"), Value("")), name)


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")


class AreaQuerySet(ScopedQuerySet["Area"]):
    """Questions about areas."""

    def subtree_of(self, area: Area) -> Self:
        """`area` and all areas in it."""
        return self.filter(code__startswith=area.code)

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """`areas`; the tree is today's on every day."""
        return self.filter(pk__in=areas)

    def lying_in(self, level: Level) -> Self:
        """The areas of `level`, and all areas in one of them."""
        beginnings = Area.objects.filter(level=level).values("code")
        return self.alias(beginning=Substr("code", 1, DIGITS[level])).filter(beginning__in=beginnings)

    def rebuild_tree(self, *, by: AbstractBaseUser | None = None) -> int:
        """Give every area its parent again: the longest other code that its code starts with.

        Returns how many parents changed; each change is a history row, by `by`, or by whose request it is. Codes
        alone decide, so the order in which areas arrive does not matter.
        """
        areas = {area.code: area for area in self.all()}
        moved = []
        for code, area in areas.items():
            shorter = (code[:length] for length in range(len(code) - 1, 0, -1))
            parent = next((areas[prefix] for prefix in shorter if prefix in areas), None)
            if area.parent_id != (parent and parent.pk):
                area.parent = parent
                moved.append(area)
        if moved:
            bulk_update_with_history(moved, self.model, ["parent"], batch_size=500, default_user=by)
        return len(moved)


class Area(Named):
    """A division: province, city, district, subdistrict or community (also an enterprise community).

    The tree is today's; an area of the past keeps its code.
    """

    code = models.CharField(_("division code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("lies in"),
        editable=False,
    )  # fmt: skip

    history = History()
    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(Q(level=level.value, code__length=digits) for level, digits in DIGITS.items()),
                    _connector=Q.OR,
                ),
                name="area_code_has_the_digits_of_its_level",
                violation_error_message=_("The code does not have the digits of its level."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} {self.code}"

    @property
    def display_name(self) -> str:
        """The name in the reader's language, where there is one."""
        return self.name_en if self.name_en and _reads_english() else self.name

    def clean(self) -> None:
        """Report a code that does not fit the level at the code."""
        super().clean()
        if self.code and self.level:
            try:
                validate_area_code(self.code, self.level)
            except ValidationError as error:
                raise ValidationError({"code": error}) from error
