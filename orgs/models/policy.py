"""Numbers of policy: thresholds, terms and deadlines, each with its days and its source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.periods import Period, PeriodQuerySet
from record.history import History


class Policy(models.TextChoices):
    """What a number of policy settles."""

    OWN_ORGANIZATION_FULL_MEMBERS = (
        "own_organization_full_members",
        _("full members from which an enterprise forms alone"),
    )
    INSTRUCTOR_FULL_MEMBERS = "instructor_full_members", _("full members at which an instructor is sent")
    JOINT_FULL_MEMBERS = "joint_full_members", _("full members at which an enterprise forms jointly")
    JOINT_BRANCH_UNITS = "joint_branch_units", _("units that a joint branch has at most")
    JOINT_BRANCH_LEAST_UNITS = "joint_branch_least_units", _("units that a joint branch has at least")
    BRANCH_MEMBERS = "branch_members", _("members that a branch has at most")
    COMMITTEE_MEMBERS = "committee_members", _("members from which a committee is suitable")
    BRANCH_COMMITTEE_LEAST = "branch_committee_least", _("members that a branch's committee has at least")
    BRANCH_COMMITTEE_USUAL = (
        "branch_committee_usual",
        _("members that a branch's committee generally has at most"),
    )
    BRANCH_COMMITTEE_MOST = "branch_committee_most", _("members that a branch's committee has at most")
    ELECTION_SHIFT_YEARS = "election_shift_years", _("years by which an election may be early or late")
    ADMISSION_APPROVAL_MOST_MONTHS = (
        "admission_approval_most_months",
        _("months to approve an admission at most"),
    )
    BRANCH_COMMITTEE_FULL_MEMBERS = (
        "branch_committee_full_members",
        _("full members from which a branch has a committee"),
    )
    COMMITTEE_TERM_YEARS = "committee_term_years", _("years of a committee's term")
    BRANCH_TERM_YEARS = "branch_term_years", _("years of a branch's or general branch's term")
    COMMUNITY_TERM_YEARS = "community_term_years", _("years of a term in villages and communities")
    TERM_NOTICE_MONTHS = "term_notice_months", _("months before the end of a term to prepare the election")
    SECRETARIES = "secretaries", _("secretaries that an organization has")
    FEW_MEMBERS_MONTHS = (
        "few_members_months",
        _("months with too few full members after which an organization is adjusted"),
    )
    DECISION_MONTHS = "decision_months", _("months to decide an application")
    PROBATION_YEARS = "probation_years", _("years of probation")
    PROBATION_NOTICE_MONTHS = (
        "probation_notice_months",
        _("months before the end of a probation to prepare the decision"),
    )
    TALK_MONTHS = "talk_months", _("months to talk with an applicant")
    ACTIVIST_YEARS = "activist_years", _("years that an activist is trained at least")
    ADMISSION_APPROVAL_MONTHS = "admission_approval_months", _("months to approve an admission")
    TRANSFER_LETTER_MONTHS = "transfer_letter_months", _("months that a transfer letter is valid")
    AWAY_MONTHS = "away_months", _("months away from which a member transfers")
    LOST_CONTACT_MONTHS = "lost_contact_months", _("months of lost contact until membership stops")
    LOST_CONTACT_REMOVAL_YEARS = "lost_contact_removal_years", _("years of stopped membership until removal")
    ABOVE_SCALE_REVENUE = (
        "above_scale_revenue",
        _("yearly revenue in yuan from which industry is above scale"),
    )


class PolicyQuerySet(PeriodQuerySet["PolicyNumber"]):
    """Questions about numbers of policy."""

    def value_on(self, policy: Policy, day: date) -> Decimal | None:
        """The number that `policy` has on `day`; None while the rule does not exist."""
        return self.on(day).filter(policy=policy).values_list("value", flat=True).first()

    def number_on(self, policy: Policy, day: date) -> PolicyNumber | None:
        """The number with its source, as `value_on`."""
        return self.on(day).filter(policy=policy).first()

    def whole_on(self, policy: Policy, day: date) -> int | None:
        """The number that `policy` has on `day`, of something that is counted; None while there is no rule."""
        value = self.value_on(policy, day)
        return None if value is None else int(value)


class PolicyNumber(Period):
    """The value that a number of policy has for a period, and the document that says so."""

    overlap_key = ("policy",)

    policy = models.CharField(_("policy"), max_length=40, choices=Policy)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)
    source = models.CharField(_("source"), max_length=300)

    history = History()
    objects = PolicyQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base's

    class Meta(Period.Meta):
        verbose_name = _("number of policy")
        verbose_name_plural = _("numbers of policy")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(policy__in=Policy.values), name="policynumber_is_known"),
            models.CheckConstraint(condition=~Q(source=""), name="policynumber_cites_its_source"),
        ]

    def __str__(self) -> str:
        return gettext("%(policy)s: %(value)s") % {
            "policy": self.get_policy_display(),
            "value": f"{self.value.normalize():f}",
        }
