"""Roles in the admin: what each may do."""

from collections import defaultdict

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGroup
from orgs.admin.scoping import DiscreetAdmin

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
