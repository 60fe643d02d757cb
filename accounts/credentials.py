"""What the site keeps to know who signs in: second factors, and tries that failed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin

from secrecy.fields import BlindIndexField, ChangeCountField, EncryptedField
from secrecy.models import HoldsProtected


class SecretField(EncryptedField):
    """What nobody reads off the site and nobody searches for."""

    def masked(self, value: str) -> str:
        """Nothing of it, nor how long it is."""
        return "********"

    def normalized(self, value: str) -> str:
        """It is not indexed."""
        return ""


class Authenticator(ThrottlingMixin, HoldsProtected, Device):  # type: ignore[misc, django-manager-missing]  # django-otp has no types
    """The app on a user's telephone that shows codes for signing in (TOTP, RFC 6238).

    `secret` is what site and app share, in hexadecimal digits, encrypted; `last_step` the step of the last code that
    was accepted, for none is accepted twice. After each wrong code the wait for the next one doubles, from
    a second on.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="authenticator", verbose_name=_("user")
    )
    secret_index = BlindIndexField()
    secret_changes = ChangeCountField()
    secret = SecretField(max_length=40, editable=False)
    last_step = models.BigIntegerField(editable=False)
    made_at = models.DateTimeField(editable=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return str(self.user_id)

    def get_throttle_factor(self) -> int:
        """The wait after the first wrong code, in seconds."""
        return 1


class RecoveryCode(models.Model):
    """A code that opens once, where the telephone is lost; a keyed digest of it is kept."""

    authenticator = models.ForeignKey(Authenticator, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [
            models.UniqueConstraint(fields=["authenticator", "digest"], name="recovery_code_opens_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class FailedTries(models.Model):
    """How often signing in failed of late under one name from one address.

    Of the name a keyed digest is kept: people type passwords into its field. `address` is the client's, of
    IPv6 the network of 64 bits, empty where none is known.
    """

    name = models.CharField(max_length=64)
    address = models.CharField(max_length=45, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("failed tries")
        verbose_name_plural = _("failed tries")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "address"], name="tries_are_counted_once_per_name_and_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.tries}"
