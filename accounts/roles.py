"""Roles: what people do here, and what each may do with which table."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import AppConfig
from django.apps import apps as current_apps
from django.apps.registry import Apps
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalChanges

SEE_AREA, SEE_EVERYTHING = "accounts.see_area", "accounts.see_everything"


class Role(models.TextChoices):
    """A role is a group of this name; a user has the permissions of its groups."""

    ADMINISTRATOR = "administrator", _("administrator")
    ORGANIZER = "organizer", _("organizer")
    REVIEWER = "reviewer", _("reviewer")
    ANALYST = "analyst", _("analyst")


@dataclass(frozen=True)
class Grant:
    """Permission for `actions` on the tables of `app`: on `only` these, or on all `but` these.

    `also` are permissions of the app that are about no table: how much of the register is seen.
    """

    app: str
    actions: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def codenames(self, model_names: Iterable[str]) -> set[str]:
        """The codenames that this grants, of an app with these models (`{"add_area", …}`)."""
        chosen = {
            name for name in model_names if name not in self.but and (not self.only or name in self.only)
        }
        return {*self.also, *(f"{action}_{name}" for name in chosen for action in self.actions)}


_VIEW = ("view",)
_ISSUE = ("add", "view")
_WRITE = ("add", "change", "view")
_DECIDE = ("change", "view")
_OWN_AREA = Grant("accounts", also=("see_area",))

# What is counted is ended, not deleted: nobody is granted that.
GRANTS: dict[Role, tuple[Grant, ...]] = {
    Role.ADMINISTRATOR: (
        Grant("orgs", _WRITE),
        Grant("orgs", ("delete",), only=("area", "practice")),
        Grant("members", _WRITE),
        Grant("applications", _DECIDE),
        Grant("work", _WRITE),
        Grant("accounts", _WRITE, only=("user",)),
        Grant("accounts", ("delete", "view"), only=("token",)),
        Grant("accounts", _VIEW, only=("rolegroup", "tokenuse")),
        Grant("accounts", also=("see_everything",)),
        Grant("record", _VIEW, only=("accessentry",)),
        Grant("reports", _ISSUE),
        Grant("sheets", _ISSUE),
    ),
    Role.ORGANIZER: (
        _OWN_AREA,
        Grant("orgs", _VIEW),
        Grant("orgs", _WRITE, but=("area", "policynumber")),
        Grant("members", _WRITE),
        Grant("applications", _DECIDE),
        Grant("reports", _ISSUE),
        Grant("work", _WRITE),
        Grant("sheets", _ISSUE),
    ),
    Role.REVIEWER: (
        _OWN_AREA,
        Grant("orgs", _VIEW),
        Grant("applications", _DECIDE),
        Grant("reports", _VIEW),
    ),
    # Instructors are named, with their phones: an analyst reads figures about them alone.
    Role.ANALYST: (_OWN_AREA, Grant("orgs", _VIEW, but=("instructor",)), Grant("reports", _VIEW)),
}


def _model_names(app_config: AppConfig) -> set[str]:
    """The models of an app to which permissions are granted: histories, and what serves others, have none."""
    return {
        model._meta.model_name or ""
        for model in app_config.get_models()
        if model._meta.default_permissions and not issubclass(model, HistoricalChanges)
    }


@cache
def permissions_of(role: Role) -> frozenset[str]:
    """The permissions that GRANTS gives to `role`, as `has_perm` is asked for them (`"orgs.view_area"`).

    Whoever sees everything sees the own area as well: `accounts.see_area` is among them for either.
    """
    granted = {
        f"{grant.app}.{codename}"
        for grant in GRANTS[role]
        for codename in grant.codenames(_model_names(current_apps.get_app_config(grant.app)))
    }
    return frozenset(_with_implied(granted))


def _with_implied(permissions: Collection[str]) -> set[str]:
    return {*permissions, *({SEE_AREA} if SEE_EVERYTHING in permissions else ())}


def roles_within(permissions: Collection[str]) -> list[Role]:
    """The roles that permit nothing but what `permissions` permit (as `User.get_all_permissions` gives them)."""
    held = _with_implied(permissions)
    return [role for role in Role if permissions_of(role) <= held]


def grant_after_migrate(
    *, app_config: AppConfig, using: str, apps: Apps = current_apps, **_signal: Any
) -> None:
    """Give every role exactly its permissions on the tables of `app_config`.

    A receiver of Django's `post_migrate`, which is when permissions exist; it makes the groups too, so
    that they are there again after `flush` (which names no `apps`). A permission that somebody added
    to or took from a role by hand lasts until the next `migrate`.
    """
    label = app_config.label
    if not any(grant.app == label for grants in GRANTS.values() for grant in grants):
        return
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:  # `migrate auth zero`
        return
    names = _model_names(app_config)
    permissions = permission_model._default_manager.using(using).filter(content_type__app_label=label)
    for role, grants in GRANTS.items():
        group, _created = group_model._default_manager.using(using).get_or_create(name=role.value)
        codenames = set().union(*(grant.codenames(names) for grant in grants if grant.app == label))
        held: Any = getattr(group, "permissions")  # noqa: B009, a historical model has no declared fields
        held.remove(*held.filter(content_type__app_label=label).exclude(codename__in=codenames))
        held.add(*permissions.filter(codename__in=codenames))
