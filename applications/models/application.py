"""Applications (组建申请): an enterprise asks for a Party organization."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models import DOCUMENT_LENGTH, Area, AreaQuerySet, Enterprise, Organization, ScopedQuerySet
from record.history import History
from secrecy.fields import BlindIndexField, ChangeCountField, MailField, PhoneField, unrecorded
from secrecy.models import HoldsProtected


class State(models.TextChoices):
    """How far an application has come; `applications.transitions` tells from where to where it goes."""

    DRAFT = "draft", pgettext_lazy("application", "draft")
    SUBMITTED = "submitted", pgettext_lazy("application", "submitted")
    IN_REVIEW = "in_review", pgettext_lazy("application", "in review")
    RETURNED = "returned", pgettext_lazy("application", "returned for supplement")
    APPROVED = "approved", pgettext_lazy("application", "approved")
    FOUNDED = "founded", pgettext_lazy("application", "founded")
    REJECTED = "rejected", pgettext_lazy("application", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


OPEN = (State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.APPROVED)
"""States of an application on which something is still to be done; an enterprise has one such at most."""

DECIDED = (State.APPROVED, State.FOUNDED, State.REJECTED)
"""States of an application that a reviewer decided."""


REVIEWERS_TURN = (State.SUBMITTED, State.IN_REVIEW)
"""States in which it is the reviewers' turn, and the day by which they decide runs."""

WITH_APPROVAL = (State.APPROVED, State.FOUNDED)
"""States in which an approval holds."""


class Formation(models.TextChoices):
    """What an enterprise asks for."""

    OWN = "own", _("a branch of its own")
    JOINT = "joint", _("a joint branch with neighbours")
    OUTSIDE = "outside", _("a branch outside the district")


class ApplicationQuerySet(ScopedQuerySet["Application"]):
    """Questions about applications."""

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """Of enterprises that lay in one of `areas` when they applied; no day moves them."""
        return self.filter(area__in=areas)

    def submitted(self) -> Self:
        """All that reviewers see: drafts are the applicants' own."""
        return self.exclude(state=State.DRAFT)

    def open(self) -> Self:
        """Those on which something is still to be done."""
        return self.filter(state__in=OPEN)

    def overdue_on(self, day: date) -> Self:
        """Those that should have been decided before `day`; what waits for the applicant is not counted."""
        return self.filter(state__in=REVIEWERS_TURN, due_on__lt=day)

    def under_way_on(self, day: date) -> Self:
        """Submitted by `day`, and by then neither decided nor withdrawn; an approved one is decided."""
        withdrawn = self.model._meta.get_field("events").related_model._default_manager.filter(
            to_state=State.WITHDRAWN, at__date__lte=day
        )
        return (
            self.submitted()
            .filter(submitted_on__lte=day)
            .exclude(decided_on__lte=day)
            .exclude(pk__in=withdrawn.values("application"))
        )


def _is_said(*names: str) -> Q:
    condition = Q()
    for name in names:
        condition &= ~Q(**{name: ""})
    return condition


class Application(HoldsProtected):
    """What an enterprise says, and how far its application has come.

    A draft may lack everything. `state` and `moves`, the number of the last event, change together with an
    event (applications.actions.moving); the database refuses any other change of the state.
    """

    reference = models.CharField(_("reference number"), max_length=20, null=True, unique=True, editable=False)  # noqa: DJ001, drafts have none, and "" would be given twice
    state = models.CharField(
        pgettext_lazy("application", "state"),
        max_length=10,
        choices=State,
        default=State.DRAFT,
        editable=False,
    )
    moves = models.PositiveIntegerField(_("events so far"), default=0, editable=False)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    code_round = models.PositiveSmallIntegerField(default=0, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    begun_on = models.DateField(_("begun on"))

    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="applications",
        verbose_name=_("enterprise in the register"),
    )  # fmt: skip
    enterprise_name = models.CharField(_("enterprise name"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("area")
    )
    formation = models.CharField(_("asks for"), max_length=8, choices=Formation, blank=True)
    place = models.CharField(_("place outside the district"), max_length=200, blank=True)
    organization_name = models.CharField(_("proposed name"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=100, blank=True)
    contact_phone_index = BlindIndexField()
    contact_phone_changes = ChangeCountField(_("phone"))
    contact_phone = PhoneField(_("phone"), max_length=30, blank=True)
    contact_mail_index = BlindIndexField()
    contact_mail_changes = ChangeCountField(_("e-mail"))
    contact_mail = MailField(_("e-mail"), max_length=200, blank=True)

    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    due_on = models.DateField(
        _("to be decided by"),
        null=True,
        blank=True,
        help_text=_("The last day on which it is decided in time."),
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="applications",
        verbose_name=_("assigned to"),
    )  # fmt: skip
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    approval_number = models.CharField(_("approval number"), max_length=DOCUMENT_LENGTH, blank=True)
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    organization = models.OneToOneField(
        Organization, models.PROTECT, null=True, blank=True, related_name="application",
        verbose_name=_("founded organization"),
    )  # fmt: skip

    called_by = ("reference", "enterprise_name")
    """What a preview of a change calls it by."""

    history = History(
        excluded_fields=[
            "code_digest", "code_round", "contact_name", *unrecorded("contact_phone", "contact_mail"),
        ]
    )  # fmt: skip
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of an enterprise", "application")
        verbose_name_plural = pgettext_lazy("of enterprises", "applications")
        default_permissions = ("change", "view")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="application_state_is_known"),
            models.CheckConstraint(
                condition=Q(formation__in=["", *Formation.values]), name="application_formation_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | (
                    _is_said("uscc", "enterprise_name", "formation", "contact_name", "code_digest")
                    & Q(
                        reference__isnull=False, area__isnull=False, submitted_on__isnull=False,
                        due_on__isnull=False,
                    )
                ),
                name="application_is_complete_once_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_APPROVAL)
                | (~Q(approval_number="") & Q(decided_on__isnull=False)),
                name="application_approval_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=Q(state=State.FOUNDED, organization__isnull=False)
                | (~Q(state=State.FOUNDED) & Q(organization__isnull=True)),
                name="application_is_founded_with_its_organization",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("submitted_on")),
                name="application_is_decided_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(filed_on__isnull=True) | Q(filed_on__gte=F("decided_on")),
                name="application_is_filed_after_the_decision",
            ),
            models.UniqueConstraint(
                fields=["uscc"], condition=Q(state__in=OPEN), name="enterprise_has_one_open_application"
            ),
            models.UniqueConstraint(
                fields=["approval_number"], condition=~Q(approval_number=""),
                name="application_approval_number_is_given_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "due_on"], name="application_queue")]

    def __str__(self) -> str:
        return f"{self.reference or '—'} {self.enterprise_name}"
