"""What an application says of people, of neighbours, and the files that come with it."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.application import Application
from members.models import Stage

STAGES = (Stage.FULL, Stage.PROBATIONARY, Stage.CANDIDATE, Stage.ACTIVIST, Stage.APPLICANT)
"""Stages that an application names; each with the day on which it was reached."""


class ApplicationMember(models.Model):
    """A person whom an application names: no more than who, how far, and since when."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="members")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    stage = models.CharField(
        _("stage"), max_length=12, choices=[(stage.value, stage.label) for stage in STAGES]
    )
    since = models.DateField(_("since"), null=True, blank=True, help_text=_("When this stage was reached."))
    is_secretary = models.BooleanField(_("proposed as secretary"), default=False)

    objects = models.Manager()

    class Meta:
        verbose_name = _("person of an application")
        verbose_name_plural = _("persons of applications")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=[stage.value for stage in STAGES]),
                name="applicationmember_stage_is_known",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(is_secretary=True),
                name="application_proposes_one_secretary",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApplicationNeighbour(models.Model):
    """An enterprise with which the applicant wants to form a joint branch."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="neighbours")
    name = models.CharField(_("enterprise name"), max_length=200)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)

    objects = models.Manager()

    class Meta:
        verbose_name = _("neighbour of an application")
        verbose_name_plural = _("neighbours of applications")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class MediaType(models.TextChoices):
    """What a file is, told by its content."""

    PDF = "application/pdf", "PDF"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


class ApplicationFile(models.Model):
    """A file that came with an application, kept in the database under a name that nobody guesses."""

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="files")
    title = models.CharField(_("file"), max_length=100)
    media_type = models.CharField(_("type"), max_length=100, choices=MediaType)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size in bytes"))
    added_at = models.DateTimeField(_("added"))

    objects = models.Manager()

    class Meta:
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=MediaType.values), name="applicationfile_type_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.title
