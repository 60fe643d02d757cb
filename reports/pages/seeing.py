"""Which reports somebody sees, and what of them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from reports.models import Report, ReportQuerySet
from reports.telling import Reader
from stats.pages.asking import scope_of


def seen_reports(request: HttpRequest) -> ReportQuerySet:
    """The reports on the part of the register that the user sees. Raises PermissionDenied."""
    if not request.user.has_perm("reports.view_report"):
        raise PermissionDenied
    return Report.objects.within(scope_of(request), timezone.localdate())


def seen_report(request: HttpRequest, number: str) -> Report:
    """The report with `number`, if the user sees it; else raises Http404. Raises PermissionDenied."""
    found = seen_reports(request).select_related("area").filter(number=number).first()
    if found is None:
        raise Http404
    return found


def reader_of(request: HttpRequest, report: Report) -> Reader:
    """Who reads `report`, which calls its figures as it did when it was issued."""
    language = str(get_language())
    labels = {one["code"]: one["label"][language] for one in report.definitions}
    return Reader(request.user, timezone.localdate(), labels)  # type: ignore[arg-type]  # signed in
