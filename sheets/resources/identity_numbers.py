"""Identity numbers in a file of members: no two members have the same."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from members.models import Member
from orgs.actions.looking import TooManyLookups, count_lookup
from orgs.batches import in_batches
from sheets.run import Row, Run


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the identity numbers of a file come to."""

    refused: frozenset[int] = frozenset()
    """The lines that are not written for theirs."""
    moved: frozenset[str] = frozenset()
    """The member numbers of those whose identity number another row of the file takes."""


def check_numbers(run: Run, rows: Sequence[Row]) -> Numbers:
    """Refuse identity numbers that two members would have, and free those that change hands."""
    if "id_number" not in run.headers:
        return Numbers()
    names = list(run.headers)
    number_place, key_place = names.index("id_number"), names.index("member_no")
    index_of = Member._meta.get_field("id_number").index_of
    holders: dict[str | None, tuple[int, str]] = {}
    refused: set[int] = set()
    for row in rows:
        number = row.values[number_place]
        if number is None:
            continue
        line, _member_no = holders.setdefault(index_of(number), (row.line, row.values[key_place]))
        if line != row.line:
            message = _("the same identity number as in line %(line)d")
            run.error(row.line, "id_number", message % {"line": line})
            refused.add(row.line)
    taken, moved = _known(run, holders)
    if _may_be_told(run, taken.values()):
        for line in taken:
            run.error(line, "id_number", _("another member has this identity number"))
        refused.update(taken)
    else:
        # Neither by an error nor by what is missing among the new rows: no line with a number is written.
        message = _("more numbers of other members than you may look for within a day; ask an administrator")
        run.error(1, "id_number", message)
        refused.update(line for line, _member_no in holders.values())
    _free(run, moved)
    return Numbers(frozenset(refused), frozenset(moved))


def _known(run: Run, holders: Mapping[str | None, tuple[int, str]]) -> tuple[dict[int, int], set[str]]:
    """The members who have the numbers of `holders`, lines and member numbers by index of the number.

    Those who are not in the file, by line, and the member numbers of those who are, in another row.
    """
    taken: dict[int, int] = {}
    moved: set[str] = set()
    for indexes in in_batches(holders):
        stored = Member.objects.filter(id_number_index__in=indexes)
        for pk, index, member_no in stored.values_list("pk", "id_number_index", "member_no"):
            line, own = holders[index]
            if (member_no,) not in run.keys:
                taken[line] = pk
            elif member_no != own:
                moved.add(member_no)
    return taken, moved


def _may_be_told(run: Run, members: Collection[int]) -> bool:
    """Whether the user may learn which numbers are those of other `members`: each counts as one looked for.

    Without a user it is `import_data`: who runs that has the server.
    """
    if run.by is None:
        return True
    try:
        for member in members:
            count_lookup(by=run.by)
            run.looked_up.append(member)
    except TooManyLookups:
        return False
    return True


def _free(run: Run, moved: Collection[str]) -> None:
    """Take their numbers from members whose rows give them others, before other rows take these."""
    for batch in in_batches(moved):
        members = Member.objects.filter(member_no__in=batch)
        run.remember(Member, dict.fromkeys(members.values_list("pk", flat=True), ("id_number",)))
        members.update(id_number="", id_number_index=None, id_number_changes=F("id_number_changes") + 1)
