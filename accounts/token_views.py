"""The page on which a user makes and ends API tokens of the own."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.actions import RoleTooWide, TooManyTokens, end_token, make_token
from accounts.models import Token, User
from accounts.roles import Role, roles_within

DAYS, MOST_DAYS = 90, 365


class TokenForm(forms.Form):
    """A token that `user` asks for."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What you will use it for, to tell your tokens apart."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.IntegerField(
        label=_("Valid for how many days"), min_value=1, max_value=MOST_DAYS, initial=DAYS,
        help_text=_("From 1 to 365."),
    )  # fmt: skip
    role = forms.TypedChoiceField(
        label=_("What it may do"), required=False, coerce=Role, empty_value=None,
        help_text=_("Never more than you may yourself, now or later."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, label_suffix="")
        within = roles_within(user.get_all_permissions())
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", _("All that I may do")),
            *((role.value, role.label) for role in within),
        ]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("key")
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of the user; a new one is made by POST, whose answer alone shows its key.

    The answer is no redirect, for the key would have to be kept meanwhile. Sent again, the form makes no
    second token: the name is taken.
    """
    user: Any = request.user
    form = TokenForm(request.POST or None, user=user)
    made: Token | None = None
    key = ""
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            made, key = make_token(
                user=user,
                name=wanted["name"],
                role=wanted["role"],
                valid_for=timedelta(days=wanted["days"]),
                by=user,
            )
            form = TokenForm(user=user)
        except (RoleTooWide, TooManyTokens) as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refusal:
            form.add_error("name", refusal)
    now = timezone.now()
    rows = Token.objects.filter(user=user).annotate(last_day=Max("uses__day")).order_by("-created", "-pk")
    context = {
        "form": form,
        "made": made,
        "key": key,
        "rows": [(token, token.is_expired(now)) for token in rows],
    }
    return render(request, "accounts/tokens.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Ask whether the token of that number shall end, and by POST end it; 404 where it is not the user's."""
    user: Any = request.user
    token = get_object_or_404(Token, pk=number, user=user)
    if request.method == "POST":
        end_token(token=token, by=user)
        messages.success(request, gettext("The token “%(name)s” has ended.") % {"name": token.called})
        return redirect("tokens")
    return render(request, "accounts/end_token.html", {"token": token})
