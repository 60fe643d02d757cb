"""Every procedure once on a record for which it is possible, with inputs that it takes."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from applications.models import Formation, Reason, State
from members.models import PostRole, StandingKind, Transfer
from orgs.models import Area, Enterprise, Instructor, Kind, Organization
from procedures import offered
from procedures.applications import File
from procedures.inputs import REFERENCES, LinkInput
from procedures.procedure import Procedure
from tests.factories.accounts import UserFactory
from tests.factories.applications import application_in
from tests.factories.members import (
    MemberFactory,
    PostFactory,
    StandingFactory,
    TransferFactory,
)
from tests.factories.orgs import (
    AreaFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)

ON = date(2024, 7, 1)
BEFORE = date(2024, 6, 1)
PAPER = {"on": ON, "document": "温组〔2024〕5号"}
WUTIAN, SANYANG = "330304001", "330304002"

LISTS: dict[str, tuple[str, str, tuple[type[Procedure], ...]]] = {
    "members_member": ("members", "member_no", offered.OF_MEMBERS),
    "members_transfer": ("transfers", "pk", offered.OF_TRANSFERS),
    "orgs_organization": ("organizations", "code", offered.OF_ORGANIZATIONS),
    "orgs_communitygeneralbranch": (
        "community-general-branches", "code", offered.OF_COMMUNITY_GENERAL_BRANCHES,
    ),
    "orgs_enterprise": ("enterprises", "uscc", offered.OF_ENTERPRISES),
    # Without that which no organizer of a subdistrict does, and a setting asks for: test_applications.py
    "applications_application": (
        "applications", "reference", tuple(one for one in offered.OF_APPLICATIONS if one is not File),
    ),
}  # fmt: skip
"""Of each table its list in the API, the key there, and its procedures."""

PROCEDURES = {
    (table, procedure.name): procedure for table, (*_rest, all_of_it) in LISTS.items() for procedure in all_of_it
}  # fmt: skip
EACH = sorted(PROCEDURES)


@dataclass
class Case:
    """A record, and what is said to do the procedure `name` of `table` to it."""

    table: str
    name: str
    record: Model
    inputs: dict[str, Any] = field(default_factory=dict)

    @property
    def procedure(self) -> type[Procedure]:
        return PROCEDURES[self.table, self.name]

    @property
    def page(self) -> str:
        """The address of its page."""
        return self.page_of(self.record.pk)

    def page_of(self, key: Any) -> str:
        """The address of its page about another record."""
        return reverse(f"admin:{self.table}_{self.name}", args=[key])

    @property
    def resource(self) -> str:
        """The address of the record in the API."""
        name, key, _procedures = LISTS[self.table]
        return f"/api/v1/{name}/{getattr(self.record, key)}/"

    @property
    def address(self) -> str:
        """The address of the procedure in the API."""
        return f"{self.resource}{self.name}/"

    @property
    def typed(self) -> dict[str, Any]:
        """The inputs as a browser sends them."""
        return {
            name: _typed(value, self.procedure.inputs[name])
            for name, value in self.inputs.items()
            if value not in (None, False)
        }

    @property
    def body(self) -> dict[str, Any]:
        """The inputs as a body of the API has them."""
        return {name: _said(value) for name, value in self.inputs.items()}


def _typed(value, asked):
    if isinstance(value, list):
        return [_typed(one, asked) for one in value]
    if isinstance(value, Model):
        is_key = isinstance(asked, LinkInput) and asked.anywhere
        return getattr(value, asked.reference.key) if is_key else str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    return "on" if value is True else str(value)


def _said(value):
    if isinstance(value, list):
        return [_said(one) for one in value]
    if isinstance(value, Instructor):
        return value.pk
    if isinstance(value, User):
        return value.username
    if isinstance(value, Model):
        return getattr(value, REFERENCES[type(value)].key)
    return value.isoformat() if isinstance(value, date) else value


class Place:
    """What there is in an area, as far as a case asks for it."""

    def __init__(self, area: Area) -> None:
        self.area = area

    def enterprise(self, **said) -> Enterprise:
        return EnterpriseFactory(area=self.area, **said)

    def organization(self, **said) -> Organization:
        return OrganizationFactory(area=self.area, **said)

    def community(self, **said) -> Organization:
        return self.organization(kind=Kind.COMMUNITY_GENERAL_BRANCH, **said)

    def member(self, organization=None, **said):
        return MemberFactory(organization=organization or self.organization(), **said)

    def newcomer(self, **days):
        return MemberFactory(full_on=None, employer=self.enterprise(), **days)

    def probationer(self, **days):
        return self.member(full_on=None, **{"probationary_on": date(2023, 7, 1)} | days)

    def apart(self, kind, since=date(2023, 1, 1)):
        member = self.member()
        StandingFactory(member=member, kind=kind, valid_from=since)
        return member

    def transfer(self, **said):
        origin = self.organization()
        return TransferFactory(origin=origin, destination=self.organization(), requested_on=BEFORE, **said)

    def issued(self):
        return self.transfer(letter_number=f"2024-X{Transfer.objects.count()}", letter_on=BEFORE)

    def joint(self, kind=Kind.JOINT_BRANCH):
        """An organization of two enterprises with members of each."""
        enterprises = [self.enterprise(), self.enterprise()]
        organization = self.organization(kind=kind, covers=enterprises)
        for enterprise in enterprises:
            for _time in range(3):
                self.member(organization, employer=enterprise)
        return organization

    def case(self, table: str, name: str) -> Case:
        """The procedure `name` of `table` on a new record of this place, with inputs."""
        record, inputs = getattr(self, f"of_{table}")(name)
        return Case(table, name, record, inputs)

    def of_members_member(self, name):
        return self._on_the_way(name) or self._of_a_member(name)

    def _on_the_way(self, name):
        match name:
            case "apply":
                return self.newcomer(), {"on": ON}
            case "talk" | "activist":
                return self.newcomer(applied_on=date(2023, 1, 1)), PAPER
            case "candidate":
                return self.newcomer(applied_on=date(2022, 1, 1), activist_on=date(2023, 1, 1)), PAPER
            case "admit":
                candidate = self.newcomer(candidate_on=date(2023, 1, 1))
                return candidate, PAPER | {"first_voucher": self.member(), "second_voucher": self.member()}
            case "approve":
                return self.probationer(probationary_on=BEFORE), PAPER
            case "extend-probation":
                return self.probationer(), PAPER | {"until": date(2025, 1, 1)}
            case "confirm" | "end-probation":
                return self.probationer(), PAPER
        return None

    def _of_a_member(self, name):
        match name:
            case "lost-contact":
                return self.member(), PAPER
            case "stop" | "contact-found":
                return self.apart(StandingKind.LOST_CONTACT), PAPER
            case "go-away":
                return self.member(), PAPER | {"place": "上海"}
            case "come-back":
                return self.apart(StandingKind.AWAY), PAPER
            case "end":
                member = self.member()
                PostFactory(organization=member.memberships.get().organization, member=member)
                return member, PAPER | {"reason": "death"}
            case "restore":
                member = MemberFactory(
                    ended_on=date(2020, 1, 1), ended_reason="removed", employer=self.enterprise()
                )
                return member, PAPER | {"organization": self.organization()}
            case "transfer":
                return self.member(), {"on": ON, "destination": self.organization()}
            case "transfer-in":
                member = MemberFactory(employer=self.enterprise())
                return member, {
                    "on": ON, "organization": self.organization(), "origin_elsewhere": "杭州市", "receipt": "收1",
                    "letter_number": "杭1", "letter_on": BEFORE,
                }  # fmt: skip
        raise KeyError(name)

    def of_members_transfer(self, name):
        match name:
            case "issue-letter":
                return self.transfer(), {"on": ON, "valid_until": date(2024, 9, 1)}
            case "receive":
                return self.issued(), {"on": ON, "receipt": "收1"}
            case "return" | "cancel":
                return self.issued(), {"on": ON, "reason": "撤回"}
        raise KeyError(name)

    def _of_any_organization(self, name, kind):
        match name:
            case "hold-election":
                organization = self.organization(kind=kind)
                secretary, deputy, *others = [self.member(organization) for _time in range(4)]
                return organization, PAPER | {
                    "secretary": secretary, "deputy": deputy, "commissioners": others, "approval_number": "批1",
                }  # fmt: skip
            case "appoint":
                organization = self.organization(kind=kind)
                member = self.member(organization)
                return organization, PAPER | {"member": member, "role": PostRole.COMMISSIONER, "duty": "组织"}
            case "relieve":
                post = PostFactory(organization=self.organization(kind=kind))
                return post.organization, PAPER | {"member": post.member}
            case "change-superior":
                return self.organization(kind=kind), PAPER | {"superior": self.organization()}
            case "change-area":
                below = AreaFactory(code=f"{self.area.code}001")
                return self.organization(kind=kind), PAPER | {"area": below}
            case "move-members":
                return self.joint(kind), PAPER | {"to": self.organization(kind=kind)}
            case "merge":
                return self.joint(kind), PAPER | {"into": self.joint(kind)}
            case "split":
                organization = self.joint(kind)
                enterprise = Enterprise.objects.filter(coverage__organization=organization).first()
                members = list(enterprise.employed_members.all()[:2])
                return organization, PAPER | {
                    "code": f"NEW{organization.code}", "name": "新支部", "area": self.area,
                    "enterprises": [enterprise], "members": members,
                }  # fmt: skip
            case "dissolve":
                organization = self.joint(kind)
                to = self.organization(kind=kind)
                return organization, PAPER | {"reason": "合并", "members_to": to, "successor": to}
        raise KeyError(name)

    def of_orgs_organization(self, name):
        match name:
            case "change-kind":
                organization = self.organization()
                self.member(organization)
                return organization, PAPER | {"kind": Kind.GENERAL_BRANCH}
            case "stand-alone":
                organization = self.joint()
                enterprise = Enterprise.objects.filter(coverage__organization=organization).first()
                return organization, PAPER | {
                    "enterprise": enterprise, "code": f"NEW{organization.code}", "name": "新支部",
                }  # fmt: skip
        record, inputs = self._of_any_organization(name, Kind.JOINT_BRANCH)
        if name in ("merge", "split"):
            inputs = {**inputs, "kind": {"merge": Kind.JOINT_BRANCH, "split": Kind.BRANCH}[name]}
        return record, inputs

    def of_orgs_communitygeneralbranch(self, name):
        match name:
            case "look-after":
                return self.community(), PAPER | {"enterprise": self.enterprise()}
            case "stop-looking-after":
                enterprise = self.enterprise()
                return self.community(covers=[enterprise]), {"on": ON, "enterprise": enterprise}
            case "incubate":
                organization = self.joint(Kind.COMMUNITY_GENERAL_BRANCH)
                enterprise = Enterprise.objects.filter(coverage__organization=organization).first()
                return organization, PAPER | {
                    "code": f"NEW{organization.code}", "name": "新支部", "kind": Kind.BRANCH, "area": self.area,
                    "enterprises": [enterprise], "initiated_by": "enterprise",
                    "members": list(enterprise.employed_members.all()),
                }  # fmt: skip
        return self._of_any_organization(name, Kind.COMMUNITY_GENERAL_BRANCH)

    def of_orgs_enterprise(self, name):
        enterprise = self.enterprise(above_scale_from=date(2020, 1, 1))
        match name:
            case "close":
                organization = self.organization(covers=[enterprise])
                self.member(organization, employer=enterprise)
                InstructorFactory(enterprise=enterprise)
                return enterprise, PAPER | {"dissolve_organizations": True, "members_to": self.organization()}
            case "move":
                self.member(self.organization(covers=[enterprise]), employer=enterprise)
                return enterprise, PAPER | {"area": AreaFactory(code=f"{self.area.code}001")}
            case "merge":
                self.member(self.organization(covers=[enterprise]), employer=enterprise)
                return enterprise, PAPER | {"into": self.enterprise()}
            case "assign-instructor":
                return enterprise, {
                    "on": ON, "name": "王一", "phone": "13800000001", "employer": "区委", "days_per_month": 3,
                }  # fmt: skip
            case "end-instructor":
                return enterprise, {"on": ON, "instructor": InstructorFactory(enterprise=enterprise)}
        raise KeyError(name)

    def application(self, state, **said):
        return application_in(state, area=self.area, enterprise=self.enterprise(), on=BEFORE, **said)

    def of_applications_application(self, name):
        letter = {"note": "请补充材料\n谢谢", "staff_note": "电话已通"}
        match name:
            case "take-up":
                return self.application(State.SUBMITTED), {}
            case "assign":
                colleague = UserFactory(is_staff=True, role="reviewer", area=self.area)
                return self.application(State.IN_REVIEW), {"to": colleague, "staff_note": "请接手"}
            case "hand-back":
                return self.application(State.IN_REVIEW), {"staff_note": "休假"}
            case "return":
                reasons = [Reason.FILE_MISSING.value, Reason.OTHER.value]
                return self.application(State.IN_REVIEW), letter | {"reasons": reasons}
            case "reject":
                reasons = [Reason.NOT_NON_PUBLIC.value]
                return self.application(State.IN_REVIEW), letter | {"on": ON, "reasons": reasons}
            case "approve":
                return self.application(State.IN_REVIEW), letter | {"on": ON}
            case "reopen":
                return self.application(State.APPROVED), letter
            case "found":
                application = self.application(State.APPROVED, formation=Formation.JOINT)
                neighbour = self.enterprise()
                branch = self.community(covers=[neighbour])
                members = [self.member(branch, employer=application.enterprise) for _time in range(2)]
                return application, {
                    "on": ON, "code": f"NEW{application.pk}", "name": "新联合支部", "kind": Kind.JOINT_BRANCH,
                    "area": self.area, "place": "上海", "superior": self.organization(), "incubated_by": branch,
                    "neighbours": [neighbour], "members": members, "secretary": members[0],
                }  # fmt: skip
        raise KeyError(name)
