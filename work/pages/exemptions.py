"""The pages on which an item is declared not applicable for a time, and on which that ends."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from stats.figures import Scale
from stats.pages.asking import NO_DAY, Asked, scope_of, staff_page
from work.actions import AlreadyExempt, HasEnded, end_exemption, exempt
from work.items import KIND_BY_CODE, ItemKind, rules_on
from work.models import Exemption


class ExemptForm(forms.Form):
    """Why an item is not applicable, and until when."""

    until = forms.DateField(
        label=_("Not applicable until"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": NO_DAY},
        help_text=_("The first day on which the item is back."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=Exemption._meta.get_field("reason").max_length,
        help_text=_("Everybody who sees the item reads it: name nobody."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def exempt_item(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """Ask until when and why an item of today is not applicable, and by POST declare it.

    404 where there is no such kind, or the user does not see the record; back to the list where it is no item.
    """
    kind = KIND_BY_CODE.get(code)
    if kind is None:
        raise Http404
    if not request.user.has_perms(("work.add_exemption", kind.views)):
        raise PermissionDenied
    today, scope = timezone.localdate(), scope_of(request)
    seen: Any = kind.table()
    record = seen.within(scope, today).filter(pk=key).first()
    if record is None:
        raise Http404
    asked = Asked(today, None if scope.everything else scope.area, Scale.ALL)
    if not kind.is_item(record, asked, rules_on(today)):
        messages.warning(request, gettext("The rule asks for nothing of it any more."))
        return redirect(_list_of(kind))
    form = ExemptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        user: Any = request.user
        try:
            exempt(
                kind=kind, record=record, on=today, until=wanted["until"], reason=wanted["reason"], by=user
            )
        except AlreadyExempt as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refusal:
            form.add_error("until", refusal.messages)
        else:
            messages.success(request, gettext("The item is not applicable until then."))
            return redirect(_list_of(kind))
    context = {"form": form, "kind": kind, "record": record, "list": _list_of(kind)}
    return render(request, "work/exempt.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Ask whether the exemption of that number shall end today, and by POST end it.

    404 where the user does not see its record. Who asks for one that was taken back, as by a second click, is told that
    it has ended.
    """
    if not request.user.has_perm("work.change_exemption"):
        raise PermissionDenied
    exemption = _exemption(number)
    kind = KIND_BY_CODE.get(exemption.kind)
    if kind is None:
        raise Http404
    if not request.user.has_perm(kind.views):
        raise PermissionDenied
    today = timezone.localdate()
    seen: Any = kind.table()
    record = seen.within(scope_of(request), today).filter(pk=getattr(exemption, f"{kind.record}_id")).first()
    if record is None:
        raise Http404
    if request.method == "POST":
        user: Any = request.user
        try:
            end_exemption(exemption=exemption, on=today, by=user)
            messages.success(request, gettext("The item is back."))
        except HasEnded as refusal:
            messages.warning(request, str(refusal))
        return redirect(_list_of(kind))
    context = {"exemption": exemption, "kind": kind, "record": record, "list": _list_of(kind)}
    return render(request, "work/end_exemption.html", context)


def _exemption(number: int) -> Exemption:
    """The exemption of that number, as it was where it was taken back; Http404 where there never was one."""
    stored = Exemption.objects.filter(pk=number).first()
    if stored is not None:
        return stored
    taken_back: Any = get_object_or_404(Exemption.history.filter(history_type="-"), id=number)
    found: Exemption = taken_back.instance
    return found


def _list_of(kind: ItemKind) -> str:
    """The items of the kind, of every scale: what was declared may be below the one that is shown without a choice."""
    return reverse("work_list", query={"kind": kind.code, "scale": Scale.ALL.value})
