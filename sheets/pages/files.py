"""Files to download: the template of a table, and the wrong rows of an import."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from sheets.imports import may_import
from sheets.mending import are_told_apart, wrong_rows
from sheets.models import Part, State
from sheets.pages.shared import importer, own_import, reads_chinese
from sheets.parts import kept_json
from sheets.resources import RESOURCES
from sheets.template import template

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def template_file(request: HttpRequest, name: str) -> HttpResponse:
    """The template of a table, in the language of the page, for who may import it."""
    user = importer(request)
    if name not in RESOURCES:
        raise Http404
    if not may_import(user, RESOURCES[name]):
        raise PermissionDenied
    headers = {"Content-Disposition": str(content_disposition_header(True, f"{name}.xlsx"))}
    content = template(RESOURCES[name], in_chinese=reads_chinese())
    return HttpResponse(content, content_type=_XLSX, headers=headers)


@require_safe
def wrong_rows_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The wrong rows of the user's import. Raises Http404 where none is known, or the file is wrong as a whole."""
    import_ = own_import(request, pk)
    if import_.state != State.CHECKED or not are_told_apart(kept_json(import_, Part.FINDINGS)):
        raise Http404
    name = gettext("wrong rows")
    file = wrong_rows(import_, in_chinese=reads_chinese())
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=_XLSX)
