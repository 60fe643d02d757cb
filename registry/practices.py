"""The public pages of practices: what was released of them, and nothing else of the register."""

from hashlib import sha256

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.second_factor import is_owed
from orgs.models import Practice, PracticePicture, PracticeQuerySet

PER_PAGE = 12
KEPT_FOR = 300
"""Seconds that a browser shows a picture without asking again: one that is taken back is gone soon."""


def _released() -> PracticeQuerySet:
    return Practice.objects.public_on(timezone.localdate())


@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    """The practices that are public today, newest first; raises Http404 for a page that there is not."""
    rows = _released().select_related("enterprise", "picture").defer("picture__jpeg").order_by("-day", "-pk")
    try:
        page = Paginator(rows, PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
    return render(request, "registry/practices.html", {"page": page})


@require_safe
def practice(request: HttpRequest, number: int) -> HttpResponse:
    """One of them; raises Http404 for one that is not public today, as for one that is not there."""
    rows = _released().select_related("enterprise", "picture").defer("picture__jpeg")
    return render(request, "registry/practice.html", {"practice": get_object_or_404(rows, pk=number)})


@require_safe
def practice_picture(request: HttpRequest, number: int) -> HttpResponseBase:
    """The picture of a public practice, or of any that the user may view in the admin; else raises Http404."""
    jpeg = _picture_of(_released(), number)
    is_public = jpeg is not None
    if jpeg is None:
        jpeg = _picture_of(_viewed(request), number)
    if jpeg is None:
        raise Http404
    answer = HttpResponse(jpeg, content_type="image/jpeg")
    answer["ETag"] = etag = f'"{sha256(jpeg).hexdigest()[:32]}"'
    if is_public:
        patch_cache_control(answer, public=True, max_age=KEPT_FOR)
    else:
        patch_cache_control(answer, private=True, no_store=True)
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _viewed(request: HttpRequest) -> PracticeQuerySet:
    """The practices that the user sees in the admin today: none of them before the second factor, if it is owed."""
    user = request.user
    if not isinstance(user, User) or is_owed(request) or not user.has_perm("orgs.view_practice"):
        return Practice.objects.none()
    return Practice.objects.within(user.scope, timezone.localdate())


def _picture_of(rows: PracticeQuerySet, number: int) -> bytes | None:
    found = PracticePicture.objects.filter(practice__in=rows.filter(pk=number))
    jpeg = found.values_list("jpeg", flat=True).first()
    return None if jpeg is None else bytes(jpeg)  # PostgreSQL gives a view of its memory
