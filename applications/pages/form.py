"""The form, one topic per page; what is said is kept page by page."""

from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.actions.applying import MOST_MEMBERS, remove_file
from applications.actions.moving import NotInThatState
from applications.forms.contact import ContactTopic
from applications.forms.enterprise import EnterpriseTopic
from applications.forms.files import FilesTopic
from applications.forms.members import MembersTopic, SecretaryTopic
from applications.forms.organization import OrganizationTopic
from applications.forms.topics import Topic
from applications.models import Application
from applications.pages.drafts import writes_an_application
from applications.secrets import link_token
from orgs.actions.refusals import Refusal

TOPICS: dict[str, type[Topic]] = {
    topic.name: topic
    for topic in (
        EnterpriseTopic, OrganizationTopic, MembersTopic, SecretaryTopic, ContactTopic, FilesTopic,
    )
}  # fmt: skip
"""The topics in their order."""

CHECK = "check"
"""Where one comes from, who changes an answer on the page that shows all of them."""


@writes_an_application
def topic(request: HttpRequest, application: Application, topic: str) -> HttpResponse:
    """The page of a topic; POST keeps what it says and goes on, or shows again what is wrong (400)."""
    if topic not in TOPICS:
        raise Http404
    sent = request.method == "POST"
    asked = request.POST if sent else request.GET
    came_from = CHECK if asked.get("from") == CHECK else ""
    page = TOPICS[topic](
        application, timezone.localdate(), request.POST if sent else None, request.FILES if sent else None
    )
    if sent and "remove" in request.POST:
        return _without_file(request, application, came_from)
    if sent and page.is_valid():
        try:
            page.keep()
        except NotInThatState:
            raise
        except Refusal as refusal:
            page.refuse(refusal)
        else:
            return redirect(_next(topic, request.POST.get("then", ""), came_from))
    names = list(TOPICS)
    context = {
        "topic": page,
        "application": application,
        "token": link_token(application),
        "problems": page.problems(),
        "came_from": came_from,
        "back": _back(topic, came_from),
        "number": names.index(topic) + 1,
        "count": len(names),
        "most_members": MOST_MEMBERS,
    }
    return render(request, page.template, context, status=400 if context["problems"] else 200)


def _without_file(request: HttpRequest, application: Application, came_from: str) -> HttpResponse:
    """Remove a file, and show the others."""
    with suppress(ValueError):
        remove_file(application=application, key=UUID(request.POST["remove"]))
    return redirect(_address(FilesTopic.name, came_from))


def _next(name: str, then: str, came_from: str) -> str:
    """Where one goes from topic `name`: on, to the link for later, or to the same page for more."""
    if then == "later":
        return reverse("application_later")
    if then == "more":
        return _address(name, came_from)
    names = list(TOPICS)
    if came_from or name == names[-1]:
        return reverse("application_check")
    return _address(names[names.index(name) + 1], "")


def _back(name: str, came_from: str) -> str:
    if came_from:
        return reverse("application_check")
    names = list(TOPICS)
    position = names.index(name)
    return _address(names[position - 1], "") if position else reverse("apply")


def _address(name: str, came_from: str) -> str:
    address = reverse("application_topic", args=[name])
    return f"{address}?from={came_from}" if came_from else address


@writes_an_application
def later(request: HttpRequest, application: Application) -> HttpResponse:
    """The link by which one comes back to what is kept."""
    address = reverse("application_resume", args=[link_token(application)])
    context = {"link": request.build_absolute_uri(address), "application": application}
    return render(request, "applications/later.html", context)
