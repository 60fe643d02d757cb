"""Factories of applications, in whatever state: each came there by the actions."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from applications.actions.applying import say_who, say_with_whom, submit, withdraw
from applications.actions.founding import found
from applications.actions.reviewing import approve, reject, return_application, take_up
from applications.models import Application, Formation, Reason, State
from members.models import Stage
from orgs.models import Kind, Organization
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory

SUBMITTED_ON = date(2026, 3, 2)


class ApplicationFactory(DjangoModelFactory[Application]):
    """A draft of an enterprise of the register, in which everything is said but the persons."""

    class Meta:
        model = Application

    language = "zh-hans"
    begun_on = SUBMITTED_ON
    area = factory.SubFactory(AreaFactory)
    enterprise = factory.SubFactory(EnterpriseFactory)
    uscc = factory.SelfAttribute("enterprise.uscc")
    enterprise_name = factory.SelfAttribute("enterprise.name")
    formation = Formation.OWN
    organization_name = factory.Sequence(lambda n: f"第{n}党支部")
    contact_name = "联系人"
    contact_phone = "13800000000"
    contact_mail = "contact@example.com"


def complete_draft(**said: Any) -> Application:
    """A draft that can be submitted: three full members, one of them proposed as secretary."""
    application = ApplicationFactory(**said)
    say_who(
        application=application,
        members=[
            {"name": f"申请人{n}", "stage": Stage.FULL, "since": date(2010, 1, n), "is_secretary": n == 1}
            for n in (1, 2, 3)
        ],
    )
    if application.formation == Formation.JOINT:
        say_with_whom(application=application, neighbours=[{"name": "邻居", "uscc": ""}])
    return application


def application_in(state: State, *, by: Any = None, on: date = SUBMITTED_ON, **said: Any) -> Application:
    """An application that has come as far as `state`, where staff decide `by` (None: an administrator)."""
    application = complete_draft(**said)
    if state == State.DRAFT:
        return application
    application = submit(application=application, on=on)
    by = by or UserFactory(role="administrator")
    if state == State.SUBMITTED:
        return application
    if state == State.WITHDRAWN:
        return withdraw(application=application, reason="")
    application = take_up(application=application, by=by)
    why = {"reasons": [Reason.OTHER], "note": "说明", "staff_note": ""}
    match state:
        case State.RETURNED:
            application = return_application(application=application, by=by, **why)
        case State.REJECTED:
            application = reject(application=application, on=on, by=by, **why)
        case State.APPROVED | State.FOUNDED:
            application = approve(application=application, note="", staff_note="", on=on, by=by)
    if state == State.FOUNDED:
        found(
            application=application, kind=Kind.BRANCH, area=application.area, neighbours=[], members=[],
            organization=Organization(code=f"F{application.pk}", name=application.organization_name),
            secretary=None, on=on, by=by,
        )  # fmt: skip
        application.refresh_from_db()
    return application
