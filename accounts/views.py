"""The pages of a user's own password and second factor."""

from typing import Any

import segno
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as prove

from accounts.credentials import Authenticator
from accounts.forms import CodeForm, SetUpForm
from accounts.models import User
from accounts.passwords import password_changed
from accounts.second_factor import (
    CODE_IS_DUE,
    Means,
    OtherSecondFactor,
    address_of,
    is_owed,
    key_of,
    make_recovery_codes,
    set_up,
)
from record.log import note
from record.models import Event


def _user(request: HttpRequest) -> User:
    user: Any = request.user
    return User.objects.get(pk=user.pk)


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
    """A page in the clothes of the admin; without its menus while a code is owed."""
    owed = is_owed(request)
    around = admin.site.each_context(request)
    if owed:
        around |= {"has_permission": False, "available_apps": [], "is_nav_sidebar_enabled": False}
    context = {**around, "title": title, "subtitle": None, "owed": owed, **context}
    return TemplateResponse(request, f"accounts/{name}.html", context)


def _proved(request: HttpRequest, device: Authenticator) -> None:
    """The session is the user's for certain; under a new key, as after signing in."""
    prove(request, device)
    request.session[CODE_IS_DUE] = True
    request.session.cycle_key()


def _way_on(request: HttpRequest) -> str:
    """Where the user wanted to go (`next`), if that is a page of the site."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("admin:index")


@never_cache
@login_required
@sensitive_post_parameters("code")
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that is owed; who has no second factor yet is led to set one up."""
    user = _user(request)
    if not is_owed(request):
        return HttpResponseRedirect(_way_on(request))
    device = Authenticator.objects.filter(user=user).first()
    if device is None:
        return HttpResponseRedirect(reverse("second_factor_set_up"))
    form = CodeForm(request.POST or None, request=request, user=user)
    if not form.is_valid():
        return _page(request, "second_factor_code", _("Enter the code"), form=form, next=_way_on(request))
    _proved(request, device)
    note(Event.SIGN_IN, request=request, user=user, detail="second factor")
    if form.means is Means.RECOVERY_CODE:
        left = device.recovery_codes.count()
        told = ngettext(
            "That recovery code is used up; %(left)d is left.",
            "That recovery code is used up; %(left)d are left.",
            left,
        )
        messages.warning(request, told % {"left": left})
    return HttpResponseRedirect(_way_on(request))


@never_cache
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Whether the user has a second factor, since when, and how many recovery codes are left."""
    user = _user(request)
    device = Authenticator.objects.filter(user=user).first()
    left = device.recovery_codes.count() if device else 0
    return _page(request, "second_factor", _("Second factor"), device=device, left=left)


@never_cache
@login_required
@sensitive_post_parameters("code", "signed", "now-code")
def set_up_device(request: HttpRequest) -> HttpResponse:
    """Show a new secret and take it once a code proves that the telephone has it; then show recovery codes.

    Who has a second factor already proves that one first, also when the session did so before.
    """
    user = _user(request)
    present = Authenticator.objects.filter(user=user).first()
    if present is not None and is_owed(request):
        return HttpResponseRedirect(reverse("second_factor_code"))
    form = SetUpForm(request.POST or None, user=user)
    # The new telephone first: a wrong code from it shall not use up one of the present second factor.
    data = request.POST if form.is_valid() else None
    current = CodeForm(data, request=request, user=user, prefix="now") if present else None
    if current is not None:
        current.fields["code"].label = _("Code of the present second factor")
        form.fields["code"].label = _("Code of the new second factor")
    if form.is_valid() and (current is None or current.is_valid()):
        try:
            with transaction.atomic():
                device, codes = set_up(
                    user=user, secret=form.secret, step=form.step, at=timezone.now(), instead_of=present
                )
                note(
                    Event.SECOND_FACTOR,
                    request=request,
                    user=user,
                    detail="replaced" if present else "set up",
                )
        except OtherSecondFactor:
            return HttpResponseRedirect(reverse("second_factor_set_up"))
        _proved(request, device)
        return _page(request, "recovery_codes", _("Your recovery codes"), codes=codes)
    issuer = str(admin.site.site_header)
    address = address_of(form.secret, issuer=issuer, name=user.get_username())
    key = key_of(form.secret)
    context = {
        "form": form,
        "current": current,
        "picture": segno.make(address, error="m").svg_data_uri(scale=4, dark="#000", light="#fff"),
        "key": " ".join(key[at : at + 4] for at in range(0, len(key), 4)),
    }
    title = _("Replace the second factor") if present else _("Set up the second factor")
    return _page(request, "second_factor_set_up", title, **context)


@never_cache
@login_required
@sensitive_post_parameters("code")
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes, for a code of the second factor."""
    user = _user(request)
    device = Authenticator.objects.filter(user=user).first()
    if device is None:
        return HttpResponseRedirect(reverse("second_factor"))
    form = CodeForm(request.POST or None, request=request, user=user)
    if not form.is_valid():
        return _page(request, "second_factor_renew", _("New recovery codes"), form=form)
    with transaction.atomic():
        codes = make_recovery_codes(device=device)
        note(Event.SECOND_FACTOR, request=request, user=user, detail="made recovery codes")
    return _page(request, "recovery_codes", _("Your recovery codes"), codes=codes)


class OwnPasswordView(PasswordChangeView):
    """Django's page; with the old password end the user's other sessions, and the API tokens."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, and write that down."""
        with transaction.atomic():
            answer = super().form_valid(form)
            password_changed(user=form.user, by=form.user)
        return answer
