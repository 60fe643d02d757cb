"""The coverage figures once more, slow and obvious: all rows in Python, counted by plain loops.

Written from the contract's words alone, so that an error in `stats.figures` is not made twice.
"""

from datetime import date
from itertools import chain

from members.models import Member, Membership, Standing
from orgs.models import (
    AboveScale,
    Area,
    Coverage,
    Designation,
    Enterprise,
    EnterpriseArea,
    Instructor,
    Organization,
    OrganizationArea,
    OrganizationKind,
)


class Register:
    """Every row of the register, loaded once; `figures` answers for any day, area and scale."""

    def __init__(self):
        self.codes = dict(Area.objects.values_list("pk", "code"))
        self.enterprises = list(Enterprise.objects.all())
        self.organizations = list(Organization.objects.all())
        self.members = list(Member.objects.all())
        self.enterprise_areas = list(EnterpriseArea.objects.all())
        self.above_scale = list(AboveScale.objects.all())
        self.coverage = list(Coverage.objects.all())
        self.instructors = list(Instructor.objects.all())
        self.designations = list(Designation.objects.all())
        self.kinds = list(OrganizationKind.objects.all())
        self.organization_areas = list(OrganizationArea.objects.all())
        self.memberships = list(Membership.objects.all())
        self.between_end_and_restoration = list(Standing.objects.filter(kind="no_member"))

    def figures(self, day, code, scale):
        """The body of the endpoint, but for `area`; `code` is None for the whole register."""
        organizations = [one for one in self.organizations if self.lies_in(self.area_of(one, day), code)]
        counted = [one for one in organizations if self.kind_in_force(one, day) in FOUR_KINDS]
        by_kind = dict.fromkeys(FOUR_KINDS, 0)
        for one in counted:
            by_kind[self.kind_in_force(one, day)] += 1
        joint = by_kind["joint_branch"]
        standalone = len(counted) - joint

        this_year = last_year = 0
        for one in organizations:
            if self.is_community_general_branch(one):
                continue
            if one.established_on.year == day.year and one.established_on <= day:
                this_year += 1
            if one.established_on.year == day.year - 1:
                last_year += 1

        full = probationary = 0
        for member in self.members:
            organization = self.organization_of(member, day)
            if organization not in [one.pk for one in counted]:
                continue
            stage = self.stage_of(member, day)
            full += stage == "full"
            probationary += stage == "probationary"

        operating = [
            one
            for one in self.enterprises
            if is_operating(one, day) and self.lies_in(self.area_of_enterprise(one.pk, day), code)
        ]
        in_scale = [one for one in operating if scale == "all" or self.is_above_scale(one, day)]
        by_mode = {"standalone": 0, "joint": 0, "instructor": 0, "community": 0, "none": 0}
        for one in in_scale:
            by_mode[self.mode(one, day)] += 1
        organizational = by_mode["standalone"] + by_mode["joint"]
        work = organizational + by_mode["instructor"] + by_mode["community"]

        held = {"city": 0, "district": 0}
        for designation in self.designations:
            if holds(designation, day) and self.lies_in(
                self.area_of_enterprise(designation.enterprise_id, day), code
            ):
                held[designation.level] += 1

        return {
            "as_of": f"{day.year:04}-{day.month:02}-{day.day:02}",
            "scale": scale,
            "summary": f"{len(counted)} organizations, {standalone} standalone, {joint} joint",
            "organizations": {
                "total": len(counted),
                "standalone": standalone,
                "joint": joint,
                "by_kind": by_kind,
                "established_this_year": this_year,
                "established_last_year": last_year,
                "initiated_by_enterprise": len([1 for one in counted if one.initiated_by == "enterprise"]),
            },
            "community_general_branches": len(
                [1 for one in organizations if self.kind_in_force(one, day) == "community_general_branch"]
            ),
            "members": {"total": full + probationary, "full": full, "probationary": probationary},
            "enterprises": {"operating": len(operating), "in_scale": len(in_scale), "by_mode": by_mode},
            "coverage": {
                "organizational": share(organizational, len(in_scale)),
                "work": share(work, len(in_scale)),
            },
            "designations": {"vigorous_harmonious": held},
        }

    def counted(self, day):
        """Who and what is counted on the day, each with the code of the area where it lies (None: in none)."""
        organizations = {
            one.pk: self.area_of(one, day)
            for one in self.organizations
            if self.kind_in_force(one, day) in FOUR_KINDS
        }
        relations = {one.pk: self.organization_of(one, day) for one in self.members}
        return {
            "organizations": organizations,
            "members": {
                one.pk: organizations[relations[one.pk]]
                for one in self.members
                if relations[one.pk] in organizations and self.stage_of(one, day) in ("full", "probationary")
            },
            "enterprises": {
                one.pk: self.area_of_enterprise(one.pk, day)
                for one in self.enterprises
                if is_operating(one, day)
            },
        }

    def days_of_change(self):
        """Every day on which anything begins or ends."""
        rows = (
            self.organizations,
            self.kinds,
            self.organization_areas,
            self.members,
            self.memberships,
            self.between_end_and_restoration,
            self.enterprises,
            self.enterprise_areas,
        )
        values = (value for row in chain(*rows) for value in vars(row).values())
        return {value for value in values if isinstance(value, date)}

    def lies_in(self, own, code):
        """Whether an area of code `own` (None: no area) is the area of `code` or lies in it."""
        if code is None:
            return True
        return own is not None and own.startswith(code)

    def kind_in_force(self, organization, day):
        """The kind of the day; None for an organization that is not in force."""
        if day < organization.established_on:
            return None
        if organization.dissolved_on is not None and organization.dissolved_on <= day:
            return None
        for kind in self.kinds:
            if kind.organization_id == organization.pk and holds(kind, day):
                return kind.kind
        return None

    def is_community_general_branch(self, organization):
        """It stays one, and no other becomes one: any entry of its history tells."""
        return any(
            kind.organization_id == organization.pk and kind.kind == "community_general_branch"
            for kind in self.kinds
        )

    def area_of(self, organization, day):
        for period in self.organization_areas:
            if period.organization_id == organization.pk and holds(period, day):
                return self.codes.get(period.area_id)
        return None

    def area_of_enterprise(self, enterprise_id, day):
        for period in self.enterprise_areas:
            if period.enterprise_id == enterprise_id and holds(period, day):
                return self.codes.get(period.area_id)
        return None

    def organization_of(self, member, day):
        for period in self.memberships:
            if period.member_id == member.pk and holds(period, day):
                return period.organization_id
        return None

    def stage_of(self, member, day):
        gaps = [one for one in self.between_end_and_restoration if one.member_id == member.pk]
        if any(holds(gap, day) for gap in gaps) or (member.ended_on is not None and member.ended_on <= day):
            return "ended"
        if member.full_on is not None and member.full_on <= day:
            return "full"
        if member.probationary_on is not None and member.probationary_on <= day:
            return "probationary"
        return None

    def is_above_scale(self, enterprise, day):
        return any(
            period.enterprise_id == enterprise.pk and holds(period, day) for period in self.above_scale
        )

    def mode(self, enterprise, day):
        by_pk = {one.pk: one for one in self.organizations}
        kinds = set()
        for row in self.coverage:
            if row.enterprise_id == enterprise.pk and holds(row, day):
                kinds.add(self.kind_in_force(by_pk[row.organization_id], day))
        if kinds & {"committee", "general_branch", "branch"}:
            return "standalone"
        if "joint_branch" in kinds:
            return "joint"
        if any(row.enterprise_id == enterprise.pk and holds(row, day) for row in self.instructors):
            return "instructor"
        if "community_general_branch" in kinds:
            return "community"
        own = self.area_of_enterprise(enterprise.pk, day)
        for organization in self.organizations:
            if self.kind_in_force(organization, day) == "community_general_branch":
                its = self.area_of(organization, day)
                if its is not None and own is not None and own.startswith(its):
                    return "community"
        return "none"


FOUR_KINDS = ("committee", "general_branch", "branch", "joint_branch")


def is_operating(enterprise, day):
    """Non-public, registered and not closed."""
    return (
        enterprise.ownership in ("private", "hmt", "foreign")
        and enterprise.registered_on <= day
        and (enterprise.closed_on is None or day < enterprise.closed_on)
    )


def holds(period, day):
    """On day D means from <= D and (to is empty or D < to)."""
    return period.valid_from <= day and (period.valid_to is None or day < period.valid_to)


def share(numerator, denominator):
    rate = None if denominator == 0 else round(numerator / denominator, 4)
    return {"numerator": numerator, "denominator": denominator, "rate": rate}
