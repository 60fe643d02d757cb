"""An item of the work list is declared not applicable for a time, and that ends early."""

from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from members.models import Member
from orgs.actions.locking import locked
from orgs.actions.recording import delete_by, save_by
from orgs.actions.refusals import Refusal
from orgs.models import Enterprise, Organization
from work.items import ItemKind
from work.models import Exemption


class AlreadyExempt(Refusal):
    """The item is not applicable to the record already, on one of the days."""

    def __init__(self, exemption: Exemption) -> None:
        super().__init__(
            _("It is not applicable already, from %(first)s until %(end)s: %(reason)s")
            % {
                "first": date_format(exemption.valid_from),
                "end": date_format(exemption.valid_to) if exemption.valid_to else "",
                "reason": exemption.reason,
            }
        )


class HasEnded(Refusal):
    """The exemption has ended."""

    def __init__(self) -> None:
        super().__init__(_("It has ended already."))


@transaction.atomic
def exempt(
    *,
    kind: ItemKind,
    record: Enterprise | Organization | Member,
    on: date,
    until: date,
    reason: str,
    by: User,
) -> Exemption:
    """Declare what `kind` asks for not applicable to `record`, of its table, from `on` until, exclusively, `until`.

    Raises AlreadyExempt where it is not on one of these days; ValidationError where it does not end after it
    starts, or gives no reason.
    """
    link = {kind.record: locked([record])[0]}
    rival = Exemption.objects.filter(kind=kind.code, **link).overlapping(on, until).first()
    if rival is not None:
        raise AlreadyExempt(rival)
    exemption = Exemption(kind=kind.code, valid_from=on, valid_to=until, reason=reason, entered_by=by, **link)
    exemption.full_clean()
    save_by(exemption, by)
    return exemption


@transaction.atomic
def end_exemption(*, exemption: Exemption, on: date, by: User) -> None:
    """End `exemption` on `on`, the first day on which the item is back; one that begins then or later is taken back.

    Raises HasEnded where it has ended by that day or is no more.
    """
    stored = Exemption.objects.select_for_update().filter(pk=exemption.pk).first()
    if stored is None or (stored.valid_to is not None and stored.valid_to <= on):
        raise HasEnded
    if stored.valid_from >= on:
        delete_by(stored, by)
        return
    stored.valid_to = on
    save_by(stored, by)
