"""The applications of the sample: one in each state, and a queue that shows what a queue is for."""

from collections import Counter

import pytest

from applications.letters.approval import context, letter
from applications.models import Application, State
from members.models import Member
from orgs.models import Initiative, Organization
from sample.applying import Applicants
from sample.plan import LAST_DAY
from tests.sample.loaded import LoadedSample

# The sample is the same on every database; test_figures.py and test_load_sample.py load it into each.
pytestmark = pytest.mark.sqlite


class TheApplicationsOfTheSample(LoadedSample):
    def test_there_is_one_in_each_state(self):
        states = Counter(Application.objects.values_list("state", flat=True))
        assert states.keys() == set(State.values)
        assert sum(states.values()) == 10

    def test_the_same_is_said_each_time(self):
        said = []
        for _number in range(2):
            draft = Applicants().draft(LAST_DAY)
            members = [(member.name, member.since) for member in draft.members.order_by("pk")]
            said.append((draft.uscc, draft.contact_name, members))
        first, again = said
        assert first == again

    def test_the_queue_has_some_of_each_and_an_overdue_one(self):
        waiting = Application.objects.filter(state__in=(State.SUBMITTED, State.IN_REVIEW))
        assert waiting.filter(assigned_to=None).count() == 2
        assert set(waiting.exclude(assigned_to=None).values_list("assigned_to__username", flat=True)) == {
            "reviewer"
        }
        assert Application.objects.overdue_on(LAST_DAY).count() == 1
        assert waiting.values("area").distinct().count() > 1

    def test_each_is_told_by_events_and_nothing_after_the_last_day(self):
        for application in Application.objects.prefetch_related("events", "members"):
            events = sorted(application.events.all(), key=lambda event: event.number)
            assert [event.number for event in events] == list(range(1, application.moves + 1))
            assert (events[-1].to_state if events else State.DRAFT) == application.state
            assert application.begun_on <= LAST_DAY
            assert (application.decided_on or LAST_DAY) <= LAST_DAY
            assert application.members.filter(is_secretary=True).count() == 1
            enough = len(application.members.all()) >= 3
            assert enough is (application.state != State.REJECTED)

    def test_the_founded_one_is_of_an_organization_of_the_story_and_others_are_not_covered(self):
        founded = Application.objects.get(state=State.FOUNDED)
        organization = founded.organization
        assert organization.initiated_by == Initiative.ENTERPRISE
        assert founded.approval_number == organization.approval_number
        assert founded.submitted_on < founded.decided_on < organization.established_on
        assert context(founded)["organization_name"] == organization.name
        in_force = Organization.objects.in_force_on(LAST_DAY).without_community_general_branches()
        for other in Application.objects.exclude(pk=founded.pk):
            assert not other.enterprise.coverage.on(LAST_DAY).filter(organization__in=in_force).exists()

    def test_some_persons_are_members_of_the_register_and_names_are_made_up(self):
        known = set(Member.objects.values_list("employer", "name"))
        named = {
            (application.enterprise_id, member.name)
            for application in Application.objects.all()
            for member in application.members.all()
        }
        assert 0 < len(named & known) < len(named)
        for application in Application.objects.all():
            assert application.enterprise_name.startswith("温州拟")
            assert application.contact_mail.reveal().endswith("@example.com")

    def test_what_is_approved_has_its_letter(self):
        approved = Application.objects.get(state=State.APPROVED)
        assert approved.approval_number.endswith("〔2026〕1号")
        assert letter(approved)
