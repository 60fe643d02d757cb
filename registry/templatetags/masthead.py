"""Which sections the head of a page leads to, which pages a section has, and where among them one is."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()

FOR_STAFF: list[tuple[str, str | Promise]] = [
    ("dashboard", _("Dashboard")),
    ("admin:index", _("Data entry")),
]
FOR_APPLICANTS: list[tuple[str, str | Promise]] = [
    ("apply", pgettext_lazy("for an organization", "Apply")),
    ("application_status", _("Follow an application")),
]
FOR_ANYONE: list[tuple[str, str | Promise]] = [
    ("practices", _("Practices")),
    ("docs", "API"),
]
DASHBOARD: list[tuple[str, str | Promise]] = [
    ("dashboard", _("Figures")),
    ("dashboard_leaders", _("Leaders' view")),
    ("work_list", _("What to do next")),
    ("joint_proposals", _("Joint branches proposed")),
]
REPORTS: list[tuple[str, str | Promise]] = [("reports", _("Reports"))]
"""Sections and pages, each by the name of its address and its own."""


@dataclass(frozen=True)
class Place:
    """A section, or a page of one; `current` is its `aria-current`: "page" there itself, "true" beneath it, else ""."""

    address: str
    name: str | Promise
    current: str


@register.simple_tag(takes_context=True)
def sections(context: Context) -> list[Place]:
    """The sections that the head shows: to staff those of the work, to others those of an enterprise that applies."""
    user: Any = context.get("user")
    return _places(context, [*(FOR_STAFF if user and user.is_staff else FOR_APPLICANTS), *FOR_ANYONE])


@register.simple_tag(takes_context=True)
def dashboard_pages(context: Context) -> list[Place]:
    """The pages of the dashboard that the user may open."""
    user: Any = context["user"]
    return _places(context, [*DASHBOARD, *(REPORTS if user.has_perm("reports.view_report") else [])])


def _places(context: Context, named: list[tuple[str, str | Promise]]) -> list[Place]:
    path = context["request"].path
    addresses = [reverse(name) for name, _label in named]
    # Where places lie in each other, one is in the innermost.
    around = max((address for address in addresses if path.startswith(address)), key=len, default="")
    return [
        Place(address, label, "" if address != around else "page" if path == address else "true")
        for address, (_name, label) in zip(addresses, named, strict=True)
    ]
