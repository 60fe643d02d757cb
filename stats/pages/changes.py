"""A day to compare with, and how a change is told: by sign and word, for colour alone tells nobody enough."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stats.figures import Share
from stats.pages.asking import NO_DAY, AskingForm


class ComparingForm(AskingForm):
    """With a day to compare with: the last day of the year before, where none is asked for."""

    compared_with = forms.DateField(
        label=gettext_lazy("Compared with"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": NO_DAY},
    )

    field_order = ["as_of", "compared_with"]

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.data = {"compared_with": last_year_of(self._day()).isoformat(), **self.data}

    def _day(self) -> date:
        """The day asked for as its field reads it; today where it cannot."""
        try:
            day: date = self.fields["as_of"].clean(self.data["as_of"])
        except ValidationError:
            return timezone.localdate()
        return day

    @property
    def other_day(self) -> date:
        """The day to compare with; where what is asked for is none, the default."""
        self.is_valid()
        other: date | None = self.cleaned_data.get("compared_with")
        return other or last_year_of(self._day())


def last_year_of(day: date) -> date:
    """The last day of the year before; of the calendar's first year, its first day."""
    return date(day.year - 1, 12, 31) if day.year > date.min.year else date.min


@dataclass(frozen=True)
class Change:
    """A difference: its sign with its amount (empty where there is none), and the word for it."""

    amount: str
    word: str


def change_of(now: int, before: int) -> Change:
    """How a count changed from `before` to `now`."""
    if now == before:
        return Change("", _("unchanged"))
    return Change(f"{now - before:+,}".replace("-", "−"), _("more") if now > before else _("fewer"))


def change_of_rate(now: Share, before: Share) -> Change:
    """How a rate changed, in percentage points."""
    if now.rate is None or before.rate is None:
        return Change("", _("not comparable: no enterprises to cover on one of the days"))
    points = round((now.rate - before.rate) * 100, 2)
    if not points:
        return Change("", _("unchanged"))
    amount = f"{points:+.2f}".replace("-", "−")
    return Change(amount, _("percentage points higher") if points > 0 else _("percentage points lower"))
