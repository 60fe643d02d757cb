"""Applications of the last weeks, one in each state; applicants and reviewers made them by the actions.

Those whom an application names are members of the enterprise that the register knows, else made up. The founded
one is told of an organization of the story, so that no figure changes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django_tasks_db.models import DBTaskResult

from accounts.roles import Role
from applications.actions.applying import (
    begin,
    found_in_register,
    say,
    say_who,
    say_with_whom,
    submit,
    withdraw,
)
from applications.actions.moving import locked_for, make
from applications.actions.reviewing import approve, reject, return_application, take_up
from applications.models import Application, Formation, Reason
from applications.tasks import send_mails_of
from applications.transitions import Move
from members.models import Member, Sex, Stage
from orgs.actions.recording import save_by
from orgs.models import Enterprise, Initiative, Kind, Organization, OrganizationKind
from orgs.modes import Mode, mode_on
from sample.names import Names
from sample.plan import LAST_DAY

SEED = "applications until 2026-06-30"
MOST = 6
"""Applicants of each mode, neighbours included."""


def tell_applications() -> None:
    """Make the applications; the register and its users must be there."""
    applicants = Applicants()
    reviewer, administrator = (
        get_user_model()._default_manager.get(username=role.value)
        for role in (Role.REVIEWER, Role.ADMINISTRATOR)
    )
    _at_the_applicants(applicants, reviewer)
    _at_the_reviewers(applicants, reviewer)
    _decided(applicants, reviewer)
    _founded(applicants, reviewer, administrator)
    # Nobody of the sample is written to.
    DBTaskResult.objects.filter(task_path=send_mails_of.module_path).delete()


def _at_the_applicants(applicants: "Applicants", reviewer: AbstractBaseUser) -> None:
    applicants.draft(_ago(2))
    withdraw(application=applicants.submit(_ago(33)), reason="企业搬迁，待安顿后再申请。")
    return_application(
        application=take_up(application=applicants.submit(_ago(19)), by=reviewer),
        reasons=[Reason.MEMBERS_INCOMPLETE], note="请补充全部正式党员的转正日期。", staff_note="", by=reviewer,
    )  # fmt: skip


def _at_the_reviewers(applicants: "Applicants", reviewer: AbstractBaseUser) -> None:
    applicants.submit(_ago(5))
    applicants.submit(_ago(1), formation=Formation.JOINT)
    take_up(application=applicants.submit(_ago(13)), by=reviewer)
    take_up(application=applicants.submit(_ago(40)), by=reviewer)  # overdue


def _decided(applicants: "Applicants", reviewer: AbstractBaseUser) -> None:
    approve(
        application=take_up(application=applicants.submit(_ago(27)), by=reviewer),
        note="请尽快召开党员大会。", staff_note="", on=_ago(6), by=reviewer,
    )  # fmt: skip
    reject(
        application=take_up(application=applicants.submit(_ago(47), members=1), by=reviewer),
        reasons=[Reason.TOO_FEW_MEMBERS], note="正式党员不足三名，建议与邻近企业联合组建。", staff_note="",
        on=_ago(24), by=reviewer,
    )  # fmt: skip


def _founded(applicants: "Applicants", reviewer: AbstractBaseUser, administrator: AbstractBaseUser) -> None:
    organization = _founded_lately()
    coverage = organization.coverage.select_related("enterprise").get()
    on = organization.established_on
    application = applicants.submit(on - timedelta(days=24), coverage.enterprise)
    application.approval_number = organization.approval_number  # which approving keeps
    save_by(application, None)
    approve(
        application=take_up(application=application, by=reviewer),
        note="", staff_note="", on=on - timedelta(days=5), by=reviewer,
    )  # fmt: skip
    application = locked_for(Move.FOUND, application)
    application.organization = organization
    make(Move.FOUND, application, by=administrator)


def _ago(days: int) -> date:
    return LAST_DAY - timedelta(days=days)


def _founded_lately() -> Organization:
    """The branch of one enterprise that was the last to be founded on its own initiative."""
    kinds = OrganizationKind.objects.on(LAST_DAY).filter(kind=Kind.BRANCH)
    branches = Organization.objects.in_force_on(LAST_DAY).filter(pk__in=kinds.values("organization"))
    asked_for = branches.filter(initiated_by=Initiative.ENTERPRISE, place="")
    return asked_for.order_by("-established_on", "code")[0]


@dataclass
class Applicants:
    """Enterprises without an organization, one after the other."""

    names: Names = field(default_factory=lambda: Names(Random(SEED)))  # noqa: S311 - nothing secret
    enterprises: Iterator[Enterprise] = field(default_factory=lambda: iter(_without_organization()))

    def draft(
        self,
        on: date,
        enterprise: Enterprise | None = None,
        formation: Formation = Formation.OWN,
        members: int = 3,
    ) -> Application:
        """A draft, begun on `on`, in which all is said."""
        enterprise = enterprise or next(self.enterprises)
        found, area = found_in_register(enterprise.uscc, on)
        joint = "联合" if formation == Formation.JOINT else ""
        values = {
            "uscc": enterprise.uscc, "enterprise": found, "enterprise_name": enterprise.name,
            "address": enterprise.address, "area": area, "formation": formation,
            "organization_name": f"{enterprise.name}{joint}党支部", "contact_name": self._somebody(),
            "contact_mail": f"contact-{enterprise.uscc.lower()}@example.com",
        }  # fmt: skip
        application = say(application=begin(language="zh-hans", on=on), values=values)
        say_who(application=application, members=self._members(enterprise, on, members))
        if formation == Formation.JOINT:
            neighbour = next(self.enterprises)
            named = {"name": neighbour.name, "uscc": neighbour.uscc}
            say_with_whom(application=application, neighbours=[named])
        return application

    def submit(
        self,
        on: date,
        enterprise: Enterprise | None = None,
        formation: Formation = Formation.OWN,
        members: int = 3,
    ) -> Application:
        """An application that is submitted on `on`."""
        return submit(application=self.draft(on, enterprise, formation, members), on=on)

    def _members(self, enterprise: Enterprise, on: date, least: int) -> Collection[dict[str, Any]]:
        """The enterprise's full members, and as many made up that there are `least`."""
        known = Member.objects.full_on(on).filter(employer=enterprise).order_by("member_no")
        said = [(name, since) for name, since in known.values_list("name", "full_on")]
        years = range(len(said), least)
        said += [(self._somebody(), date(2012 + 2 * year, 7, 1)) for year in years]
        return [
            {"name": name, "stage": Stage.FULL, "since": since, "is_secretary": number == 0}
            for number, (name, since) in enumerate(said)
        ]

    def _somebody(self) -> str:
        return self.names.person(self.names.lot.choice(list(Sex)))


def _without_organization() -> Collection[Enterprise]:
    """Enterprises that an instructor or nobody but a community general branch reaches, some of each."""
    operating = Enterprise.objects.non_public().operating_on(LAST_DAY).annotate(mode=mode_on(LAST_DAY))
    instructed, others = (
        list(operating.filter(mode=mode).order_by("uscc")[:MOST])
        for mode in (Mode.INSTRUCTOR, Mode.COMMUNITY)
    )
    return [enterprise for pair in zip(instructed, others, strict=True) for enterprise in pair]
