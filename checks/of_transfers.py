"""Checks of transfers: what is under way, and what has come of what was received."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from checks.check import Check, Severity
from checks.conditions import holds_on_day_of
from members.models import Member, Membership, Transfer
from orgs.models import Organization
from orgs.periods import holds_on


def _is_under_way(day: date) -> Q:
    return Q(pk__in=Transfer.objects.under_way_on(day).values("pk"))


def _of_somebody_who_is_no_member(day: date) -> Q:
    return _is_under_way(day) & Q(member__ended_on__lte=day)


def _out_of_another_organization(day: date) -> Q:
    belongs = Membership.objects.filter(
        holds_on(day), member=OuterRef("member"), organization=OuterRef("origin")
    )
    return _is_under_way(day) & Q(origin__isnull=False) & ~Q(Exists(belongs))


def _into_a_dissolved_organization(day: date) -> Q:
    return _is_under_way(day) & Q(destination__dissolved_on__lte=day)


def _belongs_on_arrival(side: str) -> Q:
    rows = Membership.objects.filter(
        holds_on_day_of("received_on"), member=OuterRef("member"), organization=OuterRef(side)
    )
    return Q(Exists(rows))


def _did_not_arrive(_day: date) -> Q:
    return Q(received_on__isnull=False, destination__isnull=False) & ~_belongs_on_arrival("destination")


def _did_not_leave(_day: date) -> Q:
    return Q(received_on__isnull=False, origin__isnull=False) & _belongs_on_arrival("origin")


def _letter_came_too_late(_day: date) -> Q:
    return (
        Q(letter_on__gt=F("received_on"))
        | Q(letter_on__gt=F("returned_on"))
        | Q(letter_on__gt=F("cancelled_on"))
    )


CHECKS = (
    Check(
        code="transfer-of-no-member",
        severity=Severity.ERROR,
        model=Transfer,
        looks_at=(Member,),
        title=_("Transfer under way of somebody whose membership has ended"),
        meaning=_("The membership ended, and the transfer is neither received, returned nor cancelled."),
        remedy=_("Cancel the transfer."),
        where=_of_somebody_who_is_no_member,
    ),
    Check(
        code="transfer-out-of-another",
        severity=Severity.ERROR,
        model=Transfer,
        looks_at=(Member, Organization),
        title=_("Transfer under way out of an organization to which the member does not belong"),
        meaning=_(
            "Until a transfer is received the member belongs to its origin; today the member does not."
        ),
        remedy=_("Cancel the transfer, or correct the relation."),
        source=_("A member belongs to exactly one organization at a time (domain rule 11)"),
        where=_out_of_another_organization,
    ),
    Check(
        code="transfer-into-dissolved",
        severity=Severity.WARNING,
        model=Transfer,
        looks_at=(Member, Organization),
        title=_("Transfer under way to a dissolved organization"),
        meaning=_("The organization to which the transfer leads is dissolved today."),
        remedy=_("Cancel the transfer, and request one to the organization that has taken over."),
        where=_into_a_dissolved_organization,
    ),
    Check(
        code="transfer-did-not-arrive",
        severity=Severity.ERROR,
        model=Transfer,
        looks_at=(Member, Organization),
        title=_("Transfer received without a relation"),
        meaning=_(
            "On the day on which the transfer was received the member does not belong to its destination."
        ),
        remedy=_("Enter the relation with the destination from that day on."),
        where=_did_not_arrive,
    ),
    Check(
        code="transfer-did-not-leave",
        severity=Severity.ERROR,
        model=Transfer,
        looks_at=(Member, Organization),
        title=_("Transfer received while the old relation goes on"),
        meaning=_("On the day on which the transfer was received the member still belongs to its origin."),
        remedy=_("End the relation with the origin on that day."),
        where=_did_not_leave,
    ),
    Check(
        code="transfer-letter-too-late",
        severity=Severity.ERROR,
        model=Transfer,
        looks_at=(Member,),
        title=_("Letter issued after the transfer was over"),
        meaning=_(
            "The day of the letter comes after the day on which the transfer was received, returned or cancelled."
        ),
        remedy=_("Let whoever looks after the database correct the day: no page changes it."),
        where=_letter_came_too_late,
    ),
)
"""Of transfers."""
