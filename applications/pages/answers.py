"""All that an application says, in words, by topic."""

from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import date as date_format
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.models import Application, Formation
from applications.pages.form import TOPICS


@dataclass(frozen=True)
class Section:
    """What is said on a topic: pairs of what was asked and the answer."""

    topic: str
    title: Any
    rows: list[tuple[str, str]]
    is_missing: bool


def sections(application: Application, missing: list[str]) -> list[Section]:
    """What `application` says; of phone and e-mail no more than their masks."""
    said = {
        "enterprise": _enterprise(application),
        "organization": _organization(application),
        **_persons(application),
        "contact": [
            (pgettext("person", "Name"), application.contact_name),
            (_("Phone"), str(application.contact_phone)),
            (_("E-mail"), str(application.contact_mail)),
        ],
        "files": [
            (file.title, f"{file.get_media_type_display()}, {filesizeformat(file.size)}")
            for file in application.files.defer("content").order_by("added_at", "pk")
        ],
    }
    return [
        Section(name, topic.title, [row for row in said[name] if row[1]], name in missing)
        for name, topic in TOPICS.items()
    ]


def _enterprise(application: Application) -> list[tuple[str, str]]:
    area = application.area
    return [
        (_("Unified social credit code"), application.uscc),
        (_("Name of the enterprise"), application.enterprise_name),
        (_("Address"), application.address),
        (_("Subdistrict or community"), "" if area is None else area.display_name),
    ]


def _organization(application: Application) -> list[tuple[str, str]]:
    rows = [
        (_("Asks for"), capfirst(application.get_formation_display()) if application.formation else ""),
        (_("Proposed name"), application.organization_name),
        (_("Place outside the district"), application.place),
    ]
    if application.formation == Formation.JOINT:
        neighbours = application.neighbours.order_by("pk")
        rows += [(_("Neighbour"), " ".join(filter(None, (row.name, row.uscc)))) for row in neighbours]
    return rows


def _persons(application: Application) -> dict[str, list[tuple[str, str]]]:
    members, secretary = [], []
    for member in application.members.order_by("pk"):
        how_far = capfirst(member.get_stage_display())
        if member.since is not None:
            how_far = _("%(stage)s since %(day)s") % {
                "stage": how_far,
                "day": date_format(member.since, "DATE_FORMAT"),
            }
        members.append((member.name, how_far))
        if member.is_secretary:
            secretary.append((pgettext("person", "Name"), member.name))
    return {"members": members, "secretary": secretary}
