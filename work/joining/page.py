"""The page of joint branches proposed: for staff, within their area, with a way to found each."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from orgs.models import Kind
from stats.pages.asking import Asked, AskingForm, staff_page
from work.joining.proposals import Proposal, propose
from work.readers import Reader

PER_PAGE = 20
UNPLACED_SHOWN = 100


class JoiningForm(AskingForm):
    """A day and an area: who could join does not depend on being above scale."""

    scale = None  # type: ignore[assignment]  # so Django leaves out a field of the base


@require_safe
@staff_page
@permission_required("orgs.view_enterprise", raise_exception=True)
def joint_proposals(request: HttpRequest) -> HttpResponse:
    """What is proposed for the day and area that are asked for; what cannot be read is a 400 that says where.

    Raises Http404 for a page that there is not.
    """
    form = JoiningForm(request)
    asked = form.asked
    found = propose(asked.day, asked.area, Reader(form.scope, timezone.localdate()))
    try:
        page = Paginator(found.joint, PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
    may_found = request.user.has_perm("orgs.add_organization")
    context = {
        "form": form,
        "asked": asked,
        "rules": found.rules,
        "page": page,
        "pages_query": urlencode(_query(asked)),
        "proposals": [(one, _founding_address(one, asked) if may_found else "") for one in page.object_list],
        "placed": sum(len(one.units) for one in found.joint),
        "unplaced": found.unplaced[:UNPLACED_SHOWN],
        "unplaced_number": len(found.unplaced),
    }
    return render(request, "work/joint.html", context, status=200 if form.is_valid() else 400)


def _query(asked: Asked) -> dict[str, str]:
    query = {"as_of": asked.day.isoformat()}
    return query if asked.area is None else query | {"area": asked.area.code}


def _founding_address(proposal: Proposal, asked: Asked) -> str:
    """The form of a new organization, filled in with `proposal`: codes and a day, no names."""
    query = [("kind", Kind.JOINT_BRANCH.value), ("established_on", asked.day.isoformat())]
    if proposal.place is not None:
        query.append(("area", proposal.place.code))
    query += [("enterprise", unit.uscc) for unit in proposal.units]
    return reverse("admin:orgs_organization_add", query=query)
