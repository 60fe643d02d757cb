"""Organizations whose number of members does not suit their kind (domain rules 1, 3 and 5)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from members.models import Member, Membership, Standing, StandingKind
from orgs.calendar import months_completed, months_later
from orgs.models import COUNTED_KINDS, Kind, Organization, OrganizationKind, Policy
from orgs.periods import holds_on
from stats.pages.asking import Asked
from work.items import facts
from work.items.enterprises import shown_full_members
from work.items.kind import Case, Rules
from work.items.spells import Spell, any_on, held_since, number_on
from work.items.tables import OfOrganizations, life_of


def having(
    organizations: QuerySet[Organization], members: QuerySet[Member], day: date, least: int
) -> QuerySet[Any]:
    """The keys of those of `organizations` to which `least` (1 or more) of `members` or more belong on `day`."""
    belonging = members.filter(
        holds_on(day, prefix="memberships__"),
        memberships__organization__in=organizations.order_by().values("pk"),
    )
    counted = belonging.order_by().values("memberships__organization").annotate(number=Count("pk"))
    return counted.filter(number__gte=least).values("memberships__organization")


class TooLarge(OfOrganizations):
    """Organizations of some kinds to which more members belong than such a kind generally has."""

    kinds: ClassVar[Sequence[Kind]]
    most: ClassVar[Policy]
    needs = ("orgs.change_organization",)
    act = _("Change its kind")

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """Those with more full and probationary members."""
        of_kind = OrganizationKind.objects.on(asked.day).filter(kind__in=self.kinds)
        found = self.in_force(asked).filter(pk__in=of_kind.values("organization"))
        least = rules.whole(self.most) + 1
        # Relations alone are quickly counted; who is a member is then asked of few organizations.
        relations = Membership.objects.on(asked.day).filter(organization__in=found.values("pk"))
        counted = relations.values("organization").annotate(number=Count("pk")).filter(number__gte=least)
        large = found.filter(pk__in=counted.values("organization"))
        members = Member.objects.full_on(asked.day) | Member.objects.probationary_on(asked.day)
        return large.filter(pk__in=having(large, members, asked.day, least))

    def known(self, keys: Sequence[int], asked: Asked) -> Any:
        """Their kinds and members; three statements."""
        return facts.kinds(keys), facts.members_belonging(keys)

    def case(self, row: Organization, known: Any, asked: Asked, rules: Rules) -> Case:
        """It is of one of the kinds, with so many members."""
        kinds, belonging = known
        life, members = life_of(row), belonging[row.pk]
        of_kind = [spell for kind in self.kinds for spell in kinds[row.pk, kind]]
        most = rules.whole(self.most)

        def holds(day: date) -> bool:
            return life.holds_on(day) and any_on(day, of_kind) and number_on(day, members) > most

        number = number_on(asked.day, members)
        fact = ngettext("%(number)d member", "%(number)d members", number) % {"number": number}
        return Case([life, *of_kind, *members], holds, fact)

    def link(self, row: Organization) -> str:
        """The page of the procedure."""
        return self.address_of(row, "change-kind")


class BranchTooLarge(TooLarge):
    """A branch or joint branch that a general branch would suit."""

    code = "large_branch"
    title = _("branch with too many members")
    asks = _("A branch with more members becomes a general branch.")
    policies = (Policy.BRANCH_MEMBERS,)
    kinds = (Kind.BRANCH, Kind.JOINT_BRANCH)
    most = Policy.BRANCH_MEMBERS


class GeneralBranchTooLarge(TooLarge):
    """A general branch that a committee would suit."""

    code = "large_general_branch"
    title = _("general branch with too many members")
    asks = _("A general branch with more members becomes a committee.")
    policies = (Policy.COMMITTEE_MEMBERS,)
    kinds = (Kind.GENERAL_BRANCH,)
    most = Policy.COMMITTEE_MEMBERS


class TooFewMembers(OfOrganizations):
    """Organizations of the counted kinds to which too few full members have belonged for a number of months.

    In all that time they were in force, and of such a kind. A joint branch needs as many as an organization of one
    enterprise: so are joint branches proposed, too (work.joining).
    """

    code = "few_members"
    title = _("too few full members for long")
    asks = _("An organization with fewer full members for so long is adjusted or dissolved.")
    act = _("Merge it")
    needs = ("orgs.change_organization", "members.change_member")
    policies = (Policy.OWN_ORGANIZATION_FULL_MEMBERS, Policy.FEW_MEMBERS_MONTHS)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """Those with too few on the day, on the last day that is long enough before, and in between."""
        day, least = asked.day, rules.whole(Policy.OWN_ORGANIZATION_FULL_MEMBERS)
        before = months_later(day, -rules.whole(Policy.FEW_MEMBERS_MONTHS))
        organizations, full = self.in_force(asked), Member.objects.full_on
        few = organizations.filter(_counted_throughout(before, day), established_on__lte=before)
        few = few.exclude(pk__in=having(organizations, full(day), day, least))
        # Few are left, of which the days before are asked for one by one.
        belonging = full(before).filter(
            holds_on(before, prefix="memberships__"), memberships__organization=OuterRef("pk")
        )
        then = belonging.order_by().values("memberships__organization").annotate(number=Count("pk"))
        few = few.filter(~Exists(then.filter(number__gte=least)))
        for grown in _grown(before, day, least):
            few = few.filter(~Exists(grown))
        return few

    def known(self, keys: Sequence[int], asked: Asked) -> Any:
        """Their kinds and full members; three statements."""
        return facts.kinds(keys), facts.full_members_belonging(keys)

    def case(self, row: Organization, known: Any, asked: Asked, rules: Rules) -> Case:
        """It has had too few for so many months."""
        kinds, belonging = known
        life, members = life_of(row), belonging[row.pk]
        counted = [spell for kind in COUNTED_KINDS for spell in kinds[row.pk, kind]]
        least = rules.whole(Policy.OWN_ORGANIZATION_FULL_MEMBERS)

        def is_few(day: date) -> bool:
            is_counted = life.holds_on(day) and any_on(day, counted)
            return is_counted and number_on(day, members) < least

        few_since = held_since(asked.day, [life, *counted, *members], is_few)
        listed_from = months_completed(few_since, rules.whole(Policy.FEW_MEMBERS_MONTHS))
        fact = gettext("%(members)s; too few since %(day)s") % {
            "members": shown_full_members(number_on(asked.day, members)),
            "day": date_format(few_since),
        }
        listed = Spell(listed_from, None)
        return Case([listed], listed.holds_on, fact)

    def link(self, row: Organization) -> str:
        """The page of the procedure."""
        return self.address_of(row, "merge")


def _counted_throughout(first: date, last: date) -> Q:
    """The condition that an organization is of a counted kind on every day from `first` to `last`."""
    kinds = OrganizationKind.objects.filter(kind__in=COUNTED_KINDS)
    of_row = kinds.filter(organization=OuterRef("pk"))
    going_on = kinds.filter(organization=OuterRef("organization"), valid_from=OuterRef("valid_to"))
    broken_off = of_row.filter(~Exists(going_on), valid_to__gt=first, valid_to__lte=last)
    return Q(Exists(of_row.on(first))) & ~Q(Exists(broken_off))


def _grown(after: date, until: date, least: int) -> Iterator[QuerySet[Any]]:
    """Relations with which `least` full members came to belong to the organization of an outer query.

    On a day after `after` and not after `until`: when a relation began, when somebody became full, and when somebody
    was restored.
    """
    relations = Membership.objects.filter(organization=OuterRef("pk"))
    restored = relations.filter(member__standings__kind=StandingKind.NO_MEMBER)
    for rows in (
        relations.annotate(moment=F("valid_from")),
        relations.annotate(moment=F("member__full_on")),
        restored.annotate(moment=F("member__standings__valid_to")),
    ):
        grown = rows.filter(moment__gt=after, moment__lte=until).annotate(number=_full_members_then())
        yield grown.filter(number__gte=least)


def _full_members_then() -> Subquery:
    """How many full members belong to the `organization` of a row on its `moment`."""
    then = OuterRef("moment")
    restored = Standing.objects.filter(
        member=OuterRef("member"),
        kind=StandingKind.NO_MEMBER,
        valid_from__lte=OuterRef(then),
        valid_to__gt=OuterRef(then),
    )
    belonging = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=then),
        Q(member__ended_on__isnull=True) | Q(member__ended_on__gt=then),
        ~Exists(restored),
        organization=OuterRef("organization"),
        valid_from__lte=then,
        member__full_on__lte=then,
    )
    counted = belonging.order_by().values("organization").annotate(number=Count("pk"))
    return Subquery(counted.values("number"))
