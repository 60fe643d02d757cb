"""Committees of branches: how many members one has (Regulations on the Work of Party Branches 2018)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from members.models import Member, Post, PostRole
from orgs.actions.refusals import Refusal
from orgs.models import Kind, Organization, Policy, PolicyNumber
from orgs.periods import holds_on

REGULATIONS = "中国共产党支部工作条例（试行）2018"
"""What texts cite as their source."""


class CommitteeOfWrongSize(Refusal):
    """A branch of so many full members has a committee of more, or of fewer, than this one."""

    def __init__(self, count: int, demand: "CommitteeDemand") -> None:
        super().__init__(
            _(
                "A committee of %(count)d does not do: a branch with %(from)s or more full members, this one has "
                "%(full)d, has one of %(least)s to %(usual)s, at most %(most)s (%(source)s)."
            )
            % {
                "count": count, "from": _shown(demand.committee_from), "full": demand.full_members,
                "least": _shown(demand.least), "usual": _shown(demand.usual), "most": _shown(demand.most),
                "source": REGULATIONS,
            }
        )  # fmt: skip


@dataclass(frozen=True)
class CommitteeDemand:
    """What the size of a branch demands of its committee on a day; None where there is no such rule.

    `full_members` belong to it; a committee is demanded from `committee_from` of them on.
    """

    full_members: int
    committee_from: int | None
    least: int | None
    usual: int | None
    most: int | None

    @property
    def is_of_committee(self) -> bool:
        """Whether a committee is demanded, not a secretary alone."""
        return self.committee_from is not None and self.full_members >= self.committee_from


def committee_demand(organization: Organization, day: date) -> CommitteeDemand | None:
    """What its size demands of `organization` on `day`; None unless it is a branch or a joint branch then."""
    kind = organization.kinds.on(day).values_list("kind", flat=True).first()
    if kind not in (Kind.BRANCH, Kind.JOINT_BRANCH):
        return None
    belonging = holds_on(day, prefix="memberships__")
    return CommitteeDemand(
        full_members=Member.objects.full_on(day)
        .filter(belonging, memberships__organization=organization)
        .count(),
        committee_from=PolicyNumber.objects.whole_on(Policy.BRANCH_COMMITTEE_FULL_MEMBERS, day),
        least=PolicyNumber.objects.whole_on(Policy.BRANCH_COMMITTEE_LEAST, day),
        usual=PolicyNumber.objects.whole_on(Policy.BRANCH_COMMITTEE_USUAL, day),
        most=PolicyNumber.objects.whole_on(Policy.BRANCH_COMMITTEE_MOST, day),
    )


def refuse_wrong_size(organization: Organization, day: date, *, also_too_small: bool) -> None:
    """Raise CommitteeOfWrongSize where the posts of `organization` on `day` are more than the most.

    With `also_too_small` also where they are fewer than the least: of an election, not of an appointment.
    """
    demand = committee_demand(organization, day)
    if demand is None or not demand.is_of_committee:
        return
    count = organization.posts.on(day).count()
    too_many = demand.most is not None and count > demand.most
    too_few = demand.least is not None and count < demand.least
    if too_many or (also_too_small and too_few):
        raise CommitteeOfWrongSize(count, demand)


def what_is_unusual_in_the_committee(organization: Organization, day: date) -> list[str]:
    """What an organizer is told about the posts of `organization` on `day`, though they are allowed."""
    demand = committee_demand(organization, day)
    if demand is None or demand.committee_from is None:
        return []
    posts = Post.objects.on(day).filter(organization=organization)
    count = posts.count()
    if demand.is_of_committee:
        if demand.usual is None or count <= demand.usual:
            return []
        text = _("The committee has %(count)d members; generally it has at most %(usual)d (%(source)s).")
        return [text % {"count": count, "usual": demand.usual, "source": REGULATIONS}]
    if posts.filter(role=PostRole.COMMISSIONER).exists():
        text = _(
            "The branch has %(full)d full members; below %(from)d it has a secretary, and a deputy where needed, "
            "but no committee (%(source)s)."
        )
        return [text % {"full": demand.full_members, "from": demand.committee_from, "source": REGULATIONS}]
    return []


def _shown(number: int | None) -> str:
    return "…" if number is None else str(number)
