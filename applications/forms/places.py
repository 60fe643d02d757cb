"""The areas among which an enterprise finds its own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Area, Level

_NEAR = (Level.SUBDISTRICT, Level.COMMUNITY)

Choices = list[tuple[str, str | list[tuple[str, str]]]]


def area_choices() -> Choices:
    """Codes and names of subdistricts, each with its communities; of all areas where there are none of these."""
    areas = list(Area.objects.order_by("code"))
    near = [area for area in areas if area.level in _NEAR]
    groups: dict[str, list[tuple[str, str]]] = {}
    subdistricts = {area.code: area for area in near if area.level == Level.SUBDISTRICT}
    for area in near:
        above = subdistricts.get(area.code[:9])
        groups.setdefault((above or area).display_name, []).append((area.code, area.display_name))
    if groups:
        return [("", "—"), *groups.items()]
    return [("", "—"), *((area.code, area.display_name) for area in areas)]


class AreaField(forms.ChoiceField):
    """An area by its code; gives the Area, None where it is left open."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            label=_("Subdistrict or community"),
            choices=area_choices,
            error_messages={
                "required": _("Choose the subdistrict or community in which the enterprise lies."),
                "invalid_choice": _("This is not one of the choices."),
            },
            **options,  # type: ignore[arg-type]
        )

    def clean(self, value: object) -> Area | None:
        """The area that was chosen."""
        code = super().clean(value)
        return Area.objects.filter(code=code).first() if code else None
