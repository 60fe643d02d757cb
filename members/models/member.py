"""Members: the person, the dates of the stages, the employer."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models import Area, AreaQuerySet, Enterprise, Organization, Scope, ScopedQuerySet
from orgs.models.named import Named
from orgs.periods import holds_on
from record.history import History
from secrecy.fields import BlindIndexField, ChangeCountField, IdentityNumberField, PhoneField, unrecorded
from secrecy.models import HoldsProtected


class Sex(models.TextChoices):
    """As in the household register."""

    MALE = "male", _("male")
    FEMALE = "female", _("female")


class EndReason(models.TextChoices):
    """Why somebody is no longer a member (终止原因)."""

    DEATH = "death", _("death")
    RESIGNATION = "resignation", _("resignation")
    REMOVED = "removed", _("removed")
    EXPELLED = "expelled", _("expelled")
    LAPSED = "lapsed", _("lapsed")


class Stage(models.TextChoices):
    """How far a person has come on the way to full membership, and after it."""

    APPLICANT = "applicant", _("applicant")
    ACTIVIST = "activist", _("activist")
    CANDIDATE = "candidate", _("candidate for development")
    PROBATIONARY = "probationary", _("probationary member")
    FULL = "full", _("full member")
    ENDED = "ended", _("no longer a member")


STAGE_DAYS = ("applied_on", "activist_on", "candidate_on", "probationary_on", "full_on")
"""The fields of a member that tell when each stage was reached, in their order."""


STEP_DAYS = (
    "applied_on",
    "talked_on",
    "activist_on",
    "candidate_on",
    "probationary_on",
    "approved_on",
    "full_on",
)
"""The fields with the days of all steps of an admission, in their order: the stages, the talk, the approval."""


class MemberQuerySet(ScopedQuerySet["Member"]):
    """Questions about members."""

    whereabouts = "memberships"

    def with_id_number(self, number: str) -> Self:
        """The one with identity number `number`, which is not empty."""
        return self.filter(id_number_index=Member._meta.get_field("id_number").index_of(number))

    def full_on(self, day: date) -> Self:
        """Full members on `day`: from `full_on`, nothing from `ended_on`, nor between an end and its restoration."""
        return self.filter(_is_member(day), full_on__lte=day)

    def probationary_on(self, day: date) -> Self:
        """Probationary members on `day`: from `probationary_on` until full; else as `full_on`."""
        not_full = Q(full_on__isnull=True) | Q(full_on__gt=day)
        return self.filter(_is_member(day), not_full, probationary_on__lte=day)

    def in_relation_on(self, day: date) -> Self:
        """Members with an organizational relation on `day`."""
        return self.filter(holds_on(day, prefix="memberships__"))

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """Whose relation of `day` is with an organization of one of `areas` that day."""
        organizations = Organization.objects.in_any_of(areas, day)
        # A member has one relation a day at most, so the join repeats nobody.
        return self.filter(holds_on(day, prefix="memberships__"), memberships__organization__in=organizations)

    def placed_in(self, area: Area, day: date) -> Self:
        """In a relation of `day` with an organization of `area`, or of an area in it; without any, employed there.

        So are people placed who are on their way to a relation.
        """
        there = Member.objects.in_area(area, day).values("pk")
        related = Member.objects.in_relation_on(day).values("pk")
        employed_there = Q(employer__in=Enterprise.objects.in_area(area, day))
        return self.filter(Q(pk__in=there) | (employed_there & ~Q(pk__in=related)))

    def within(self, scope: Scope, day: date) -> Self:
        """Those for whom an organizer with `scope` is responsible on `day`.

        That is where the organization of the latest relation lies, also when it has ended, and
        without any relation where the employer lies.
        """
        if scope.everything or scope.area is None:
            return super().within(scope, day)
        same = Member.objects.filter(pk=OuterRef("pk"))
        begun = same.filter(memberships__valid_from__lte=day).order_by("-memberships__valid_from")
        latest, first = (
            Subquery(rows.values("memberships__organization")[:1])
            for rows in (begun, same.order_by("memberships__valid_from"))
        )
        return self.alias(last_organization=Coalesce(latest, first)).filter(
            Q(last_organization__in=Organization.objects.in_area(scope.area, day))
            | Q(last_organization=None, employer__in=Enterprise.objects.in_area(scope.area, day))
        )

    def with_stage_on(self, day: date) -> Self:
        """With `stage`: the latest stage reached by `day`, or None before all.

        Between an end of the membership and its restoration that is `ended`.
        """
        dates = (
            ("ended_on", Stage.ENDED),
            ("full_on", Stage.FULL),
            ("probationary_on", Stage.PROBATIONARY),
            ("candidate_on", Stage.CANDIDATE),
            ("activist_on", Stage.ACTIVIST),
            ("applied_on", Stage.APPLICANT),
        )
        reached = [When(**{f"{name}__lte": day}, then=Value(stage.value)) for name, stage in dates]
        between = When(_between_end_and_restoration(day), then=Value(Stage.ENDED.value))
        return self.annotate(stage=Case(between, *reached, output_field=models.CharField(null=True)))


def _is_member(day: date) -> Q:
    not_ended = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    return not_ended & ~_between_end_and_restoration(day)


def _between_end_and_restoration(day: date) -> Q:
    # One statement beside the rows, whatever they are joined with: few were ever restored.
    restored = Member.objects.filter(holds_on(day, prefix="standings__"), standings__kind="no_member")
    return Q(pk__in=restored.values("pk"))


class Member(HoldsProtected, Named):
    """A person on the way to membership, or a member; never deleted."""

    is_person = True

    member_no = models.CharField(_("member number"), max_length=30, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    id_number_index = BlindIndexField()
    id_number_changes = ChangeCountField(_("identity number"))
    id_number = IdentityNumberField(_("identity number"), max_length=18, blank=True)
    phone_index = BlindIndexField()
    phone_changes = ChangeCountField(_("phone"))
    phone = PhoneField(_("phone"), max_length=30, blank=True)
    employer = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="employed_members",
        verbose_name=_("current employer"),
    )  # fmt: skip
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    talked_on = models.DateField(_("talked with on"), null=True, blank=True)
    activist_on = models.DateField(_("activist on"), null=True, blank=True)
    candidate_on = models.DateField(_("candidate on"), null=True, blank=True)
    first_voucher = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="first_vouched_for",
        verbose_name=_("vouched for by"),
    )  # fmt: skip
    second_voucher = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="second_vouched_for",
        verbose_name=_("and by"),
    )  # fmt: skip
    probationary_on = models.DateField(_("probationary on"), null=True, blank=True)
    approved_on = models.DateField(_("admission approved on"), null=True, blank=True)
    probation_until = models.DateField(
        _("probation extended until"), null=True, blank=True,
        help_text=_("The first day after the extended probation; empty where it was not extended."),
    )  # fmt: skip
    full_on = models.DateField(_("full on"), null=True, blank=True)
    ended_on = models.DateField(
        _("ended on"), null=True, blank=True, help_text=_("The first day without membership.")
    )
    ended_reason = models.CharField(_("reason of the end"), max_length=12, choices=EndReason, blank=True)

    history = History(excluded_fields=["birth_date", *unrecorded("id_number", "phone")])
    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"],
                name="member_identity_number_is_unique",
                violation_error_code="unique",  # shown at the field
                violation_error_message=_("Another member has this identity number."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=False) | Q(ended_reason=""),
                name="member_end_reason_needs_an_end_day",
                violation_error_message=_("A reason of the end needs the day of the end."),
            ),
            models.CheckConstraint(condition=Q(sex__in=["", *Sex.values]), name="member_sex_is_known"),
            models.CheckConstraint(
                condition=(Q(first_voucher__isnull=True) | ~Q(first_voucher=F("id")))
                & (Q(second_voucher__isnull=True) | ~Q(second_voucher=F("id"))),
                name="member_does_not_vouch_for_himself",
                violation_error_message=_("Nobody vouches for himself."),
            ),
            models.CheckConstraint(
                condition=Q(second_voucher__isnull=True)
                | (Q(first_voucher__isnull=False) & ~Q(first_voucher=F("second_voucher"))),
                name="member_has_two_different_vouchers",
                violation_error_message=_("Two different members vouch."),
            ),
            models.CheckConstraint(
                condition=Q(ended_reason__in=["", *EndReason.values]), name="member_end_reason_is_known"
            ),
        ]
        indexes = [
            # The figures look up stages of members one by one, from here instead of the broad rows.
            models.Index(fields=["id", "full_on", "ended_on", "probationary_on"], name="member_stage_by_day"),
            # Full members are counted per employer, in the whole register.
            models.Index(fields=["employer", "full_on", "ended_on"], name="member_full_by_employer"),
            models.Index(fields=["phone_index"], name="member_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.member_no}"

    def clean(self) -> None:
        """Report a reason of the end without its day; a talk, approval or extension before what it is about."""
        super().clean()
        errors = {}
        if self.ended_reason and self.ended_on is None:
            errors["ended_on"] = _("A reason of the end needs the day of the end.")
        if self.talked_on and self.applied_on and self.talked_on < self.applied_on:
            errors["talked_on"] = _("The talk follows the application.")
        if self.approved_on and (self.probationary_on is None or self.approved_on < self.probationary_on):
            errors["approved_on"] = _("The approval follows the day of becoming a probationary member.")
        if self.probation_until and (
            self.probationary_on is None or self.probation_until <= self.probationary_on
        ):
            errors["probation_until"] = _("An extended probation ends after it began.")
        if errors:
            raise ValidationError(errors)

    def missing_stages(self) -> list[str]:
        """The names of the stages' fields that have no day, though a later stage has one."""
        reached = [place for place, name in enumerate(STAGE_DAYS) if getattr(self, name) is not None]
        return [name for name in STAGE_DAYS[: max(reached, default=0)] if getattr(self, name) is None]
