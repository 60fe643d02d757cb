"""Files that came with applications, for the staff who see them: downloads, never shown by the site."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.second_factor import is_owed
from applications.models import Application, ApplicationFile, ApplicationQuerySet, MediaType
from record.log import note
from record.models import Event

_EXTENSIONS = {MediaType.PDF: "pdf", MediaType.DOCX: "docx", MediaType.JPEG: "jpg", MediaType.PNG: "png"}


@cache_control(private=True, no_store=True)
@require_safe
def application_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The file with `key` of an application that the user may view or change, as a download; else raises Http404.

    An applicant wrote it: its title names no file, no browser guesses what it is, and nothing in it runs. The
    access log tells who took it.
    """
    file = ApplicationFile.objects.filter(key=key, application__in=_viewed(request)).first()
    if file is None:
        raise Http404
    with transaction.atomic():
        note(Event.EXPORTED, request=request, subject=file, detail="file")
        # PostgreSQL gives a view of its memory.
        answer = HttpResponse(bytes(file.content), content_type=file.media_type)
    extension = _EXTENSIONS[MediaType(file.media_type)]
    answer["Content-Disposition"] = f'attachment; filename="{file.key}.{extension}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    return answer


def _viewed(request: HttpRequest) -> ApplicationQuerySet:
    """The applications that the user sees today: none of them before the second factor, if it is owed."""
    user = request.user
    if (
        not isinstance(user, User)
        or not user.is_staff
        or is_owed(request)
        or not any(user.has_perm(f"applications.{deed}_application") for deed in ("view", "change"))
    ):
        return Application.objects.none()
    return Application.objects.submitted().within(user.scope, timezone.localdate())
