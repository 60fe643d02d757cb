"""What is unusual about an application, told to who decides, each with the rule that says so. None refuses anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.models import OPEN, REVIEWERS_TURN, Application, Formation
from members.models import Member, Membership, Stage
from members.models.member import MemberQuerySet
from orgs.models import NON_PUBLIC, Coverage, Enterprise, Organization, Policy, PolicyNumber

ONE_ORGANIZATION = gettext_lazy("Regulations on the Education and Management of Party Members (2019)")
VOTES = gettext_lazy("Regulations on Elections of Primary Organizations (2020)")
REGISTER = gettext_lazy("the register")
COVERAGE = gettext_lazy("Party Constitution, Article 30")
SCOPE = gettext_lazy("opinion 2012 No. 11 on non-public enterprises")


@dataclass(frozen=True)
class Warning:
    """Something unusual, and the `source` of the rule by which it is."""

    text: str
    source: str


def warnings_of(
    application: Application, day: date, *, members: MemberQuerySet | None = None
) -> list[Warning]:
    """What is unusual about `application` on `day`; nothing once it is closed.

    `members` are those whom the reader may know by name; None: nobody. Of the others numbers alone are told. A
    constant number of statements.
    """
    if application.state not in OPEN:
        return []
    enterprise = Enterprise.objects.filter(uscc=application.uscc).first()
    found = [*_of_the_enterprise(enterprise, day), *_of_the_formation(application, enterprise, day)]
    if enterprise is not None:
        found += _of_the_known_secretary(application, enterprise, day)
        known = Member.objects.none() if members is None else members
        found += _of_members_elsewhere(application, enterprise, known, day)
    return [*found, *_of_the_time(application, day)]


def _warning(text: str, source: str | Promise) -> Warning:
    return Warning(text, str(source))


def _of_the_enterprise(enterprise: Enterprise | None, day: date) -> Iterator[Warning]:
    """That it is not there, closed, of another kind, or covered."""
    if enterprise is None:
        yield _warning(_("The enterprise is not in the register; enter it before the founding."), REGISTER)
        return
    if enterprise.closed_on is not None and enterprise.closed_on <= day:
        text = _("The enterprise is closed since %(day)s.") % {"day": date_format(enterprise.closed_on)}
        yield _warning(text, REGISTER)
    if enterprise.ownership not in NON_PUBLIC:
        text = _("The enterprise is not a non-public one: %(ownership)s.")
        yield _warning(text % {"ownership": enterprise.get_ownership_display()}, SCOPE)
    own = Organization.objects.in_force_on(day).without_community_general_branches()
    covered = Coverage.objects.on(day).filter(enterprise=enterprise, organization__in=own)
    for coverage in covered.select_related("organization").order_by("pk"):
        text = _("The enterprise is covered already: %(organization)s.")
        yield _warning(text % {"organization": coverage.organization}, COVERAGE)


def _of_the_formation(
    application: Application, enterprise: Enterprise | None, day: date
) -> Iterator[Warning]:
    """Too few full members for a branch alone, too many units for a joint one, who is proposed as secretary."""
    persons = list(application.members.all())
    if application.formation != Formation.JOINT:
        rule = PolicyNumber.objects.number_on(Policy.OWN_ORGANIZATION_FULL_MEMBERS, day)
        said = sum(person.stage == Stage.FULL for person in persons)
        if rule is not None and said < rule.value:
            text = ngettext(
                "The application names %(count)d full member: a branch of its own is formed from %(least)d on.",
                "The application names %(count)d full members: a branch of its own is formed from %(least)d on.",
                said,
            )
            yield _warning(text % {"count": said, "least": rule.value}, rule.source)
        if rule is not None and enterprise is not None:
            known = Member.objects.full_on(day).filter(employer=enterprise).count()
            if known < rule.value:
                text = ngettext(
                    "The register knows %(count)d full member there: a branch of its own is formed from %(least)d on.",
                    "The register knows %(count)d full members there: a branch of its own is formed from %(least)d on.",
                    known,
                )
                yield _warning(text % {"count": known, "least": rule.value}, rule.source)
    else:
        rule = PolicyNumber.objects.number_on(Policy.JOINT_BRANCH_UNITS, day)
        units = 1 + application.neighbours.count()
        if rule is not None and units > rule.value:
            text = _("%(count)d units want to form it; a joint branch generally has at most %(most)d.")
            yield _warning(text % {"count": units, "most": rule.value}, rule.source)
    for person in persons:
        if person.is_secretary and person.stage != Stage.FULL:
            text = _("The proposed secretary is no full member: %(stage)s.")
            yield _warning(text % {"stage": person.get_stage_display()}, VOTES)


def _of_the_known_secretary(application: Application, enterprise: Enterprise, day: date) -> Iterator[Warning]:
    """That the register knows who is proposed as secretary, by name and employer, but as no full member."""
    names = application.members.filter(is_secretary=True).values("name")
    same = Member.objects.filter(name__in=names, employer=enterprise)
    if same.exists() and not same.full_on(day).exists():
        yield _warning(_("By the register the proposed secretary is no full member on this day."), VOTES)


def _of_members_elsewhere(
    application: Application, enterprise: Enterprise, members: MemberQuerySet, day: date
) -> Iterator[Warning]:
    """Who is named, and belongs to an organization already; found by name and employer, named if of `members`."""
    names = [person.name for person in application.members.all()]
    same = Member.objects.filter(name__in=names, employer=enterprise)
    belonging = Membership.objects.on(day).filter(member__in=same.values("pk"))
    relations = belonging.filter(member__in=members.values("pk"))
    unnamed = belonging.exclude(member__in=members.values("pk")).count()
    if unnamed:
        text = ngettext(
            "%(count)d of the persons named belongs to an organization already; somebody belongs to one alone.",
            "%(count)d of the persons named belong to an organization already; somebody belongs to one alone.",
            unnamed,
        )
        yield _warning(text % {"count": unnamed}, ONE_ORGANIZATION)
    for relation in relations.select_related("member", "organization").order_by("member__member_no"):
        text = _("%(member)s is a member of %(organization)s; somebody belongs to one organization alone.")
        yield _warning(
            text % {"member": relation.member, "organization": relation.organization}, ONE_ORGANIZATION
        )


def _of_the_time(application: Application, day: date) -> Iterator[Warning]:
    """That it should be decided by now."""
    if application.state not in REVIEWERS_TURN or application.due_on is None:
        return
    if application.due_on < day:
        rule = PolicyNumber.objects.number_on(Policy.DECISION_MONTHS, application.submitted_on or day)
        text = _("It is overdue: it was to be decided by %(day)s.")
        source = rule.source if rule is not None else _("the rule of a month")
        yield _warning(text % {"day": date_format(application.due_on)}, source)
