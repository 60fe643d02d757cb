"""Which reports somebody sees, and what of them."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from reports.models import Report, ReportQuerySet
from reports.telling import Reader
from stats.pages.asking import scope_of, staff_page


def seen_reports(request: HttpRequest) -> ReportQuerySet:
    """The reports on the part of the register that the user sees. Raises PermissionDenied."""
    if not request.user.has_perm("reports.view_report"):
        raise PermissionDenied
    return Report.objects.within(scope_of(request), timezone.localdate())


def report_page(view: Callable[[HttpRequest, Report], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page or file of the report whose number the address names, for who sees it; to others it is absent (404).

    Of one that is not as it was issued it says that alone (409): whatever else it says, somebody may have made up.
    """

    @require_safe
    @staff_page
    @wraps(view)
    def page(request: HttpRequest, number: str) -> HttpResponse:
        report = seen_reports(request).select_related("area").filter(number=number).first()
        if report is None:
            raise Http404
        if not report.is_intact:
            return render(request, "reports/broken.html", {"report": report}, status=409)
        return view(request, report)

    return page


def reader_of(request: HttpRequest, report: Report) -> Reader:
    """Who reads `report`, which calls its figures as it did when it was issued."""
    language = str(get_language())
    labels = {one["code"]: one["label"][language] for one in report.definitions}
    return Reader(request.user, timezone.localdate(), labels)  # type: ignore[arg-type]  # signed in
