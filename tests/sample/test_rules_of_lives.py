"""The sample register breaks no rule about transfers, steps, standings and deeds."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from django.db.models import Exists, F, OuterRef, Q

from members.actions.transfers import issue_letter
from members.deadlines import APART, deadlines_of, end_of, unusual_days
from members.models import (
    STEP_DAYS,
    Election,
    Member,
    MemberAct,
    MemberDeed,
    Membership,
    Standing,
    StandingKind,
    Transfer,
    TransferState,
)
from orgs.calendar import years_completed
from orgs.models import (
    Enterprise,
    EnterpriseAct,
    EnterpriseArea,
    EnterpriseDeed,
    Organization,
    OrganizationAct,
    OrganizationArea,
    OrganizationDeed,
    OrganizationKind,
    Policy,
    PolicyNumber,
    Series,
)
from sample import REPORT_DAY
from sample.plan import LAST_DAY
from tests.sample.loaded import LoadedSample, periods_in

# The sample is the same on every database; test_figures.py and test_load_sample.py load it into each.
pytestmark = pytest.mark.sqlite


class TheLivesInTheSample(LoadedSample):
    def test_there_are_transfers_of_each_state(self):
        states = Counter(Transfer.objects.with_state_on(LAST_DAY).values_list("state", flat=True))
        assert all(states[state] >= 2 for state in TransferState)
        received = Transfer.objects.exclude(received_on=None)
        assert received.filter(origin=None).count() == 4
        assert received.filter(destination=None).count() == 3
        assert received.exclude(origin=None).exclude(destination=None).count() > 30
        later = Transfer.objects.with_state_on(date(2026, 11, 25)).values_list("state", flat=True)
        assert {TransferState.REQUESTED, TransferState.ISSUED, TransferState.OVERDUE} < set(later)

    def test_the_relation_changes_on_the_day_on_which_a_transfer_is_received_and_on_no_other(self):
        for transfer in Transfer.objects.all():
            relations = Membership.objects.filter(member=transfer.member_id).order_by("valid_from")
            day = transfer.received_on
            if transfer.origin_id is not None:
                until = relations.get(organization=transfer.origin_id, valid_from__lt=transfer.requested_on)
                assert until.valid_to == day
            if day is not None and transfer.destination_id is not None:
                assert relations.get(valid_from=day).organization_id == transfer.destination_id
            days = [
                transfer.requested_on, transfer.letter_on,
                transfer.received_on or transfer.returned_on or transfer.cancelled_on,
            ]  # fmt: skip
            known = [one for one in days if one is not None]
            assert known == sorted(known)

    def test_letters_are_numbered_without_a_gap_and_the_next_one_goes_on(self):
        months = PolicyNumber.objects.get(policy=Policy.TRANSFER_LETTER_MONTHS)
        letters = defaultdict(list)
        for transfer in (
            Transfer.objects.exclude(origin=None).exclude(letter_on=None).order_by("letter_number")
        ):
            assert transfer.letter_on >= months.valid_from
            letters[transfer.letter_on.year].append(transfer)
        assert {row.name: row.last for row in Series.objects.filter(name__startswith="transfer-letter-")} == {
            f"transfer-letter-{year}": len(of_year) for year, of_year in letters.items()
        }
        for year, of_year in letters.items():
            assert [one.letter_number for one in of_year] == [
                f"{year}-{number:04d}" for number in range(1, len(of_year) + 1)
            ]
            days = [one.letter_on for one in of_year]
            assert days == sorted(days)
        requested = Transfer.objects.with_state_on(LAST_DAY).filter(state=TransferState.REQUESTED).first()
        issued = issue_letter(transfer=requested, on=LAST_DAY, by=None)
        assert issued.letter_number == f"{LAST_DAY.year}-{len(letters[LAST_DAY.year]) + 1:04d}"

    def test_the_steps_on_record_keep_to_the_rules(self):
        with_steps = Member.objects.filter(Q(talked_on__isnull=False) | Q(approved_on__isnull=False))
        assert with_steps.filter(full_on=None, probationary_on=None).count() > 50
        assert with_steps.filter(full_on=None, probationary_on__isnull=False).count() > 30
        for member in with_steps:
            days = [day for name in STEP_DAYS if (day := getattr(member, name)) is not None]
            assert days == sorted(days)
            assert [text for name in STEP_DAYS for text in unusual_days(member, name)] == []
            member.clean()

    def test_vouchers_are_two_full_members_of_the_organization_that_admits(self):
        relations = periods_in(Membership.objects.all(), key=["member", "organization"])
        vouched = Member.objects.exclude(first_voucher=None).select_related("first_voucher", "second_voucher")
        assert vouched.count() > 100
        for member in vouched:
            day = member.probationary_on
            organization = Membership.objects.get(member=member, valid_from=day).organization_id
            for voucher in (member.first_voucher, member.second_voucher):
                assert voucher.full_on <= day < (voucher.ended_on or date.max)
                assert any(first <= day < until for first, until in relations[voucher.pk, organization])

    def test_probation_was_extended_for_some_and_is_for_one_and_nothing_is_overdue_but_what_should_be(self):
        extended = Member.objects.exclude(probation_until=None)
        assert extended.filter(full_on=None).exists()
        for member in extended:
            assert years_completed(member.probationary_on, 1) < member.probation_until
            assert member.probation_until <= years_completed(member.probationary_on, 2)
            assert member.full_on in (None, member.probation_until)
            assert MemberDeed.objects.filter(member=member, what=MemberAct.EXTENDED).count() == 1
        applicants = Member.objects.filter(probationary_on=None, talked_on=None)
        overdue = [one for member in applicants for one in deadlines_of(member, LAST_DAY) if one.is_overdue]
        assert 0 < len(overdue) < 20

    def test_who_is_apart_is_a_member_and_a_membership_is_stopped_after_the_months_of_the_rule(self):
        open_kinds = set(Standing.objects.filter(valid_to=None).values_list("kind", flat=True))
        assert open_kinds == {StandingKind.AWAY, StandingKind.LOST_CONTACT, StandingKind.STOPPED}
        for standing in Standing.objects.exclude(kind=StandingKind.NO_MEMBER).select_related("member"):
            assert standing.member.full_on < standing.valid_from
            assert standing.member.ended_on is None
            if standing.kind == StandingKind.STOPPED:
                lost = standing.member.standings.get(valid_to=standing.valid_from)
                earliest, _rule = end_of(APART[StandingKind(lost.kind)], lost)
                assert earliest <= standing.valid_from

    def test_one_member_was_restored_and_was_none_meanwhile(self):
        meanwhile = Standing.objects.get(kind=StandingKind.NO_MEMBER)
        first, until, member = meanwhile.valid_from, meanwhile.valid_to, meanwhile.member_id
        eve = timedelta(days=1)
        for day, is_member in ((first - eve, True), (first, False), (until - eve, False), (until, True)):
            assert Member.objects.full_on(day).filter(pk=member).exists() is is_member
            assert Member.objects.in_relation_on(day).filter(pk=member).exists() is is_member
        acts = MemberDeed.objects.filter(member=member, on__in=(first, until)).order_by("on")
        assert list(acts.values_list("what", "on")) == [(MemberAct.LEFT, first), (MemberAct.RESTORED, until)]

    def test_deeds_of_members_are_of_the_days_of_their_steps(self):
        steps = dict(zip(("applied", "talked", "activist", "candidate", "admitted", "approved", "confirmed"),
                         STEP_DAYS, strict=True))  # fmt: skip
        for act, name in steps.items():
            deeds = MemberDeed.objects.filter(what=act)
            assert deeds.exists()
            assert not deeds.exclude(**{f"member__{name}": F("on")}).exists(), act

    def test_deeds_of_organizations_and_enterprises_tell_what_the_register_has(self):
        kinds = set(OrganizationKind.objects.values_list("organization", "valid_from"))
        areas = set(OrganizationArea.objects.values_list("organization", "valid_from"))
        places = set(EnterpriseArea.objects.values_list("enterprise", "valid_from"))
        founded = set(Organization.objects.values_list("pk", "established_on"))

        def of(model, owner, act):
            rows = list(model.objects.filter(what=act).values_list(owner, "on"))
            assert len(rows) == len(set(rows)) > 0, act
            return set(rows)

        ended = Organization.objects.exclude(dissolved_on=None).values_list("pk", "dissolved_on")
        assert of(OrganizationDeed, "organization", OrganizationAct.DISSOLVED) == set(ended)
        assert of(OrganizationDeed, "organization", OrganizationAct.KIND_CHANGED) == kinds - founded
        assert of(OrganizationDeed, "organization", OrganizationAct.AREA_CHANGED) == areas - founded
        closed = Enterprise.objects.exclude(closed_on=None).values_list("pk", "closed_on")
        assert of(EnterpriseDeed, "enterprise", EnterpriseAct.CLOSED) == set(closed)
        registered = set(Enterprise.objects.values_list("pk", "registered_on"))
        assert of(EnterpriseDeed, "enterprise", EnterpriseAct.MOVED) == places - registered
        incubated = Organization.objects.exclude(incubated_by=None)
        brought_about = OrganizationDeed.objects.filter(what=OrganizationAct.INCUBATED)
        assert set(brought_about.values_list("organization", "other", "on", "document")) == set(
            incubated.values_list("incubated_by", "pk", "established_on", "approval_number")
        )
        split_off = OrganizationDeed.objects.filter(what=OrganizationAct.SPLIT_OFF)
        assert split_off.filter(on__lt=REPORT_DAY).count() == 4
        assert split_off.filter(on__gt=REPORT_DAY).count() == 10
        gave_off = OrganizationDeed.objects.filter(
            organization=OuterRef("other"), other=OuterRef("organization"), on=OuterRef("on"),
            document=OuterRef("document"), what=OrganizationAct.GAVE_OFF,
        )  # fmt: skip
        assert not split_off.exclude(Exists(gave_off)).exists()

    def test_documents_are_marked_as_sample_and_orders_have_one(self):
        for model in (OrganizationDeed, EnterpriseDeed, Election):
            assert not model.objects.exclude(document__startswith="样").exists(), model
        ordered = MemberDeed.objects.filter(
            what__in=("candidate", "admitted", "approved", "extended", "confirmed", "stopped", "restored")
        )
        assert not ordered.exclude(document__startswith="样发").exists()
        assert (
            not Transfer.objects.exclude(received_on=None).exclude(receipt_number__startswith="样收").exists()
        )
