"""Members who are apart for a time: away, out of reach, stopped; and one who was restored."""

from datetime import date, timedelta

from members.models import EndReason, MemberAct, MemberDeed, Standing, StandingKind
from sample.makers import Makers, Own
from sample.world import Person, World

FAR = "云南省样例市"

KEPT_APART: tuple[tuple[tuple[StandingKind, date, date | None], ...], ...] = (
    ((StandingKind.LOST_CONTACT, date(2026, 2, 10), None),),
    ((StandingKind.LOST_CONTACT, date(2022, 11, 7), date(2023, 4, 3)),),
    (
        (StandingKind.LOST_CONTACT, date(2024, 4, 15), date(2024, 11, 20)),
        (StandingKind.STOPPED, date(2024, 11, 20), None),
    ),
    ((StandingKind.AWAY, date(2026, 1, 12), None),),
    ((StandingKind.AWAY, date(2026, 6, 8), None),),
    ((StandingKind.AWAY, date(2023, 3, 1), date(2023, 7, 17)),),
)
"""Of each of some members the standings, with their days; who is stopped was out of reach for half a year."""

BEGUN = {
    StandingKind.LOST_CONTACT: MemberAct.CONTACT_LOST,
    StandingKind.STOPPED: MemberAct.STOPPED,
    StandingKind.AWAY: MemberAct.WENT_AWAY,
}
ENDED = {
    StandingKind.LOST_CONTACT: MemberAct.CONTACT_FOUND,
    StandingKind.STOPPED: MemberAct.CONTACT_FOUND,
    StandingKind.AWAY: MemberAct.CAME_BACK,
}
WITH_DOCUMENT = (MemberAct.STOPPED, MemberAct.LEFT, MemberAct.RESTORED)
UNTOUCHED_SINCE = date(2022, 1, 1)


def settled_members(owns: list[Own], *, full_after: date = date.min) -> list[Person]:
    """Full members of middling organizations who have belonged there since before 2022, and to whom nothing happened.

    Without the three who belong to each longest: with these it stays an organization.
    """
    found = []
    for own in owns:
        members = own.unit.members()
        if not 8 <= len(members) <= 30:
            continue
        members.sort(key=lambda person: person.relations[-1].valid_from)
        found += [
            person for person in members[3:]
            if person.row.full_on is not None and full_after <= person.row.full_on < UNTOUCHED_SINCE
            and person.relations[-1].valid_from < UNTOUCHED_SINCE and person.firm is own.firm
            and not person.standings
        ]  # fmt: skip
    return found


def keep_apart(makers: Makers, owns: list[Own]) -> None:
    """Give some members their standings, each with its deeds."""
    chosen = makers.lot.sample(settled_members(owns), len(KEPT_APART))
    for person, standings in zip(chosen, KEPT_APART, strict=True):
        for kind, first, until in standings:
            place = FAR if kind == StandingKind.AWAY else ""
            person.standings.append(
                Standing(member=person.row, kind=kind, place=place, valid_from=first, valid_to=until)
            )
            keep_deed(makers.world, person, BEGUN[kind], first)
        _kind, _first, until = standings[-1]
        if until is not None:
            keep_deed(makers.world, person, ENDED[standings[-1][0]], until)


def restore_one(makers: Makers, owns: list[Own]) -> None:
    """Somebody who was removed, and is a member again a year later, where the same enterprise is."""
    own_of = {id(own.unit.row): own for own in owns}
    removed = [
        (person, own, ended_on) for person in makers.world.people
        if person.row.ended_reason == EndReason.REMOVED
        and (ended_on := person.row.ended_on) is not None and date(2019, 1, 1) < ended_on < date(2025, 1, 1)
        and (own := own_of.get(id(person.relations[-1].organization))) is not None and person.firm is own.firm
    ]  # fmt: skip
    person, own, ended_on = makers.lot.choice(removed)
    restored_on = ended_on + timedelta(days=430)
    person.row.ended_on, person.row.ended_reason = None, ""
    person.standings.append(
        Standing(member=person.row, kind=StandingKind.NO_MEMBER, valid_from=ended_on, valid_to=restored_on)
    )
    person.join(own.unit, restored_on)
    keep_deed(makers.world, person, MemberAct.LEFT, ended_on)
    keep_deed(makers.world, person, MemberAct.RESTORED, restored_on)


def keep_deed(world: World, person: Person, what: MemberAct, on: date) -> None:
    """Keep that `what` was done to `person`, with a document where that takes one."""
    deed = MemberDeed(member=person.row, what=what, on=on)
    world.member_deeds.append(deed)
    if what in WITH_DOCUMENT:
        world.papers.draw_up(on, deed)
