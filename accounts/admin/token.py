"""Tokens in the admin: whose there are."""

from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import end_token
from accounts.models import Token, TokenUse
from orgs.admin.scoping import DiscreetAdmin


class UseInline(admin.TabularInline):  # type: ignore[type-arg]
    """From where a token came, and when last; it is the site that writes it."""

    model = TokenUse
    fields = ["address", "day"]
    readonly_fields = ["address", "day"]
    ordering = ["-day", "address"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False


@admin.register(Token)
class TokenAdmin(DiscreetAdmin):
    """Shows who has tokens and takes them away; their holders make them, for a key is shown once."""

    list_display = ["holder", "called", "limit", "made_at", "used_on", "ends_at", "valid"]
    fields = ["holder", "called", "limit", "made_at", "used_on", "ends_at", "valid"]
    list_select_related = ["user"]
    inlines = [UseInline]
    search_fields = ["user__username"]
    ordering = ["user__username", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(last_day=Max("uses__day"))
        return rows

    @admin.display(description=_("user"), ordering="user__username")
    def holder(self, token: Token) -> str:
        """The name by which the holder signs in."""
        return str(token.user.get_username())

    @admin.display(description=_("name"), ordering="name")
    def called(self, token: Token) -> str:
        """What the holder calls it."""
        return token.called

    @admin.display(description=_("role"), ordering="role")
    def limit(self, token: Token) -> str:
        """What it permits at the most."""
        return token.limit

    @admin.display(description=_("made"), ordering="created")
    def made_at(self, token: Token) -> datetime:
        """When it was made."""
        made: datetime = token.created
        return made

    @admin.display(description=_("last used"), ordering="last_day")
    def used_on(self, token: Token) -> date | None:
        """The last day on which it opened the API; None: never."""
        last: date | None = token.last_day  # annotated above
        return last

    @admin.display(description=_("valid until"), ordering="expiry")
    def ends_at(self, token: Token) -> datetime | None:
        """When it ends; None: never."""
        ends: datetime | None = token.expiry
        return ends

    @admin.display(description=_("valid"), boolean=True)
    def valid(self, token: Token) -> bool:
        """Whether its key opens the API now."""
        return token.opens(timezone.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Token) -> None:
        end_token(token=obj, by=request.user)  # type: ignore[arg-type]  # only who is signed in comes here

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        for token in queryset:
            end_token(token=token, by=request.user)  # type: ignore[arg-type]  # only who is signed in comes here
