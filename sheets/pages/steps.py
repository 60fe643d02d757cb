"""What is done to an import by the buttons of its page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sheets import imports, tasks
from sheets.models import Import
from sheets.pages.shared import importer, own_import, to_page

_Step = Callable[[HttpRequest, Import], None]


def _taken(step: _Step) -> Callable[..., HttpResponse]:
    """A view that takes `step` and shows the import; where it came too late, it says so."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        import_ = own_import(request, pk)
        try:
            step(request, import_)
        except imports.NotNow as error:
            messages.warning(request, str(error))
        return to_page(import_)

    return view


def _check(_request: HttpRequest, import_: Import) -> None:
    imports.check_again(import_)
    tasks.check_soon(import_)


def _confirm(request: HttpRequest, import_: Import) -> None:
    tasks.run_soon(import_, seen=request.POST.get("seen", ""))


def _leave_out(_request: HttpRequest, import_: Import) -> None:
    imports.leave_out_wrong_rows(import_)
    tasks.check_soon(import_)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the user's import with its file; one that is gone already is just not there."""
    if Import.objects.filter(pk=pk).exists():
        import_ = own_import(request, pk)
        try:
            imports.discard(import_)
        except imports.NotNow as error:
            messages.warning(request, str(error))
            return to_page(import_)
    importer(request)
    messages.success(request, _("The import was discarded; nothing of it was written."))
    return HttpResponseRedirect(reverse("admin:sheets_import_changelist"))


STEPS: dict[str, Callable[..., HttpResponse]] = {
    "check": _taken(_check),
    "confirm": _taken(_confirm),
    "leave-out": _taken(_leave_out),
    "discard": discard,
}
"""The views by the ends of their addresses."""
