"""The approval letter (批复) as a Word file: the organization that an enterprise applied for may be founded.

It is in Chinese, in whatever language the register is read, and names nobody but a secretary who was appointed.
The form is a Word file whose fields stand in double braces; `context` tells which there are.
"""

from pathlib import Path
from typing import Any

from django.conf import settings

from applications.models import Application, Formation, State
from members.letters.word import MIME_TYPE, filled_in
from members.models import Post, PostRole
from orgs.models import Area, Coverage, Level
from orgs.models.area import DIGITS

__all__ = ["FORM", "MIME_TYPE", "context", "has_letter", "letter"]

FORM = Path(__file__).with_name("approval.docx")
"""The form that the register brings along; APPROVAL_LETTER names another one."""

_FORMATION = {Formation.OWN: "单独组建", Formation.JOINT: "联合组建", Formation.OUTSIDE: "在区外组建"}
_WITH_COMMITTEES = ("镇", "乡")
"""What the names of areas end in whose committee is a local one; of a subdistrict it is a working committee."""


def has_letter(application: Application) -> bool:
    """Whether `application` was approved, and is not taken up again; where the site asks for two steps, also filed."""
    is_whole = not settings.TWO_STEP_APPROVAL or application.filed_on is not None
    return application.state == State.FOUNDED or (application.state == State.APPROVED and is_whole)


def letter(application: Application) -> bytes:
    """The letter of `application`, which was approved. Raises ValueError for another; FormIsUnusable."""
    return filled_in("APPROVAL_LETTER", FORM, context(application))


def context(application: Application) -> dict[str, Any]:
    """The fields of the form by name.

    `number`; `enterprise`; `organization_name`, of the founded organization, else the proposed one; `formation`
    (单独组建, 联合组建, 在区外组建); `neighbours`, the other enterprises with 、 between them, or empty; `place`
    outside the district, or empty; `code` of the organization and name of its first `secretary`, each empty
    where there is none yet; `issuer`, the Party office of `area`, which decided; `year`, `month` and `day` of
    the decision. Raises ValueError for an application that is not approved.
    """
    decided = application.decided_on
    if not has_letter(application) or decided is None or application.area is None:
        raise ValueError("an application that is not approved")
    organization = application.organization
    office = _deciding(application.area)
    return {
        "number": application.approval_number,
        "enterprise": application.enterprise_name,
        "organization_name": organization.name if organization else application.organization_name,
        "formation": _FORMATION[Formation(application.formation)],
        "neighbours": "、".join(_neighbours(application)),
        "place": application.place if application.formation == Formation.OUTSIDE else "",
        "code": organization.code if organization else "",
        "secretary": _secretary(application),
        "area": office.name,
        "issuer": _issuer(office),
        "year": decided.year,
        "month": decided.month,
        "day": decided.day,
    }


def _neighbours(application: Application) -> list[str]:
    """The enterprises that the organization covered from its first day on, else those that were named."""
    organization = application.organization
    if organization is not None:
        covered = Coverage.objects.on(organization.established_on).filter(organization=organization)
        others = covered.exclude(enterprise__uscc=application.uscc)
        return list(others.order_by("pk").values_list("enterprise__name", flat=True))
    if application.formation != Formation.JOINT:
        return []
    return list(application.neighbours.order_by("pk").values_list("name", flat=True))


def _secretary(application: Application) -> str:
    """The name of who was appointed when the organization was founded."""
    organization = application.organization
    if organization is None:
        return ""
    posts = Post.objects.on(organization.established_on).filter(
        organization=organization, role=PostRole.SECRETARY
    )
    return posts.values_list("member__name", flat=True).first() or ""


def _deciding(area: Area) -> Area:
    """The subdistrict or township of `area`, which decides (domain rule 4); `area` itself where there is none."""
    code = area.code[: DIGITS[Level.SUBDISTRICT]]
    return Area.objects.filter(code=code, level=Level.SUBDISTRICT).first() or area


def _issuer(office: Area) -> str:
    """The Party office of an area: of a subdistrict the working committee, of a township the committee.

    Of a larger area it is the organization department.
    """
    if office.level not in (Level.SUBDISTRICT, Level.COMMUNITY):
        return f"中共{office.name}委员会组织部"
    district = Area.objects.filter(code=office.code[: DIGITS[Level.DISTRICT]], level=Level.DISTRICT).first()
    name = f"{district.name if district else ''}{office.name}"
    if office.level == Level.COMMUNITY or office.name.endswith(_WITH_COMMITTEES):
        return f"中共{name}委员会"
    return f"中共{name}工作委员会"
