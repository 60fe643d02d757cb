"""The life of an organization: kinds, areas, coverage, elections and posts, deeds, and its size over the years."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.lives.entry import Documents, Entry, told
from members.models import Membership
from orgs.models import Organization, OrganizationAct
from orgs.models.area import displayed_name

_TOLD_ELSEWHERE = (
    OrganizationAct.ESTABLISHED,
    OrganizationAct.DISSOLVED,
    OrganizationAct.KIND_CHANGED,
    OrganizationAct.AREA_CHANGED,
)
"""Deeds whose document is told with what they brought about."""


@dataclass(frozen=True)
class Size:
    """How many full and probationary members belonged to an organization on the last day of a year."""

    year: int
    full: int
    probationary: int


def life_of_organization(organization: Organization, *, with_posts: bool) -> list[Entry]:
    """The life of `organization`, the latest first; seven statements, however long it is.

    `with_posts`: also who held which post, for those who may see members.
    """
    documents = Documents(organization.deeds.select_related("other", "enterprise").order_by("on", "pk"))
    posts = _posts(organization) if with_posts else ()
    return told([*_itself(organization, documents), *_periods(organization, documents), *posts])


def _itself(organization: Organization, documents: Documents) -> Iterator[Entry]:
    established, dissolved = organization.established_on, organization.dissolved_on
    number = organization.approval_number or documents.of(OrganizationAct.ESTABLISHED, established)
    how = str(organization.get_initiated_by_display())
    yield Entry(
        established, str(OrganizationAct.ESTABLISHED.label), _("asked for by %(who)s") % {"who": how} if how else "",
        document=number,
    )  # fmt: skip
    if dissolved is not None:
        yield Entry(
            dissolved, str(OrganizationAct.DISSOLVED.label), _end_of(organization),
            document=documents.of(OrganizationAct.DISSOLVED, dissolved), about=organization.successor,
        )  # fmt: skip
    for deed in documents.not_in(_TOLD_ELSEWHERE):
        about = deed.other or deed.enterprise
        yield Entry(deed.on, deed.get_what_display(), str(about or ""), document=deed.document, about=about)


def _end_of(organization: Organization) -> str:
    """Why it was dissolved, and what succeeds it."""
    parts = (organization.dissolution_reason, str(organization.successor or ""))
    return " → ".join(part for part in parts if part)


def _periods(organization: Organization, documents: Documents) -> Iterator[Entry]:
    for kind in organization.kinds.all():
        yield Entry(
            kind.valid_from, _("kind"), kind.get_kind_display(), kind.valid_to or organization.dissolved_on,
            is_period=True,
            document=documents.of(OrganizationAct.KIND_CHANGED, kind.valid_from),
        )  # fmt: skip
    for place in organization.areas.select_related("area").annotate(area_name=displayed_name("area")):
        yield Entry(
            place.valid_from, _("area"), place.area_name or _("none of the register"),
            place.valid_to or organization.dissolved_on, is_period=True,
            document=documents.of(OrganizationAct.AREA_CHANGED, place.valid_from),
        )  # fmt: skip
    for coverage in organization.coverage.select_related("enterprise"):
        yield Entry(
            coverage.valid_from, _("covers"), str(coverage.enterprise), coverage.valid_to,
            is_period=True, about=coverage.enterprise,
        )  # fmt: skip
    for election in organization.elections.all():
        term = (
            _("term until %(day)s") % {"day": date_format(election.term_ends_on)}
            if election.term_ends_on
            else ""
        )
        yield Entry(election.held_on, _("election"), term, document=election.document)


def _posts(organization: Organization) -> Iterator[Entry]:
    for post in organization.posts.select_related("member"):
        title = " ".join(part for part in (post.get_role_display(), post.duty) if part)
        yield Entry(
            post.valid_from, title, str(post.member), post.valid_to, is_period=True, about=post.member
        )


def sizes_of_organization(organization: Organization, until: date, years: int = 10) -> Sequence[Size]:
    """Its members on the last day of each of the latest `years` before `until`, latest first; one statement."""
    first = max(until.year - years, organization.established_on.year)
    rows = list(
        Membership.objects.filter(organization=organization).values_list(
            "valid_from", "valid_to", "member__probationary_on", "member__full_on", "member__ended_on"
        )
    )
    sizes = []
    for year in range(until.year - 1, first - 1, -1):
        day = date(year, 12, 31)
        full = probationary = 0
        for valid_from, valid_to, probationary_on, full_on, ended_on in rows:
            if not _holds(day, valid_from, valid_to) or (ended_on is not None and ended_on <= day):
                continue
            if full_on is not None and full_on <= day:
                full += 1
            elif probationary_on is not None and probationary_on <= day:
                probationary += 1
        sizes.append(Size(year, full, probationary))
    return sizes


def _holds(day: date, start: date, end: date | None) -> bool:
    return start <= day and (end is None or day < end)
