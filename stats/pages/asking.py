"""What the pages for staff have in common: who may open them, and which day, area and scale they are asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from orgs.models import Area, Scope
from stats.figures import Scale

_R = TypeVar("_R", bound=HttpResponseBase)

NO_DAY = _("This is not a day. Write year, month and day, as in 2008-06-19.")
NO_CHOICE = _("This is not one of the choices.")


def staff_page(view: Callable[..., _R]) -> Callable[..., _R]:
    """A page for staff who see some part of the register; others sign in, or are refused (403)."""

    @never_cache
    @login_required
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> _R:
        scope = scope_of(request)
        if not request.user.is_staff or not (scope.everything or scope.area):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return page


def scope_of(request: HttpRequest) -> Scope:
    """The part of the register that the request's user sees."""
    return request.user.scope  # type: ignore[union-attr]  # only who is signed in comes here


def areas_within(scope: Scope) -> Any:
    """The areas that somebody with `scope` may ask for, in the order of their codes."""
    if scope.everything:
        return Area.objects.order_by("code")
    return Area.objects.none() if scope.area is None else Area.objects.subtree_of(scope.area).order_by("code")


@dataclass(frozen=True)
class Asked:
    """What a page shows: the figures of `day` in `area` (None: the whole register) against `scale`."""

    day: date
    area: Area | None
    scale: Scale


class AskingForm(forms.Form):
    """A day, an area within the user's scope and a scale; what is left out has its default."""

    as_of = forms.DateField(
        label=_("Day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": NO_DAY},
    )
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Area"),
        required=False,
        to_field_name="code",
        error_messages={"invalid_choice": _("No area that you see has this code.")},
    )
    scale = forms.ChoiceField(
        label=_("Enterprises to cover"),
        required=False,
        choices=Scale.choices,
        error_messages={"invalid_choice": NO_CHOICE},
    )

    def __init__(self, request: HttpRequest) -> None:
        self.scope = scope_of(request)
        self.default = self.defaults()
        data = request.GET.dict()
        super().__init__(
            {**self.default, **{name: value for name, value in data.items() if value}}, label_suffix=""
        )
        area: Any = self.fields["area"]
        area.queryset = areas_within(self.scope)
        area.empty_label = _("the whole register") if self.scope.everything else None

    def defaults(self) -> dict[str, Any]:
        """Today, in the user's area, against enterprises above scale."""
        area = None if self.scope.everything else self.scope.area
        return {
            "as_of": timezone.localdate().isoformat(),
            "area": area.code if area else "",
            "scale": Scale.ABOVE.value,
        }

    @property
    def asked(self) -> Asked:
        """What is asked for; what is wrong has its default, and its error stands at the field."""
        self.is_valid()
        good = self.cleaned_data
        area = good.get("area") or (None if self.scope.everything else self.scope.area)
        return Asked(good.get("as_of") or timezone.localdate(), area, Scale(good.get("scale") or Scale.ABOVE))
