"""Organizations elect their committee or secretary (换届选举)."""

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.committees import refuse_wrong_size, what_is_unusual_in_the_committee
from members.actions.posts import add_posts, end_posts_on, refuse_unless_electable
from members.actions.relations import refuse_unless_in_force
from members.models import Election, Member, Post, PostRole
from orgs.actions.locking import locked
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.calendar import years_completed
from orgs.models import Kind, Organization, Policy, PolicyNumber

REGULATIONS = "中国共产党基层组织选举工作条例 2020"
"""What texts cite as their source."""


class ElectedTwice(Refusal):
    """Somebody is elected to two posts."""

    def __init__(self, member: Member) -> None:
        super().__init__(_("%(member)s is named twice; everybody holds one post.") % {"member": member})


class ElectionIsSettled(Refusal):
    """An election of that day or a later one is stored."""

    def __init__(self, day: date) -> None:
        super().__init__(_("An election is stored on %(day)s already; choose a later day.") % {"day": day})


class NeedsAnApproval(Refusal):
    """An election on another day than the term ends is approved by the superior organization."""

    def __init__(self, due: date) -> None:
        super().__init__(
            _(
                "The term ends on %(day)s: an election on another day needs the number of its approval (%(source)s)."
            )
            % {"day": due, "source": REGULATIONS}
        )


class TooEarly(Refusal):
    """An election is early by more years than an approval may allow."""

    def __init__(self, due: date, earliest: date) -> None:
        super().__init__(
            _(
                "The term ends on %(day)s: an election may be held early, with approval, from %(earliest)s on "
                "(%(source)s)."
            )
            % {"day": due, "earliest": earliest, "source": REGULATIONS}
        )


@transaction.atomic
def hold_election(
    *,
    organization: Organization,
    on: date,
    secretary: Member,
    deputy: Member | None = None,
    commissioners: Sequence[Member] = (),
    document: str,
    approval_number: str = "",
    by: AbstractBaseUser | None,
) -> Election:
    """`organization` elects `secretary`, `deputy` and `commissioners` on `on`; all former posts end that day.

    The term is that of its kind of the day (domain rule 7). Raises NotInForce; ElectedTwice;
    ElectionIsSettled; DoesNotBelongToIt; IsNoFullMember; NeedsAnApproval, TooEarly where it is not held when
    the term ends; PostIsSettled where a former post begins or ends later by a deed of its own;
    CommitteeOfWrongSize (domain rule 6).
    """
    organization = locked([organization])[0]
    refuse_unless_in_force(organization, on)
    later = organization.elections.filter(held_on__gte=on).order_by("held_on").first()
    if later is not None:
        raise ElectionIsSettled(later.held_on)
    _refuse_the_wrong_time(organization, on, approval_number)
    roles = {secretary.pk: PostRole.SECRETARY}
    others = [(deputy, PostRole.DEPUTY)] if deputy is not None else []
    for member, role in [*others, *((member, PostRole.COMMISSIONER) for member in commissioners)]:
        if member.pk in roles:
            raise ElectedTwice(member)
        roles[member.pk] = role
    former = organization.posts.overlapping(on, None)
    elected = [secretary, *(member for member, _role in others), *commissioners]
    members = {row.pk: row for row in locked([*elected, *Member.objects.filter(posts__in=former)])}
    refuse_unless_electable([members[key] for key in roles], organization, on)
    rows = former.select_for_update(of=("self",)).select_related("member", "organization").order_by("pk")
    end_posts_on(on, list(rows), document=document, by=by)
    election = Election(
        organization=organization, held_on=on, term_ends_on=_term_ends(organization, on),
        document=document, approval_number=approval_number,
    )  # fmt: skip
    save_by(election, by)
    posts = [
        Post(organization=organization, member=members[key], role=role, valid_from=on, election=election)
        for key, role in roles.items()
    ]
    add_posts(posts, until=None, document=document, by=by)
    refuse_wrong_size(organization, on, also_too_small=True)
    return election


def next_election_due(organization: Organization, day: date) -> date | None:
    """The day on which the term of the latest election of `organization` by `day` ends.

    None where it was dissolved, elected nobody so far, or no rule set a term.
    """
    terms = Election.objects.running_on(day).filter(organization=organization)
    return terms.values_list("term_ends_on", flat=True).first()


def what_is_unusual_in(election: Election) -> list[str]:
    """What an organizer is told about `election`, though it is allowed."""
    organization, on = election.organization, election.held_on
    texts = []
    due, years = _due_before(organization, on), PolicyNumber.objects.whole_on(Policy.ELECTION_SHIFT_YEARS, on)
    if due is not None and years is not None and on > years_completed(due, years):
        text = _(
            "The term ended on %(day)s: the election is late by more than an approval may allow, until "
            "%(latest)s (%(source)s)."
        )
        texts.append(text % {"day": due, "latest": years_completed(due, years), "source": REGULATIONS})
    return [*texts, *what_is_unusual_in_the_committee(organization, on)]


def _refuse_the_wrong_time(organization: Organization, on: date, approval_number: str) -> None:
    """Raise NeedsAnApproval or TooEarly where an election on `on` is not held when the term ends.

    One that is too late is not refused: an organization whose term ran out could never elect again.
    """
    due, years = _due_before(organization, on), PolicyNumber.objects.whole_on(Policy.ELECTION_SHIFT_YEARS, on)
    if due is None or years is None or on == due:
        return
    if on < years_completed(due, -years):
        raise TooEarly(due, years_completed(due, -years))
    if not approval_number:
        raise NeedsAnApproval(due)


def _due_before(organization: Organization, on: date) -> date | None:
    """The day on which the term ends that runs before an election on `on`.

    A change of kind ends it: then the organization elects anew, whenever that is.
    """
    kind = organization.kinds.on(on).first()
    elections = organization.elections.filter(held_on__lt=on)
    if kind is not None:
        elections = elections.filter(held_on__gte=kind.valid_from)
    latest = elections.order_by("-held_on").first()
    return latest.term_ends_on if latest is not None else None


def _term_ends(organization: Organization, on: date) -> date | None:
    """The day on which a term that begins on `on` ends; None where no rule sets one that day."""
    kind = organization.kinds.on(on).values_list("kind", flat=True).first()
    terms = {
        Kind.COMMITTEE: Policy.COMMITTEE_TERM_YEARS,
        Kind.COMMUNITY_GENERAL_BRANCH: Policy.COMMUNITY_TERM_YEARS,
    }
    years = (
        PolicyNumber.objects.whole_on(terms.get(Kind(kind), Policy.BRANCH_TERM_YEARS), on) if kind else None
    )
    return None if years is None else years_completed(on, years)
