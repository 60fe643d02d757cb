"""Transfers of the organizational relation (组织关系转接): asked for, with a letter, received or not."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from orgs.models import AreaQuerySet, Organization, Scope, ScopedQuerySet
from record.history import History


class TransferState(models.TextChoices):
    """How far a transfer has come."""

    REQUESTED = "requested", _("requested")
    ISSUED = "issued", _("letter issued")
    OVERDUE = "overdue", _("overdue")
    RECEIVED = "received", _("received")
    RETURNED = "returned", _("returned")
    CANCELLED = "cancelled", _("cancelled")


class TransferQuerySet(ScopedQuerySet["Transfer"]):
    """Questions about transfers."""

    def open(self) -> Self:
        """Neither received, returned nor cancelled."""
        return self.filter(received_on=None, returned_on=None, cancelled_on=None)

    def under_way_on(self, day: date) -> Self:
        """Requested by `day`, and neither received, returned nor cancelled by then."""
        ended = Q(received_on__lte=day) | Q(returned_on__lte=day) | Q(cancelled_on__lte=day)
        return self.filter(requested_on__lte=day).exclude(ended)

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """With an organization of one of `areas` that day on either side."""
        organizations = Organization.objects.in_any_of(areas, day)
        return self.filter(Q(origin__in=organizations) | Q(destination__in=organizations))

    def handed_over_within(self, scope: Scope, day: date) -> Self:
        """Those whose origin somebody with `scope` acts for on `day`: requests, issues letters, cancels."""
        return self.filter(origin__in=Organization.objects.within(scope, day))

    def taken_over_within(self, scope: Scope, day: date) -> Self:
        """Those of which somebody with `scope` records on `day` that they were received or returned.

        The destination's organizer does; for a place outside the register, which has none, the origin's.
        """
        organizations = Organization.objects.within(scope, day)
        return self.filter(Q(destination__in=organizations) | Q(destination=None, origin__in=organizations))

    def with_state_on(self, day: date) -> Self:
        """With `state`, how far it had come by `day`; a letter is overdue from the day it is no longer valid."""
        return self.annotate(
            state=Case(
                When(received_on__lte=day, then=Value(TransferState.RECEIVED.value)),
                When(returned_on__lte=day, then=Value(TransferState.RETURNED.value)),
                When(cancelled_on__lte=day, then=Value(TransferState.CANCELLED.value)),
                When(letter_valid_until__lte=day, then=Value(TransferState.OVERDUE.value)),
                When(letter_on__lte=day, then=Value(TransferState.ISSUED.value)),
                default=Value(TransferState.REQUESTED.value),
                output_field=models.CharField(),
            )
        )


_ENDS = ("received_on", "returned_on", "cancelled_on")


def _at_most_one_end() -> Q:
    condition = Q()
    for name in _ENDS:
        condition |= Q(**{f"{other}__isnull": True for other in _ENDS if other != name})
    return condition


def _not_before(later: str, earlier: str) -> Q:
    return Q(**{f"{later}__isnull": True}) | Q(**{f"{later}__gte": F(earlier)})


class Transfer(models.Model):
    """A transfer of a member's relation from `origin` to `destination`; one of them may lie outside the register.

    The relation itself changes on `received_on`, on no other day: until the day before the member belongs
    to the origin, from that day on to the destination.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="transfers", verbose_name=_("member"))
    origin = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="transfers_out",
        verbose_name=_("from organization"),
    )  # fmt: skip
    origin_elsewhere = models.CharField(_("from outside the register"), max_length=200, blank=True)
    destination = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="transfers_in",
        verbose_name=_("to organization"),
    )  # fmt: skip
    destination_elsewhere = models.CharField(_("to outside the register"), max_length=200, blank=True)
    requested_on = models.DateField(_("requested on"))
    letter_number = models.CharField(_("letter number"), max_length=60, blank=True)
    letter_on = models.DateField(_("letter issued on"), null=True, blank=True)
    letter_valid_until = models.DateField(
        _("letter valid until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it is no longer valid."),
    )
    received_on = models.DateField(
        _("received on"), null=True, blank=True, help_text=_("The first day at the new organization.")
    )
    receipt_number = models.CharField(_("receipt number"), max_length=60, blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    end_reason = models.CharField(_("why returned or cancelled"), max_length=300, blank=True)

    history = History()
    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__isnull=True) ^ Q(origin_elsewhere=""),
                name="transfer_comes_from_one_place",
            ),
            models.CheckConstraint(
                condition=Q(destination__isnull=True) ^ Q(destination_elsewhere=""),
                name="transfer_goes_to_one_place",
            ),
            models.CheckConstraint(
                condition=Q(origin__isnull=False) | Q(destination__isnull=False),
                name="transfer_touches_the_register",
            ),
            models.CheckConstraint(
                condition=Q(origin__isnull=True) | Q(destination__isnull=True) | ~Q(origin=F("destination")),
                name="transfer_leads_to_another_organization",
            ),
            models.CheckConstraint(condition=_at_most_one_end(), name="transfer_ends_once"),
            models.CheckConstraint(
                condition=Q(letter_on__isnull=True, letter_valid_until__isnull=True, letter_number="")
                | (Q(letter_on__isnull=False) & ~Q(letter_number="")),
                name="transfer_letter_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=Q(letter_valid_until__isnull=True) | Q(letter_valid_until__gt=F("letter_on")),
                name="transfer_letter_is_valid_for_a_time",
            ),
            models.CheckConstraint(
                condition=_not_before("letter_on", "requested_on")
                & _not_before("received_on", "requested_on")
                & _not_before("returned_on", "requested_on")
                & _not_before("cancelled_on", "requested_on"),
                name="transfer_days_follow_the_request",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=False) | Q(receipt_number=""),
                name="transfer_receipt_has_a_day",
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(received_on=None, returned_on=None, cancelled_on=None),
                name="member_has_one_open_transfer",
            ),
            models.UniqueConstraint(
                fields=["letter_number"],
                condition=~Q(letter_number="") & Q(origin__isnull=False),
                name="transfer_letter_number_is_given_once",
            ),
        ]
        indexes = [
            models.Index(fields=["origin", "requested_on"], name="transfer_out_of"),
            models.Index(fields=["destination", "requested_on"], name="transfer_into"),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {date_format(self.requested_on)}"
