"""Asking the pages for staff: a register in which every figure counts something, and what its pages show."""

import re
from datetime import date
from html import unescape

from django.urls import reverse

from orgs.models import Area, Kind
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
)

DAY = date(2008, 6, 19)
ASKED = {"as_of": DAY.isoformat(), "scale": "all"}
LINK = re.compile(r'<a href="(/admin/[^"]+\?[^"]+)">([\d,]+)</a>')


def staff(role, area=None):
    return UserFactory(role=role.value, is_staff=True, area=area)


def ask(client, page="dashboard", status=200, **query):
    answer = client.get(reverse(page), ASKED | query, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer


def links(answer):
    """The numbers of a page that lead to lists, by their addresses."""
    found = LINK.findall(answer.content.decode())
    return {unescape(address): int(number.replace(",", "")) for address, number in found}


def numbers(answer):
    """All numbers of a page that may lead somewhere."""
    page = answer.context
    table = page["by_area"]
    rows = [*table.rows, table.total] if table else []
    cells = [cell.number for row in rows for cell in row.cells if cell.number]
    parts = [part.number for part in (*page["modes"], *page["stages"], *page["practices"])]
    years = [number for year in page["growth"] for number in (year.formed, year.cumulative)]
    return [*(detail.now for detail in page["details"]), *cells, *parts, *years, page["in_scale"]]


def full_district():
    """A district in which every figure counts something, in its two subdistricts and beside them."""
    district = AreaFactory(code="330304", name_en="Ouhai")
    wutian, louqiao = AreaFactory(code="330304001", name_en="Wutian"), AreaFactory(code="330304002")
    Area.objects.rebuild_tree()
    enterprises = [
        EnterpriseFactory(area=area, above_scale_from=date(2007, 1, 1))
        for area in (wutian, wutian, wutian, louqiao, louqiao, district, district)
    ]
    kinds = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.JOINT_BRANCH)
    for number, kind in enumerate(kinds):
        organization = OrganizationFactory(
            area=district if kind == Kind.BRANCH else wutian,
            kind=kind,
            covers=[enterprises[5 if kind == Kind.BRANCH else number]],
            established_on=date(2007 + number % 2, 2, 1),
            initiated_by="enterprise",
        )
        MemberFactory(organization=organization)
        MemberFactory(organization=organization, full_on=None, probationary_on=date(2008, 3, 1))
    OrganizationFactory(area=louqiao, kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[enterprises[4]])
    OrganizationFactory(area=wutian, established_on=date(2007, 5, 1), dissolved_on=date(2008, 1, 1))
    InstructorFactory(enterprise=enterprises[3])
    for stage in ("applied_on", "activist_on", "candidate_on"):
        MemberFactory(full_on=None, employer=enterprises[0], **{stage: date(2008, 1, 1)})
    for level in ("city", "district"):
        DesignationFactory(enterprise=enterprises[0], level=level)
    PracticeFactory(enterprise=enterprises[0], released_on=date(2008, 6, 2))
    PracticeFactory(enterprise=enterprises[0])
    return district
