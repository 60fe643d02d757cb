"""The form of a new organization filled in by an address, which another page of the site links to.

An address holds codes and days alone. What is filled in is a suggestion: the form checks it, when it is saved, as
if it had been typed.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orgs.admin.base import RecordAdmin
from orgs.admin.scoping import narrow_choices, seen
from orgs.credit_codes import credit_code
from orgs.models import COUNTED_KINDS, Area, Enterprise, Kind, Organization


class SuggestionForm(forms.Form):
    """What an address may say of a new organization, beside its enterprises."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in COUNTED_KINDS], required=False)
    area = forms.ModelChoiceField(Area.objects.all(), to_field_name="code", required=False)
    established_on = forms.DateField(input_formats=["%Y-%m-%d"], required=False)


class SuggestedAdmin(RecordAdmin):
    """An organization whose form an address fills in: `?kind=&area=CODE&established_on=DAY&enterprise=CODE`.

    `enterprise` comes once for each. What cannot be read, or is not seen by the user, is left out, and the page
    says so.
    """

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The values of the fields, by their names."""
        form = SuggestionForm(request.GET)
        narrow_choices(form, request)
        form.is_valid()
        good = {name: value for name, value in form.cleaned_data.items() if value}
        if form.errors:
            self.warn(
                request, _("What the address says of kind, area or day cannot be used and is left out.")
            )
        if good.get("kind") == Kind.JOINT_BRANCH and "area" in good:
            good["name"] = name_of_a_joint_branch(good["area"])
        return good | self._enterprises(request)

    def _enterprises(self, request: HttpRequest) -> dict[str, Any]:
        asked = request.GET.getlist("enterprise")
        codes = {code for code in asked if _is_credit_code(code)}
        found = list(seen(Enterprise.objects.filter(uscc__in=codes), request).order_by("uscc"))
        missing = sorted(codes - {enterprise.uscc for enterprise in found})
        if len(codes) < len(set(asked)):
            self.warn(
                request,
                _("What the address says of enterprises is in part no credit code; that is left out."),
            )
        if missing:
            self.warn(
                request,
                _("You see no enterprise with these credit codes, so they are left out: %(codes)s")
                % {"codes": ", ".join(missing)},
            )
        return {"enterprises": found} if found else {}


def _is_credit_code(text: str) -> bool:
    try:
        return credit_code(text) == text
    except ValidationError:
        return False


def name_of_a_joint_branch(area: Area) -> str:
    """A name for the next joint branch of `area`: 梧田街道联合党支部, then 梧田街道第2联合党支部."""
    ending = "联合党支部"
    number = Organization.objects.filter(name__startswith=area.name, name__endswith=ending).count() + 1
    return f"{area.name}{ending}" if number == 1 else f"{area.name}第{number}{ending}"
