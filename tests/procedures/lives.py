"""A small register whose lives are driven at random: every action, on days that collide.

`Lives.act` does one action with operands chosen by numbers; `Lives.check` holds what must be true after every one.
"""

from datetime import date, timedelta
from itertools import pairwise

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from members.actions.admission import (
    admit,
    approve_admission,
    confirm,
    end_probation,
    extend_probation,
    record_application,
    record_talk,
    take_as_activist,
    take_as_candidate,
)
from members.actions.appointments import appoint, relieve
from members.actions.arrivals import transfer_in
from members.actions.dissolution import dissolve
from members.actions.elections import hold_election
from members.actions.enterprise import close
from members.actions.incubation import incubate, look_after, stop_looking_after
from members.actions.leaving import end_membership, restore
from members.actions.member import register_member
from members.actions.merging import merge
from members.actions.moves import move_members
from members.actions.splitting import split, stand_alone
from members.actions.standing import come_back, contact_found, go_away, report_lost_contact, stop_membership
from members.actions.takeover import merge_enterprises
from members.actions.transfers import (
    cancel_transfer,
    issue_letter,
    receive,
    request_transfer,
    return_transfer,
)
from members.models import EndReason, Member, Membership, Post, PostRole, Standing, Transfer
from orgs.actions.enterprise import register_enterprise
from orgs.actions.instructor import assign_instructor
from orgs.actions.moving import move_enterprise
from orgs.actions.organization import cover, establish
from orgs.actions.refusals import Refusal
from orgs.actions.restructuring import change_area, change_kind, change_superior
from orgs.models import (
    COUNTED_KINDS,
    AboveScale,
    Area,
    Coverage,
    Enterprise,
    EnterpriseArea,
    Instructor,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
    Ownership,
)
from stats.api.bodies import CoverageSerializer
from stats.figures import Scale, coverage_figures
from tests.factories.orgs import AreaFactory, credit_code
from tests.stats.reference import Register, holds

DAYS = [
    date(2019, 12, 31), date(2020, 1, 1), date(2020, 2, 28), date(2020, 2, 29), date(2020, 3, 1), date(2021, 2, 28),
    date(2021, 3, 1), date(2023, 2, 28), date(2023, 3, 1), date(2023, 6, 30), date(2025, 3, 1), date(2026, 1, 1),
]  # fmt: skip
"""The days on which something happens, and one on which nothing does at either end."""
ACTS = DAYS[1:-1]
PERIODS = (
    Membership,
    Post,
    Standing,
    OrganizationKind,
    OrganizationArea,
    Coverage,
    EnterpriseArea,
    AboveScale,
    Instructor,
)


class NotPossible(Exception):
    """There is nobody and nothing that the action could be done to."""


class Lives:
    """The register, and the numbers that choose its next operands."""

    def __init__(self):
        self.made = 0
        self.numbers = iter(())
        self.areas = [AreaFactory(code=code) for code in ("330304", "330304001", "330304002")]
        for area in self.areas[1:]:
            for _time in range(2):
                self.new_enterprise(area, date(2000, 1, 1))
        branch = self.new_organization()
        establish(
            organization=branch,
            kind=Kind.COMMUNITY_GENERAL_BRANCH,
            area=self.areas[1],
            enterprises=[],
            by=None,
        )
        for place, enterprise in enumerate(Enterprise.objects.order_by("pk")[:3]):
            organization = self.new_organization()
            establish(
                organization=organization, kind=Kind.JOINT_BRANCH if place else Kind.BRANCH, area=self.areas[1],
                enterprises=[enterprise], by=None,
            )  # fmt: skip
            for _time in range(4):
                self.new_member(organization, employer=enterprise, full_on=date(2010, 1, 1))
            self.new_member(organization, since=date(2019, 2, 28), probationary_on=date(2019, 2, 28))
            self.new_member(organization, since=date(2019, 12, 1), probationary_on=date(2019, 12, 1))
            self.new_member(full_on=date(2010, 1, 1))
            self.new_member()
            self.new_member(applied_on=date(2016, 1, 1))
            self.new_member(
                applied_on=date(2016, 1, 1), activist_on=date(2017, 1, 1), candidate_on=date(2018, 6, 1)
            )

    # Who and what there is.

    def key(self):
        self.made += 1
        return self.made

    def new_enterprise(self, area, on):
        number = self.key()
        enterprise = Enterprise(
            uscc=credit_code(number), name=f"企业{number}", ownership=Ownership.PRIVATE, registered_on=on
        )
        return register_enterprise(enterprise=enterprise, area=area, above_scale_from=on, by=None)

    def new_organization(self, on=date(2005, 1, 1)):
        number = self.key()
        return Organization(code=f"Z{number}", name=f"组织{number}", established_on=on)

    def new_member(self, organization=None, since=date(2010, 1, 1), **stages):
        number = self.key()
        member = Member(member_no=f"M{number}", name=f"张{number}", **stages)
        return register_member(
            member=member, organization=organization, relation_from=since if organization else None, by=None
        )

    def number(self):
        return next(self.numbers)

    def one(self, rows):
        found = list(rows)
        if not found:
            raise NotPossible
        return found[self.number() % len(found)]

    def some(self, rows, most=3):
        found = list(rows)
        return (
            [found[self.number() % len(found)] for _time in range(self.number() % (most + 1))]
            if found
            else []
        )

    def mostly(self, chosen, others):
        """Mostly one of `chosen`, who fit; now and then one of `others`, who may not."""
        rows = list(chosen) if self.number() % 5 else []
        return self.one(rows or others)

    def member(self, **fitting):
        return self.mostly(Member.objects.filter(**fitting).order_by("pk"), Member.objects.order_by("pk"))

    def newcomer(self):
        return self.member(probationary_on=None, full_on=None, ended_on=None)

    def probationer(self):
        return self.member(probationary_on__isnull=False, full_on=None, ended_on=None)

    def full_member(self):
        return self.member(full_on__isnull=False, ended_on=None)

    def apart(self, kind):
        return self.member(standings__kind=kind, standings__valid_to=None)

    def organization(self):
        return self.mostly(
            Organization.objects.filter(dissolved_on=None).order_by("pk"), Organization.objects.order_by("pk")
        )

    def branch(self):
        """Mostly a community general branch."""
        return self.mostly(
            Organization.objects.community_general_branches().order_by("pk"), Organization.objects.all()
        )

    def like(self, organization):
        """Mostly another organization of the same sort."""
        alike = Organization.objects.without_community_general_branches()
        if not alike.filter(pk=organization.pk).exists():
            alike = Organization.objects.community_general_branches()
        others = alike.filter(dissolved_on=None).exclude(pk=organization.pk).order_by("pk")
        return self.mostly(others, Organization.objects.order_by("pk"))

    def joint(self):
        return self.mostly(
            Organization.objects.filter(kinds__kind=Kind.JOINT_BRANCH).distinct(), Organization.objects.all()
        )

    def covered(self, organization):
        """Mostly an enterprise that `organization` covers, or covered."""
        theirs = Enterprise.objects.filter(
            pk__in=Coverage.objects.filter(organization=organization, valid_to=None).values("enterprise")
        )
        return self.mostly(theirs.order_by("pk"), Enterprise.objects.order_by("pk"))

    def uncovered(self):
        own = Coverage.objects.filter(
            valid_to=None, organization__in=Organization.objects.without_community_general_branches()
        )
        return self.mostly(
            Enterprise.objects.exclude(pk__in=own.values("enterprise")), Enterprise.objects.all()
        )

    def enterprise(self):
        return self.one(Enterprise.objects.order_by("pk"))

    def area(self):
        return self.one([*Area.objects.order_by("pk"), None])

    def kind(self):
        return self.one(Kind)

    def transfer(self):
        return self.one(Transfer.objects.order_by("pk"))

    def open_transfer(self, **fitting):
        found = Transfer.objects.open().order_by("pk")
        return self.mostly(found.filter(**fitting), found)

    def belonging(self, organization, on):
        return Member.objects.filter(
            pk__in=Membership.objects.on(on).filter(organization=organization).values("member")
        ).order_by("pk")

    # What is done.

    def deeds(self, on):
        """Every action by its name, with operands as they are chosen when it is called."""
        said = {"on": on, "by": None}
        paper = {**said, "document": "文1号"}
        return {
            "register enterprise": lambda: self.new_enterprise(self.area(), on),
            "establish": lambda: establish(
                organization=self.new_organization(on), kind=self.kind(), area=self.area(),
                enterprises=[self.enterprise()], by=None,
            ),
            "cover": lambda: cover(
                coverage=Coverage(organization=self.organization(), enterprise=self.enterprise(), valid_from=on),
                by=None,
            ),
            "register applicant": lambda: self.new_member(applied_on=on),
            "register member": lambda: self.new_member(self.organization(), since=on, full_on=on),
            "apply": lambda: record_application(member=self.newcomer(), **said),
            "talk": lambda: record_talk(member=self.newcomer(), **said),
            "activist": lambda: take_as_activist(member=self.newcomer(), **paper),
            "candidate": lambda: take_as_candidate(member=self.newcomer(), **paper),
            "admit": lambda: admit(
                member=self.newcomer(), first_voucher=self.full_member(), second_voucher=self.full_member(), **paper
            ),
            "approve": lambda: approve_admission(member=self.probationer(), **paper),
            "extend": lambda: self.extend(on),
            "confirm": lambda: confirm(member=self.probationer(), **paper),
            "end probation": lambda: end_probation(member=self.probationer(), **paper),
            "leave": lambda: end_membership(member=self.member(), reason=self.one(EndReason), **said),
            "restore": lambda: restore(
                member=self.member(ended_on__isnull=False), organization=self.organization(), **paper
            ),
            "go away": lambda: go_away(member=self.member(), place="上海", **said),
            "come back": lambda: come_back(member=self.apart("away"), **said),
            "lose contact": lambda: report_lost_contact(member=self.member(), **said),
            "stop": lambda: stop_membership(member=self.apart("lost_contact"), **paper),
            "find contact": lambda: contact_found(member=self.apart("lost_contact"), **said),
            "transfer from one to another": lambda: self.transfer_through(on),
            "request with letter": lambda: self.request_with_letter(on),
            "request transfer": lambda: request_transfer(
                member=self.member(), destination=self.organization(), **said
            ),
            "request transfer out": lambda: request_transfer(
                member=self.member(), destination_elsewhere="上海", **said
            ),
            "issue letter": lambda: issue_letter(transfer=self.open_transfer(letter_on=None), **said),
            "receive": lambda: receive(transfer=self.open_transfer(letter_on__isnull=False), receipt="收1", **said),
            "receive again": lambda: receive(transfer=self.transfer(), receipt="收1", **said),
            "return transfer": lambda: return_transfer(
                transfer=self.open_transfer(letter_on__isnull=False), reason="查无此人", **said
            ),
            "cancel transfer": lambda: cancel_transfer(transfer=self.open_transfer(), reason="撤回", **said),
            "transfer in": lambda: transfer_in(
                member=self.member(memberships=None, full_on__isnull=False), organization=self.organization(),
                origin_elsewhere="杭州",
                letter_number="杭1", letter_on=on, receipt="收2", **said,
            ),
            "move members": lambda: move_members(organization=self.organization(), to=self.organization(), **paper),
            "elect": lambda: self.elect(on),
            "appoint": lambda: self.appoint(on),
            "relieve": lambda: self.relieve(on),
            "change kind": lambda: change_kind(organization=self.organization(), kind=self.kind(), **paper),
            "change area": lambda: change_area(organization=self.organization(), area=self.area(), **paper),
            "change superior": lambda: change_superior(
                organization=self.organization(), superior=self.one([*Organization.objects.all(), None]), **paper
            ),
            "merge": lambda: self.merge(on),
            "merge as joint branch": lambda: self.merge(on, kind=Kind.JOINT_BRANCH),
            "split": lambda: self.split(on),
            "stand alone": lambda: self.stand_alone(on),
            "dissolve": lambda: dissolve(
                organization=self.organization(), on=on, by=None, reason="撤并",
                members_to=self.one([None, *Organization.objects.order_by("pk")]),
            ),
            "look after": lambda: look_after(branch=self.branch(), enterprise=self.uncovered(), **paper),
            "stop looking after": lambda: self.stop_looking_after(on),
            "incubate": lambda: incubate(
                branch=self.branch(), organization=self.new_organization(on), kind=Kind.BRANCH, area=self.area(),
                enterprises=[self.uncovered()], initiated_by="enterprise", **paper,
            ),
            "close": lambda: close(
                enterprise=self.enterprise(), dissolve_organizations=bool(self.number() % 2),
                members_to=self.one([None, *Organization.objects.order_by("pk")]), **paper,
            ),
            "move enterprise": lambda: move_enterprise(enterprise=self.enterprise(), area=self.area(), **paper),
            "merge enterprises": lambda: merge_enterprises(
                enterprise=self.enterprise(), into=self.enterprise(), **paper
            ),
            "assign instructor": lambda: assign_instructor(
                instructor=Instructor(enterprise=self.enterprise(), name="指导员", valid_from=on), by=None
            ),
        }  # fmt: skip

    def elect(self, on):
        organization = self.organization()
        members = list(self.belonging(organization, on).filter(full_on__lte=on))
        if not members:
            raise NotPossible
        first = self.number() % len(members)
        elected = (members[first:] + members[:first])[: 1 + self.number() % 5]
        elected += self.some(members, most=1) if self.number() % 5 == 0 else []
        secretary, deputy, *commissioners = [*elected, None] if len(elected) == 1 else elected
        return hold_election(
            organization=organization, on=on, secretary=secretary, deputy=deputy, commissioners=commissioners,
            document="选1", approval_number="批1" if self.number() % 4 else "", by=None,
        )  # fmt: skip

    def extend(self, on):
        member = self.probationer()
        begun = member.probationary_on or on
        until = self.mostly([date(begun.year + 2, begun.month, min(begun.day, 28))], DAYS)
        return extend_probation(member=member, on=on, until=until, document="延1", by=None)

    def transfer_through(self, on):
        """From the request to the receipt on one day."""
        member = self.full_member()
        transfer = request_transfer(member=member, destination=self.organization(), on=on, by=None)
        transfer = issue_letter(transfer=transfer, on=on, by=None)
        return receive(transfer=transfer, receipt="收3", on=on, by=None)

    def request_with_letter(self, on):
        transfer = request_transfer(
            member=self.full_member(), destination=self.organization(), on=on, by=None
        )
        return issue_letter(transfer=transfer, on=on, by=None)

    def appoint(self, on):
        organization = self.organization()
        member = self.one([*self.belonging(organization, on), self.member()])
        return appoint(
            organization=organization, member=member, role=self.one(PostRole), on=on, document="任1", by=None
        )

    def relieve(self, on):
        post = self.one(Post.objects.order_by("pk"))
        return relieve(organization=post.organization, member=post.member, on=on, document="免1", by=None)

    def merge(self, on, kind=None):
        organization = self.organization()
        return merge(
            organization=organization, into=self.like(organization), kind=kind, on=on, document="并1", by=None
        )

    def stand_alone(self, on):
        organization = self.joint()
        return stand_alone(
            organization=organization, enterprise=self.covered(organization), code=f"Z{self.key()}", name="新", on=on,
            document="分2", by=None,
        )  # fmt: skip

    def stop_looking_after(self, on):
        branch = self.branch()
        return stop_looking_after(branch=branch, enterprise=self.covered(branch), on=on, by=None)

    def split(self, on):
        organization = self.organization()
        return split(
            organization=organization, new=self.new_organization(on), kind=Kind.BRANCH, area=self.area(),
            enterprises=self.some(Enterprise.objects.filter(coverage__organization=organization).distinct()),
            members=self.some(self.belonging(organization, on)), on=on, document="分1", by=None,
        )  # fmt: skip

    def act(self, name, on, numbers):
        """Do the action `name` on `on`; gives whether it was done. What it refuses must change nothing."""
        self.numbers = iter(numbers)
        before = everything()
        earlier = {day: answers(day) for day in DAYS if day < on}
        try:
            with transaction.atomic():
                self.deeds(on)[name]()
        except (Refusal, ValidationError, NotPossible):
            assert everything() == before, "what was refused changed something"
            return False
        for day, figures in earlier.items():
            assert answers(day) == figures, f"the figures of {day}, before {on}, moved"
        return True

    # What must hold.

    def check(self):
        """What is true of the register after every action."""
        register = Register()
        check_periods()
        check_posts(register)
        check_ends()
        check_history()
        counted = {}
        for day in DAYS:
            found = answers(day)
            assert found == register.figures(day, None, "all")
            assert found["members"]["total"] == check_each_once(register, day)
            counted[day] = found
        for first, last in pairwise(DAYS):
            check_flows(register, counted, first, last)


def answers(day):
    """What the API answers of the whole register, without the area."""
    body = CoverageSerializer(coverage_figures(day, None, Scale.ALL)).data
    return {name: value for name, value in body.items() if name != "area"}


def everything():
    """Every row of the register, and how much is recorded of it."""
    models = [model for label in ("orgs", "members") for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}


def check_periods():
    """No two periods of one key share a day, each ends after it starts, and none outlasts its organization."""
    for model in PERIODS:
        last = {}
        for row in model.objects.order_by("valid_from"):
            key = tuple(getattr(row, model._meta.get_field(name).attname) for name in model.overlap_key)
            assert row.valid_to is None or row.valid_to > row.valid_from
            assert key not in last or (last[key] is not None and last[key] <= row.valid_from), (model, key)
            last[key] = row.valid_to
    for model in (Membership, Coverage, Post):
        for row in model.objects.select_related("organization"):
            ends = row.organization.dissolved_on
            assert ends is None or (row.valid_to is not None and row.valid_to <= ends), (model, row.pk)


def check_posts(register):
    """Who holds a post belongs to the organization on every day of it, and is not stopped; there is one secretary."""
    stops = list(Standing.objects.filter(kind="stopped"))
    for day in DAYS:
        secretaries = set()
        stopped = {stop.member_id for stop in stops if holds(stop, day)}
        for post in Post.objects.all():
            if holds(post, day):
                member = next(one for one in register.members if one.pk == post.member_id)
                assert register.organization_of(member, day) == post.organization_id, (post, day)
                assert post.member_id not in stopped, (post, day)
                assert post.role != "secretary" or post.organization_id not in secretaries
                secretaries |= {post.organization_id} if post.role == "secretary" else set()


def check_ends():
    """Nothing is done, elected or changed after an organization has ended, and nobody vouched who was no member."""
    for organization in Organization.objects.exclude(dissolved_on=None):
        ends = organization.dissolved_on
        assert not organization.deeds.filter(on__gt=ends).exists()
        assert not organization.elections.filter(held_on__gte=ends).exists()
        assert not organization.kinds.filter(valid_from__gte=ends).exists()
    for member in Member.objects.exclude(first_voucher=None).exclude(probationary_on=None):
        for voucher in (member.first_voucher, member.second_voucher):
            assert Member.objects.full_on(member.probationary_on).filter(pk=voucher.pk).exists()


def check_history():
    """Of every row the latest entry of its history says what the row says."""
    for label in ("orgs", "members"):
        for model in apps.get_app_config(label).get_models():
            if not hasattr(model, "history") or model._meta.proxy:
                continue
            names = [field.attname for field in model.history.model.tracked_fields]
            rows = {row.pk: row for row in model._default_manager.all()}
            entries = {}
            for entry in model.history.order_by("history_id"):
                entries[entry.id] = entry
            for key, row in rows.items():
                for name in names:
                    assert getattr(entries[key], name) == getattr(row, name), (model, key, name)


def counted_in(register, member, day):
    """The organization in which `member` counts on `day`, or None."""
    if register.stage_of(member, day) not in ("full", "probationary"):
        return None
    key = register.organization_of(member, day)
    organization = next((one for one in register.organizations if one.pk == key), None)
    return key if organization and register.kind_in_force(organization, day) in COUNTED_KINDS else None


def check_each_once(register, day):
    """How many members count on `day`, each in one organization: relations are looked at one by one."""
    seen = set()
    for relation in register.memberships:
        if holds(relation, day):
            assert relation.member_id not in seen, "somebody belongs to two organizations"
            seen.add(relation.member_id)
    return sum(counted_in(register, member, day) is not None for member in register.members)


def check_flows(register, counted, first, last):
    """Opening + entered - left = closing, each flow found on the day on which it happened."""
    days = sorted(
        {
            day
            for row in [*register.memberships, *register.kinds]
            for day in (row.valid_from, row.valid_to)
            if day is not None and first < day <= last
        }
        | {
            day
            for member in register.members
            for day in (member.probationary_on, member.full_on, member.ended_on)
            if day is not None and first < day <= last
        }
    )
    entered = left = 0
    for day in days:
        eve = day - timedelta(days=1)
        for member in register.members:
            before, after = counted_in(register, member, eve), counted_in(register, member, day)
            entered += before is None and after is not None
            left += before is not None and after is None
    opening, closing = counted[first]["members"]["total"], counted[last]["members"]["total"]
    assert opening + entered - left == closing

    counts = [one for one in register.organizations if not register.is_community_general_branch(one)]
    formed = sum(first < one.established_on <= last for one in counts)
    dissolved = sum(one.dissolved_on is not None and first < one.dissolved_on <= last for one in counts)
    opening, closing = (counted[day]["organizations"]["total"] for day in (first, last))
    assert opening + formed - dissolved == closing

    firms = [one for one in register.enterprises if one.ownership in ("private", "hmt", "foreign")]
    registered = sum(first < one.registered_on <= last for one in firms)
    closed = sum(one.closed_on is not None and first < one.closed_on <= last for one in firms)
    opening, closing = (counted[day]["enterprises"]["operating"] for day in (first, last))
    assert opening + registered - closed == closing
