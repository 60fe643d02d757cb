"""The access log, and the chain in which all that is recorded is sealed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from record.history import Recorded
from record.ids import new_id


class Event(models.TextChoices):
    """What the access log tells of."""

    SIGN_IN = "sign_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
    LOCKED_OUT = "locked_out", _("locked out")
    SIGN_OUT = "sign_out", _("signed out")
    REFUSED = "refused", _("refused")
    REVEALED = "revealed", _("revealed a protected value")
    SEARCHED = "searched", _("looked for a number")
    EXPORTED = "exported", _("exported")
    IMPORTED = "imported", _("imported")
    IMPORT_UNDONE = "import_undone", _("undid an import")
    TOKEN_MADE = "token_made", _("made an API token")
    TOKEN_USED = "token_used", _("used an API token")
    TOKEN_ENDED = "token_ended", _("ended an API token")
    ACCOUNT_CHANGED = "account_changed", _("changed an account")
    PASSWORD_CHANGED = "password_changed", _("changed a password")
    SECOND_FACTOR = "second_factor", _("changed a second factor")


class AccessEntry(Recorded):
    """Who used which door: sign-ins, refusals, reveals, imports. Changes of records stand in their history.

    `subject` names the record it is about by its table and key (`members.member 17`), never by a name.
    """

    written_at = "at"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("when"), db_index=True)
    event = models.CharField(_("what"), max_length=20, choices=Event)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    subject = models.CharField(_("about"), max_length=80, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        indexes = [models.Index(fields=["user", "event", "at"], name="access_of_user")]
        constraints = [
            models.CheckConstraint(condition=models.Q(event__in=Event.values), name="access_event_is_known")
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S} {self.get_event_display()}"


class Seal(models.Model):
    """A link of the chain: the row it seals, and a code over that row's signature and the link before."""

    number = models.BigIntegerField(primary_key=True)
    table = models.CharField(max_length=63)
    row = models.UUIDField()
    sealed_at = models.DateTimeField()
    mac = models.CharField(max_length=64)

    written_at = "sealed_at"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="row_is_sealed_once")]

    def __str__(self) -> str:
        return str(self.number)


class Checkpoint(models.Model):
    """Where the chain begins since its older links were removed: the number and code of the last of them."""

    number = models.BigIntegerField(primary_key=True)
    mac = models.CharField(max_length=64)
    removed = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    signature = models.CharField(max_length=64)

    written_at = "made_at"

    def __str__(self) -> str:
        return str(self.number)
