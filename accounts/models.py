"""Users of the site, each with the area that they may see, and their keys for the API."""

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from knox.models import AuthToken

from accounts.roles import Role
from orgs.models import Area, Scope


class User(AbstractUser):
    """A person who signs in; `area` is the part of the register that the person may see."""

    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("area"),
        help_text=_("The area, with all areas in it, that the user may see."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [
            ("see_area", gettext_noop("Sees what lies in the own area")),
            ("see_everything", gettext_noop("Sees the whole register")),
        ]

    @cached_property
    def scope(self) -> Scope:
        """What the user sees: by role everything, or the own area; without a role, nothing."""
        if self.has_perm("accounts.see_everything"):
            return Scope(everything=True)
        return Scope(self.area if self.has_perm("accounts.see_area") else None)


class RoleGroup(Group):
    """A group of Django's, called in the reader's language as the role that it stands for."""

    class Meta:
        proxy = True
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return str(Role(self.name).label) if self.name in Role.values else self.name


class Token(AuthToken):  # type: ignore[misc]  # knox has no types
    """A key for the API, of which a digest is kept; knox's table under a name in the reader's language."""

    class Meta:
        proxy = True
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.user} {self.created:%Y-%m-%d}"
