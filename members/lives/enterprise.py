"""The life of an enterprise: areas, scale, coverage, instructors, designations, deeds."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from members.lives.entry import Documents, Entry, told
from orgs.models import Enterprise, EnterpriseAct
from orgs.models.area import displayed_name


def life_of_enterprise(enterprise: Enterprise, *, with_instructors: bool) -> list[Entry]:
    """The life of `enterprise`, the latest first; seven statements, however long it is.

    `with_instructors`: also who was sent, for those who may see instructors.
    """
    documents = Documents(enterprise.deeds.select_related("other").order_by("on", "pk"))
    instructors = _instructors(enterprise) if with_instructors else ()
    return told([*_itself(enterprise, documents), *_periods(enterprise), *instructors])


def _itself(enterprise: Enterprise, documents: Documents) -> Iterator[Entry]:
    yield Entry(enterprise.registered_on, _("registered"))
    if enterprise.closed_on is not None:
        number = documents.of(EnterpriseAct.CLOSED, enterprise.closed_on)
        yield Entry(enterprise.closed_on, str(EnterpriseAct.CLOSED.label), document=number)
    for deed in documents.not_in([EnterpriseAct.CLOSED]):
        yield Entry(
            deed.on, deed.get_what_display(), str(deed.other or ""), document=deed.document, about=deed.other
        )


def _periods(enterprise: Enterprise) -> Iterator[Entry]:
    for place in enterprise.areas.select_related("area").annotate(area_name=displayed_name("area")):
        where = place.area_name or _("none of the register")
        yield Entry(place.valid_from, _("area"), where, place.valid_to, is_period=True)
    for period in enterprise.above_scale_periods.all():
        yield Entry(period.valid_from, _("above scale"), "", period.valid_to, is_period=True)
    for coverage in enterprise.coverage.select_related("organization"):
        yield Entry(
            coverage.valid_from, _("covered by"), str(coverage.organization), coverage.valid_to,
            is_period=True, about=coverage.organization,
        )  # fmt: skip
    for held in enterprise.designations.all():
        title = _("%(title)s, %(level)s") % {
            "title": held.get_title_display(), "level": held.get_level_display(),
        }  # fmt: skip
        yield Entry(held.valid_from, title, "", held.valid_to, is_period=True)


def _instructors(enterprise: Enterprise) -> Iterator[Entry]:
    for sent in enterprise.instructors.all():
        yield Entry(
            sent.valid_from, _("instructor"), " ".join(part for part in (sent.name, sent.employer) if part),
            sent.valid_to, is_period=True,
        )  # fmt: skip
