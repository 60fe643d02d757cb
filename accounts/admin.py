"""Users, roles and tokens in the admin."""

from datetime import datetime

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from accounts.models import Token, User


@admin.register(User)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's own, with the area; only a superuser makes superusers, or changes one."""

    list_display = ["username", "last_name", "first_name", "area", "is_staff", "is_active", "last_login"]
    list_filter = ["groups", "is_active"]
    list_select_related = ["area"]
    autocomplete_fields = ["area"]
    filter_horizontal = ["groups"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (_("What the user may do"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "area"]}),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "usable_password", "password1", "password2"]}),
        (_("What the user may do"), {"fields": ["is_staff", "groups", "area"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        rights = [] if request.user.is_superuser else ["is_superuser"]
        return [*self.readonly_fields, *rights]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Shows what a role may do; accounts.roles settles it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False


admin.site.unregister(AuthToken)


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Shows who has tokens and takes them away; `create_token` makes them, for a key is shown once."""

    list_display = ["holder", "made_at", "ends_at"]
    fields = ["holder", "made_at", "ends_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]

    @admin.display(description=_("user"), ordering="user__username")
    def holder(self, token: Token) -> str:
        """The name by which the holder signs in."""
        return str(token.user.get_username())

    @admin.display(description=_("made"), ordering="created")
    def made_at(self, token: Token) -> datetime:
        """When it was made."""
        made: datetime = token.created
        return made

    @admin.display(description=_("valid until"), ordering="expiry")
    def ends_at(self, token: Token) -> datetime | None:
        """When it ends; None: never."""
        ends: datetime | None = token.expiry
        return ends

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False
