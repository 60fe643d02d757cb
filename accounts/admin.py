"""Users, roles and tokens in the admin."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from accounts.models import RoleGroup, Token, User
from accounts.roles import Role
from orgs.admin.base import with_a_link_to_look
from orgs.admin.scoping import DiscreetAdmin


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Django's, whose hint speaks English alone."""

    usable_password_help_text = format_lazy(  # type: ignore[assignment]  # lazy, as Django's own
        '<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        _("If disabled, the current password for this user will be lost."),
    )


class RoleFilter(admin.SimpleListFilter):
    """Users who have a role."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The users of the role."""
        return queryset.filter(groups__name=self.value()) if self.value() in Role.values else queryset


@admin.register(User)
class StaffAdmin(DiscreetAdmin, UserAdmin):  # type: ignore[type-arg]
    """Django's own, with the area; only a superuser makes superusers, or changes one.

    Who leaves is made inactive: the history of the register goes on naming its authors.
    """

    list_display = ["username", "last_name", "first_name", "area", "is_staff", "is_active", "last_login"]
    list_filter = [RoleFilter, "is_active"]
    change_password_form = PasswordForm
    list_select_related = ["area"]
    autocomplete_fields = ["area"]
    filter_horizontal = []
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

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_a_link_to_look(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs |= {"label": _("Roles"), "queryset": RoleGroup.objects.order_by("name")}
            kwargs |= {"widget": forms.CheckboxSelectMultiple, "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        rights = [] if request.user.is_superuser else ["is_superuser"]
        return [*self.readonly_fields, *rights]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


admin.site.unregister(Group)


_DEEDS = {"view": _("view"), "add": _("add"), "change": _("change"), "delete": _("delete")}


@admin.register(RoleGroup)
class RoleAdmin(DiscreetAdmin):
    """Shows what a role may do; accounts.roles settles it."""

    list_display = ["__str__"]
    ordering = ["name"]
    fields = ["permitted"]

    @admin.display(description=_("permissions"))
    def permitted(self, role: RoleGroup) -> str:
        """How much of the register is seen, and for each table the deeds, in the reader's language."""
        deeds = defaultdict(set)
        scope = role.permissions.filter(codename__startswith="see_")
        for permission in role.permissions.exclude(pk__in=scope).select_related("content_type"):
            model = permission.content_type.model_class()
            name = model._meta.verbose_name_plural if model else permission.content_type.model
            deeds[capfirst(str(name))].add(permission.codename.partition("_")[0])
        lines = (
            (name, ", ".join(str(_DEEDS[deed]) for deed in _DEEDS if deed in deeds[name])) for name in deeds
        )
        seen = format_html_join("", "<div>{}</div>", ((gettext(found.name),) for found in scope))
        return seen + format_html_join("", "<div>{}: {}</div>", sorted(lines))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: RoleGroup | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RoleGroup | None = None) -> bool:
        return False


admin.site.unregister(AuthToken)


@admin.register(Token)
class TokenAdmin(DiscreetAdmin):
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
