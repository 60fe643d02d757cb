"""What a user types to sign in, and to prove the second factor."""

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.second_factor import Means, TooManyCodes, WrongCode, new_secret, step_of, tidied, verify
from accounts.sign_in import try_failed
from record.log import note
from record.models import Event
from record.patience import waiting_at_most

log = logging.getLogger(__name__)

SET_UP_WITHIN = 3600
"""Seconds in which a telephone is set up, from the first sight of the page."""


class SignInForm(AdminAuthenticationForm):
    """Django's, which says it when signing in is locked."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        """Try the password; a try is written down first, for which nobody waits long."""
        try:
            with waiting_at_most(2):
                cleaned: dict[str, Any] = super().clean()
        except OperationalError as error:
            log.warning("A try to sign in could not be counted: %s", error)
            raise ValidationError(
                gettext("Much is being written at the moment. Try again in a minute."), code="busy"
            ) from None
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse who is no staff as a wrong password is refused, and write it down alike."""
        if not user.is_staff:
            try_failed(self.request, user.get_username())
            raise self.get_invalid_login_error()

    def get_invalid_login_error(self) -> ValidationError:
        """What is wrong; the same whether there is a user of the name or not."""
        if not getattr(self.request, "axes_locked_out", False):
            return ValidationError(
                self.error_messages["invalid_login"],
                code="invalid_login",
                params={"username": self.username_field.verbose_name},
            )
        minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
        return ValidationError(
            gettext(
                "Signing in with this name is locked on this connection, for it failed %(tries)d times. "
                "Try again in %(minutes)d minutes."
            ),
            code="locked",
            params={"tries": settings.AXES_FAILURE_LIMIT, "minutes": minutes},
        )


def _code_field(label: Any, help_text: Any = "") -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(
        label=label, help_text=help_text, max_length=40, widget=forms.TextInput(attrs=attributes)
    )


class CodeForm(forms.Form):
    """A code of the second factor that the user has; `means` is what it was, once the form is valid."""

    code = _code_field(_("Code"), _("Six digits from the app on your telephone, or a recovery code."))
    means: Means

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        """Use the code up; a wrong one is written down."""
        typed: str = self.cleaned_data["code"]
        try:
            self.means = verify(user=self.user, typed=typed, at=timezone.now())
        except WrongCode:
            note(Event.SIGN_IN_FAILED, request=self.request, user=self.user, detail="second factor")
            raise ValidationError(
                gettext("This code is wrong, or was used before. Wait for the next one.")
            ) from None
        except TooManyCodes as refusal:
            seconds = max(1, round((refusal.until - timezone.now()).total_seconds()))
            told = ngettext(
                "Codes were wrong too often. Try again in %(seconds)d second.",
                "Codes were wrong too often. Try again in %(seconds)d seconds.",
                seconds,
            )
            raise ValidationError(told, params={"seconds": seconds}) from None
        if self.means is Means.RECOVERY_CODE:
            note(Event.SECOND_FACTOR, request=self.request, user=self.user, detail="used a recovery code")
        return typed


class SetUpForm(forms.Form):
    """The code that proves that an app has the `secret` which the page shows.

    The page carries the secret, signed for its user: nothing is kept before the code is right.
    """

    signed = forms.CharField(widget=forms.HiddenInput)
    code = _code_field(_("Code"), _("Six digits that the app shows now."))
    step: int

    def __init__(self, data: Any = None, *, user: User) -> None:
        self._signer = signing.TimestampSigner(salt=f"accounts.second_factor.{user.pk}")
        try:
            self.secret = self._signer.unsign((data or {}).get("signed", ""), max_age=SET_UP_WITHIN)
        except signing.BadSignature:
            self.secret, data = new_secret(), None
        super().__init__(data, initial={"signed": self._signer.sign(self.secret)})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        """Compare the code with the secret."""
        code = tidied(self.cleaned_data["code"])
        step = step_of(code, secret=self.secret, at=timezone.now())
        if step is None:
            raise ValidationError(
                gettext("This is not the code. Is the clock of your telephone right? Wait for the next code.")
            )
        self.step = step
        return code
