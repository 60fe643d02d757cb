"""Users of the site, each with the area that they may see, and their keys for the API."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken
from knox.settings import CONSTANTS

from accounts.credentials import Authenticator, FailedTries, RecoveryCode
from accounts.roles import SEE_AREA, SEE_EVERYTHING, Role, permissions_of, roles_within
from orgs.models import Area, Scope

__all__ = ["Authenticator", "FailedTries", "RecoveryCode", "RoleGroup", "Token", "TokenUse", "User"]


class User(AbstractUser):  # type: ignore[django-manager-missing]  # that of tokens is knox's
    """A person who signs in; `area` is the part of the register that the person may see."""

    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("area"),
        help_text=_("The area, with all areas in it, that the user may see."),
    )  # fmt: skip

    limited_to: Role | None = None
    """The role of the token by which this request came: it permits nothing but what that role permits, too.

    Of this instance alone, never stored; None: all that the user may.
    """

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [
            ("see_area", gettext_noop("Sees what lies in the own area")),
            ("see_everything", gettext_noop("Sees the whole register")),
        ]

    def _limited(self, permissions: set[str]) -> set[str]:
        return permissions if self.limited_to is None else permissions & permissions_of(self.limited_to)

    def get_user_permissions(self, obj: Any = None) -> set[str]:
        """Django's, within the limit."""
        return self._limited(super().get_user_permissions(obj))

    def get_group_permissions(self, obj: Any = None) -> set[str]:
        """Django's, within the limit."""
        return self._limited(super().get_group_permissions(obj))

    def get_all_permissions(self, obj: Any = None) -> set[str]:
        """Django's, within the limit."""
        return self._limited(super().get_all_permissions(obj))

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's, within the limit, which holds for superusers, too."""
        return bool(self._limited({perm})) and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Django's, within the limit."""
        if self.limited_to is None:
            return super().has_module_perms(app_label)
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions())

    @property
    def role(self) -> Role | None:
        """The first of the roles that permit nothing but what the user may do; None: the user may less than any."""
        if self.is_superuser:
            return Role.ADMINISTRATOR
        return next(iter(roles_within(self.get_all_permissions())), None)

    @cached_property
    def scope(self) -> Scope:
        """What the user sees: by role everything, or the own area; without a role, nothing.

        By a token whose role sees an area alone, who may see everything sees the own area, or, having none, all.
        """
        everything = super().has_perm(SEE_EVERYTHING)
        if everything and (
            self._limited({SEE_EVERYTHING}) or (self.area is None and self._limited({SEE_AREA}))
        ):
            return Scope(everything=True)
        may_see_area = (everything or super().has_perm(SEE_AREA)) and self._limited({SEE_AREA})
        return Scope(self.area if may_see_area else None)


class RoleGroup(Group):
    """A group of Django's, called in the reader's language as the role that it stands for."""

    class Meta:
        proxy = True
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return str(Role(self.name).label) if self.name in Role.values else self.name


class Token(AbstractAuthToken):  # type: ignore[misc]  # knox has no types
    """A key for the API of `user`, of which a digest is kept; `expiry` is the first moment at which it is none.

    `name` tells the holder's keys apart; one without was made on the command line. `role` limits what the
    key permits; without, it permits all that the holder may. knox takes this model for its own
    (`KNOX_TOKEN_MODEL`).
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    # Not the key of the row, as with knox: the number of a token may stand in an address and in the log.
    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                condition=~models.Q(name=""),
                name="a_user_calls_no_two_tokens_alike",
                violation_error_message=_("You have a token of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["", *Role.values]), name="the_role_of_a_token_is_a_role"
            ),
        ]

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over at `now`; without an end it never is."""
        return self.expiry is not None and self.expiry <= now

    def opens(self, now: datetime) -> bool:
        """Whether its key opens the API at `now`: in its time, while its holder is active."""
        return not self.is_expired(now) and self.user.is_active

    @property
    def called(self) -> str:
        """Its name, or where it was made, in the reader's language."""
        return self.name or gettext("(made on the command line)")

    @property
    def limit(self) -> str:
        """What it permits at the most, in the reader's language."""
        return str(Role(self.role).label) if self.role else gettext("all that the user may do")

    def __str__(self) -> str:
        return gettext("token %(number)d of %(user)s") % {"number": self.pk, "user": self.user}


class TokenUse(models.Model):
    """That a token came from an address, and the last day on which it did."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="uses", verbose_name=_("API token"))
    address = models.CharField(_("address"), max_length=45, blank=True)
    day = models.DateField(_("last used"))

    class Meta:
        verbose_name = _("use of a token")
        verbose_name_plural = _("uses of tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["token", "address"], name="the_use_of_a_token_is_kept_once_per_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.day}"
