"""Imports in the admin: what was uploaded, what it would do, what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models import Area
from secrecy.fields import BlindIndexField, ChangeCountField, EncryptedField
from secrecy.models import HoldsProtected

if TYPE_CHECKING:
    from accounts.models import User


class ResourceName(models.TextChoices):
    """What can be imported, in the order in which a register is loaded."""

    AREAS = "areas", _("areas")
    ENTERPRISES = "enterprises", _("enterprises")
    ORGANIZATIONS = "organizations", _("organizations")
    COVERAGE = "coverage", _("coverage")
    MEMBERS = "members", _("members")
    INSTRUCTORS = "instructors", _("instructors")
    DESIGNATIONS = "designations", _("designations")


class State(models.TextChoices):
    """How far an import is."""

    COLUMNS = "columns", _("columns to be chosen")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", pgettext_lazy("import", "checked")
    RUNNING = "running", _("running")
    DONE = "done", pgettext_lazy("import", "done")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("failed")


IDLE = (State.COLUMNS, State.CHECKED, State.FAILED)
"""It wrote nothing, and waits for its user."""

UNDER_WAY = (State.CHECKING, State.RUNNING, State.UNDOING)
"""Something works on it."""

WROTE = (State.DONE, State.UNDOING, State.UNDONE)
"""It wrote to the register: it is never removed."""


class Failure(models.TextChoices):
    """Why an import stopped."""

    NOT_ALLOWED = "not_allowed", _("Its user may no longer import this.")
    UNFORESEEN = (
        "unforeseen",
        _("Something went wrong that nobody foresaw; it stands in the log of the site."),
    )


class ImportQuerySet(models.QuerySet["Import"]):
    """Questions about imports."""

    def of(self, user: User) -> Self:
        """Those that `user` may look at: the own ones; who sees the whole register, everybody's."""
        own = self if user.scope.everything else self.filter(made_by=user)
        return own.defer("chosen", "left_out")  # long ones


class Import(models.Model):
    """A file that a user uploaded for a resource, and how far it is.

    The file and what was found in it are `SealedPart`s, which go once the import is done; what it changed is one,
    too, which goes once it is undone, or can no longer be.
    """

    resource = models.CharField(_("what"), max_length=20, choices=ResourceName)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area"),
        help_text=_("The area of new rows that name none."),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    """Of the file, in bytes."""
    language = models.CharField(max_length=10)
    """In which messages about the file are written."""
    state = models.CharField(pgettext_lazy("import", "state"), max_length=10, choices=State)
    moved_at = models.DateTimeField(default=timezone.now)
    """Since when it is in this state, or was taken up again in it."""
    tries = models.PositiveSmallIntegerField(default=0)
    """How often it was taken up again in this state, after what was at work on it ended or was held up."""
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    """Why it is `failed`."""
    chosen = models.JSONField(default=dict)
    """Columns that the user takes headers for, "" for none."""
    left_out = models.JSONField(default=list)
    """Lines that are not read."""
    request_id = models.CharField(max_length=36, blank=True)
    """What the rows of history that it wrote give as their request."""
    client_address = models.CharField(max_length=45, blank=True)
    """From where it was confirmed, or its undo was asked for."""
    created = models.PositiveIntegerField(_("new"), null=True)
    updated = models.PositiveIntegerField(pgettext_lazy("rows", "changed"), null=True)
    unchanged = models.PositiveIntegerField(pgettext_lazy("rows", "unchanged"), null=True)
    wrong = models.PositiveIntegerField(pgettext_lazy("rows", "wrong"), null=True)
    seen = models.CharField(max_length=64, blank=True)
    """The digest of the outcomes that the user is shown."""
    is_stale = models.BooleanField(default=False)
    """Whether the register changed after the user had been shown what the import does."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    made_at = models.DateTimeField(_("when"))
    checked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone"), null=True)
    undo_request_id = models.CharField(max_length=36, blank=True)
    """What the rows of history that took it back give as their request."""

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ("add", "view")
        indexes = [models.Index(fields=["made_by", "made_at"], name="import_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(resource__in=ResourceName.values), name="import_resource_is_known"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="import_state_is_known"),
            models.CheckConstraint(
                condition=Q(failure="") | Q(failure__in=Failure.values, state=State.FAILED),
                name="import_that_failed_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WROTE) | (Q(finished_at__isnull=False) & ~Q(request_id="")),
                name="import_that_wrote_says_when_and_by_which_request",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_by__isnull=False, state=State.UNDONE),
                name="import_that_is_undone_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_resource_display()} {self.file_name}".strip()


class ColumnChoice(models.Model):
    """The column that a user once took a header for, "" for none: it is taken so again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    resource = models.CharField(max_length=20, choices=ResourceName)
    header = models.CharField(max_length=200)
    column = models.CharField(max_length=40, blank=True)

    objects = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "resource", "header"], name="columnchoice_is_one_of_user_and_header"
            ),
            models.CheckConstraint(
                condition=Q(resource__in=ResourceName.values), name="columnchoice_resource_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.header} = {self.column}"


class _SealedText(EncryptedField):
    """A text that is neither searched nor shown."""

    def masked(self, value: str) -> str:
        """Nothing."""
        return ""

    def normalized(self, value: str) -> str:
        """Nothing: no two are compared."""
        return ""


class Part(models.TextChoices):
    """What is kept of an import under seal, for people stand in it."""

    FILE = "file", _("file")
    HEAD = "head", _("headers")
    FINDINGS = "findings", _("findings")
    PROBLEMS = "problems", _("problems")
    BEFORE = "before", _("what it changed, as it was")
    OBSTACLES = "obstacles", _("what is in the way of its undo")


class SealedPart(HoldsProtected):
    """A piece of a long content that is kept encrypted; pieces are joined in the order of their numbers."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="parts")
    part = models.CharField(max_length=10, choices=Part)
    number = models.PositiveIntegerField()
    content_index = BlindIndexField()
    content_changes = ChangeCountField()
    content = _SealedText()

    objects = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["of", "part", "number"], name="sealedpart_stands_once"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="sealedpart_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.part} {self.number}"
