"""Transfers of the relation: some in each state, numbered letters, in from outside the register and out of it."""

from datetime import date, timedelta

from members.models import Transfer
from orgs.calendar import months_completed
from sample import plan
from sample.apart import settled_members
from sample.days import day_between, days_before
from sample.makers import Makers, Moved, Own
from sample.papers import RECEIPT
from sample.world import Person, Unit

ELSEWHERE = ("上海市样例区机关党委", "杭州市样例街道党工委", "武汉市样例集团党委", "成都市样例学院党委")
OUT = "三门峡市样例县党委"
LETTERS_FROM_OUTSIDE = "外样"
NOT_TAKEN = ("接收党组织查无此人，介绍信退回", "所填接收党组织有误，介绍信退回", "党员未到接收党组织报到")
GIVEN_UP = ("党员决定留在原单位工作", "工作调动取消", "党员申请撤回")


def receive_moved(makers: Makers, moved: list[Moved]) -> None:
    """Those who changed organizations since letters are kept: each transfer was received on the day of the change."""
    for move in moved:
        requested_on = days_before(makers.lot, move.on, 25, 60)
        if requested_on >= plan.LETTERS_SINCE:
            transfer = _request(makers, move.person, move.origin, requested_on)
            transfer.destination = move.destination.row
            _issue(makers, transfer, requested_on)
            _receive(makers, transfer, move.on)


def transfer(makers: Makers, owns: list[Own]) -> None:
    """The plan's number of transfers in each state, as of the last day."""
    lot, last = makers.lot, plan.LAST_DAY
    settled = [
        person for person in settled_members(owns, full_after=date(2010, 1, 1)) if not _moved(makers, person)
    ]
    people = lot.sample(settled, sum(plan.TRANSFERS.values()))
    for state, number in plan.TRANSFERS.items():
        for count in range(number):
            person = people.pop()
            origin = person.unit
            assert origin is not None  # noqa: S101 - settled members belong to one
            days_ago = {"requested": (5, 40), "issued": (8, 50), "valid_for_long": (20, 50)}.get(
                state, (160, 900)
            )
            on = days_before(lot, last, *days_ago)
            one = _request(makers, person, origin, on)
            others = [own.unit for own in owns if own.unit is not origin and own.unit.row.established_on < on]
            if state in ("out", "valid_for_long") or (state != "requested" and count == 0):
                one.destination_elsewhere = OUT if state == "valid_for_long" else lot.choice(ELSEWHERE)
            else:
                one.destination = lot.choice(others).row
            if state == "requested":
                continue
            if state != "cancelled" or count:
                _issue(makers, one, on)
            first = one.letter_on or on
            if state == "valid_for_long":
                # Letters are valid three months "generally"; a far way may take longer.
                one.letter_valid_until = months_completed(first, 12)
            elif state == "returned":
                one.returned_on = first + timedelta(days=lot.randint(20, 80))
                one.end_reason = NOT_TAKEN[count]
            elif state == "cancelled":
                one.cancelled_on = first + timedelta(days=lot.randint(3, 30))
                one.end_reason = GIVEN_UP[count]
            elif state == "out":
                _receive(makers, one, first + timedelta(days=lot.randint(12, 70)))
                assert one.received_on is not None  # noqa: S101 - just received
                person.leave(one.received_on)
    _transfer_in(makers, owns)


def _transfer_in(makers: Makers, owns: list[Own]) -> None:
    """Full members who came with the letter of another place."""
    lot = makers.lot
    able = [own for own in owns if 8 <= len(own.unit.members()) <= 30]
    for place, own in zip(ELSEWHERE, lot.sample(able, plan.TRANSFERRED_IN), strict=True):
        on = day_between(lot, date(2021, 1, 10), date(2026, 5, 20))
        person = makers.people.full_by(on, own.firm, since=date(2016, 1, 1))
        person.join(own.unit, on)
        letter_on = days_before(lot, on, 10, 60)
        one = Transfer(
            member=person.row, origin_elsewhere=place, destination=own.unit.row, requested_on=letter_on,
            letter_number=f"{LETTERS_FROM_OUTSIDE}{letter_on.year}-{lot.randint(1, 900)}", letter_on=letter_on,
        )  # fmt: skip
        makers.world.transfers.append(one)
        _receive(makers, one, on)


def _moved(makers: Makers, person: Person) -> bool:
    return any(transfer.member is person.row for transfer in makers.world.transfers)


def _request(makers: Makers, person: Person, origin: Unit, on: date) -> Transfer:
    transfer = Transfer(member=person.row, origin=origin.row, requested_on=on)
    makers.world.transfers.append(transfer)
    return transfer


def _issue(makers: Makers, transfer: Transfer, requested_on: date) -> None:
    """Its letter, some days after the request; the register numbers it, unlike those of other places."""
    transfer.letter_on = requested_on + timedelta(days=makers.lot.randint(1, 8))
    transfer.letter_valid_until = months_completed(transfer.letter_on, plan.LETTER_MONTHS)
    makers.world.papers.letters.append((transfer.letter_on, transfer))


def _receive(makers: Makers, transfer: Transfer, on: date) -> None:
    transfer.received_on = on
    makers.world.papers.draw_up(on, transfer, name="receipt_number", of=RECEIPT)
