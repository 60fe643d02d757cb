"""The life of a member: the steps of the membership, relations, posts, standings, transfers."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.lives.entry import Documents, Entry, told
from members.models import Member, MemberAct, Transfer

STEPS: tuple[tuple[str, MemberAct], ...] = (
    ("applied_on", MemberAct.APPLIED),
    ("talked_on", MemberAct.TALKED),
    ("activist_on", MemberAct.ACTIVIST),
    ("candidate_on", MemberAct.CANDIDATE),
    ("probationary_on", MemberAct.ADMITTED),
    ("approved_on", MemberAct.APPROVED),
    ("full_on", MemberAct.CONFIRMED),
    ("ended_on", MemberAct.LEFT),
)
"""The days of a member that tell of a step, and the deed that its document belongs to."""

_OF_STANDINGS = (
    MemberAct.CONTACT_LOST,
    MemberAct.STOPPED,
    MemberAct.WENT_AWAY,
)
"""Deeds that begin a standing, which is told with them."""


def life_of_member(member: Member) -> list[Entry]:
    """The life of `member`, the latest first; seven statements, however long it is."""
    documents = Documents(member.deeds.order_by("on", "pk"))
    return told([*_steps(member, documents), *_periods(member, documents), *_transfers(member)])


def _steps(member: Member, documents: Documents) -> Iterator[Entry]:
    told_as_steps = {act for _name, act in STEPS}
    for name, act in STEPS:
        day = getattr(member, name)
        if day is not None:
            yield Entry(day, str(act.label), _of_step(member, act), document=documents.of(act, day))
    for deed in documents.not_in([*told_as_steps, *_OF_STANDINGS]):
        detail = ""
        if deed.what == MemberAct.EXTENDED and member.probation_until is not None:
            detail = _("until %(day)s") % {"day": date_format(member.probation_until)}
        yield Entry(deed.on, deed.get_what_display(), detail, document=deed.document)
    # A life that was taken up again has steps of before: the end that no longer stands in the member.
    for deed in documents.deeds:
        if deed.what == MemberAct.LEFT and deed.on != member.ended_on:
            yield Entry(deed.on, str(MemberAct.LEFT.label), document=deed.document)


def _of_step(member: Member, act: MemberAct) -> str:
    if act == MemberAct.LEFT:
        return str(member.get_ended_reason_display())
    vouchers = [member.first_voucher, member.second_voucher]
    named = ", ".join(str(voucher) for voucher in vouchers if voucher is not None)
    return _("vouched for by %(names)s") % {"names": named} if act == MemberAct.ADMITTED and named else ""


def _periods(member: Member, documents: Documents) -> Iterator[Entry]:
    for relation in member.memberships.select_related("organization"):
        yield Entry(
            relation.valid_from, _("belongs to"), str(relation.organization), relation.valid_to,
            is_period=True, about=relation.organization,
        )  # fmt: skip
    for post in member.posts.select_related("organization"):
        title = " ".join(part for part in (post.get_role_display(), post.duty) if part)
        yield Entry(
            post.valid_from, title, str(post.organization), post.valid_to,
            is_period=True, about=post.organization,
        )  # fmt: skip
    acts = dict(zip(("lost_contact", "stopped", "away"), _OF_STANDINGS, strict=True))
    for standing in member.standings.all():
        act = acts.get(standing.kind)
        number = documents.of(act, standing.valid_from) if act is not None else ""
        yield Entry(
            standing.valid_from, standing.get_kind_display(), standing.place, standing.valid_to,
            is_period=True, document=number,
        )  # fmt: skip


def _transfers(member: Member) -> Iterator[Entry]:
    for transfer in member.transfers.select_related("origin", "destination"):
        way = _("%(origin)s → %(destination)s") % {
            "origin": transfer.origin or transfer.origin_elsewhere,
            "destination": transfer.destination or transfer.destination_elsewhere,
        }
        for day, title, number in _days_of(transfer):
            if day is not None:
                reason = transfer.end_reason if day in (transfer.returned_on, transfer.cancelled_on) else ""
                detail = f"{way} · {reason}" if reason else way
                yield Entry(day, title, detail, document=number, about=transfer)


def _days_of(transfer: Transfer) -> Iterator[tuple[date | None, str, str]]:
    yield transfer.requested_on, _("transfer requested"), ""
    yield transfer.letter_on, _("transfer letter issued"), transfer.letter_number
    yield transfer.received_on, _("transfer received"), transfer.receipt_number
    yield transfer.returned_on, _("transfer returned"), ""
    yield transfer.cancelled_on, _("transfer cancelled"), ""
