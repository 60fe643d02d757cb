"""The kinds of items of the work list, in their order: a module for each subject."""

from work.items.closed import EnterpriseClosed
from work.items.enterprises import InNoJointBranch, NoInstructor, NoOwnOrganization, NotReached
from work.items.joint_branches import CouldStandAlone, TooFewUnits, TooManyUnits
from work.items.kind import Item, ItemKind, Rules, rules_on
from work.items.posts import NoSecretary
from work.items.probation import ProbationEnded, ProbationEndsSoon
from work.items.sizes import BranchTooLarge, GeneralBranchTooLarge, TooFewMembers
from work.items.terms import TermEnded, TermEndsSoon

__all__ = ["KINDS", "KIND_BY_CODE", "Item", "ItemKind", "Rules", "rules_on"]

KINDS: tuple[ItemKind, ...] = (
    NoOwnOrganization(),
    NoInstructor(),
    InNoJointBranch(),
    NotReached(),
    CouldStandAlone(),
    TooManyUnits(),
    TooFewUnits(),
    BranchTooLarge(),
    GeneralBranchTooLarge(),
    TooFewMembers(),
    TermEndsSoon(),
    TermEnded(),
    ProbationEndsSoon(),
    ProbationEnded(),
    NoSecretary(),
    EnterpriseClosed(),
)

KIND_BY_CODE = {kind.code: kind for kind in KINDS}
