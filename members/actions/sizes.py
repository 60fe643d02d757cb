"""What the number of its members suggests of an organization's kind (domain rule 3)."""

from datetime import date

from django.utils.translation import gettext as _

from members.models import Member
from orgs.models import Kind, Organization, Policy, PolicyNumber
from orgs.periods import holds_on


def what_its_size_suggests(organization: Organization, day: date) -> list[str]:
    """What an organizer is told where another kind than that of `day` suits the members of that day.

    Full and probationary members count. "Generally", so that it is told, never refused; the sources of the
    numbers stand beside them.
    """
    kind = organization.kinds.on(day).values_list("kind", flat=True).first()
    if kind in (None, Kind.COMMUNITY_GENERAL_BRANCH):
        return []
    counted = Member.objects.full_on(day) | Member.objects.probationary_on(day)
    count = counted.filter(
        holds_on(day, prefix="memberships__"), memberships__organization=organization
    ).count()
    branch_most = PolicyNumber.objects.whole_on(Policy.BRANCH_MEMBERS, day)
    committee_from = PolicyNumber.objects.whole_on(Policy.COMMITTEE_MEMBERS, day)
    values = {"count": count, "branch": branch_most, "committee": committee_from}
    if committee_from is not None and count >= committee_from and kind != Kind.COMMITTEE:
        text = _("It has %(count)d members; from %(committee)d on a Party committee is suitable.")
    elif branch_most is not None and count > branch_most and kind in (Kind.BRANCH, Kind.JOINT_BRANCH):
        text = _(
            "It has %(count)d members; a branch has at most %(branch)d generally, a general branch is suitable."
        )
    elif committee_from is not None and count < committee_from and kind == Kind.COMMITTEE:
        text = _("It has %(count)d members; a Party committee is suitable from %(committee)d on generally.")
    elif branch_most is not None and count <= branch_most and kind == Kind.GENERAL_BRANCH:
        text = _("It has %(count)d members; a general branch is suitable above %(branch)d generally.")
    else:
        return []
    return [text % values]
