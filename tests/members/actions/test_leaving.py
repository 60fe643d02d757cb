"""A membership ends, and is restored."""

from datetime import date, timedelta

import pytest

from members.actions.leaving import (
    AlreadyEnded,
    Died,
    EndsBeforeItsSteps,
    NotEnded,
    RestoredBeforeItEnded,
    end_membership,
    restore,
)
from members.actions.member import change_member
from members.actions.posts import PostWithoutRelation
from members.actions.relations import HasOpenTransfer, NotInForce, RelationIsSettled
from members.models import EndReason, Member, Stage, Standing, StandingKind
from orgs.actions.endings import OutlastsItsOwner
from tests.factories.accounts import UserFactory
from tests.factories.members import (
    MemberFactory,
    MembershipFactory,
    PostFactory,
    StandingFactory,
    TransferFactory,
)
from tests.factories.orgs import OrganizationFactory
from tests.members.actions.refusing import refused

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
BACK = date(2009, 6, 30)


def periods(rows):
    return [(row.valid_from, row.valid_to) for row in rows.order_by("valid_from")]


def ended(**given):
    """A member of 2000 whose membership ended on DAY."""
    member = MemberFactory(organization=OrganizationFactory())
    return end_membership(member=member, on=DAY, **{"reason": EndReason.LAPSED, "by": None} | given)


def test_posts_and_standings_end_with_the_membership_and_the_document_is_kept():
    user, organization = UserFactory(), OrganizationFactory()
    holds = {"member": MemberFactory(organization=organization), "organization": organization}
    before = PostFactory(**holds, valid_to=date(2005, 1, 1))
    post = PostFactory(**holds, valid_from=date(2005, 1, 1))
    standing = StandingFactory(member=post.member)
    end_membership(member=post.member, on=DAY, reason=EndReason.LAPSED, document="党字8号", by=user)

    assert periods(post.member.posts) == [(before.valid_from, date(2005, 1, 1)), (date(2005, 1, 1), DAY)]
    assert before.history.count() == 1
    assert periods(post.member.standings) == [(standing.valid_from, DAY)]
    for row in (post, standing):
        assert row.history.latest().history_user == user
    deed = post.member.deeds.get()
    assert (deed.what, deed.on, deed.document) == ("left", DAY, "党字8号")
    assert Member.objects.get(pk=post.member.pk).ended_reason == "lapsed"


def test_a_membership_does_not_end_before_a_step_a_post_or_a_standing_that_comes_later():
    member = MemberFactory(full_on=date(2008, 7, 1))
    refused(EndsBeforeItsSteps, end_membership, member=member, on=DAY, reason=EndReason.REMOVED)
    post = PostFactory(valid_from=DAY)
    refused(PostWithoutRelation, end_membership, member=post.member, on=DAY, reason=EndReason.REMOVED)
    standing = StandingFactory(valid_from=DAY)
    refused(OutlastsItsOwner, end_membership, member=standing.member, on=DAY, reason=EndReason.REMOVED)


def test_an_open_transfer_is_closed_before_the_membership_ends():
    transfer = TransferFactory()
    given = {"action": end_membership, "member": transfer.member, "on": DAY}
    refused(HasOpenTransfer, reason=EndReason.RESIGNATION, **given)


@pytest.mark.parametrize("on", [DAY, date(2008, 5, 1)])
def test_a_death_cancels_the_open_transfer_even_one_asked_for_before_it_was_known(on):
    transfer = TransferFactory(requested_on=date(2008, 6, 1))
    end_membership(member=transfer.member, on=on, reason=EndReason.DEATH, by=None)
    transfer.refresh_from_db()
    assert transfer.cancelled_on == max(on, date(2008, 6, 1))
    assert transfer.history.count() == 2


def test_who_is_restored_was_no_member_in_between_and_is_one_again():
    user, organization = UserFactory(), OrganizationFactory()
    member = ended()
    first = member.memberships.get()
    restore(member=member, organization=organization, on=BACK, document="党字9号", by=user)

    member.refresh_from_db()
    assert (member.ended_on, member.ended_reason) == (None, "")
    assert periods(member.memberships) == [(first.valid_from, DAY), (BACK, None)]
    assert member.memberships.latest("valid_from").organization == organization
    standing = member.standings.get()
    assert (standing.kind, standing.valid_from, standing.valid_to) == ("no_member", DAY, BACK)
    day_before = timedelta(days=1)
    for day, is_member in ((DAY - day_before, True), (DAY, False), (BACK - day_before, False), (BACK, True)):
        assert Member.objects.full_on(day).exists() is is_member
        stage = Member.objects.with_stage_on(day).get().stage
        assert stage == (Stage.FULL if is_member else Stage.ENDED)
    deed = member.deeds.latest("on")
    assert (deed.what, deed.on, deed.document) == ("restored", BACK, "党字9号")
    assert {row.history.latest().history_user for row in (member, standing, deed)} == {user}


def test_a_probationary_member_is_restored_as_one():
    member = MemberFactory(
        full_on=None, probationary_on=date(2008, 1, 1), ended_on=DAY, ended_reason="removed"
    )
    restore(member=member, organization=OrganizationFactory(), on=BACK, document="1", by=None)
    assert not Member.objects.probationary_on(DAY).exists()
    assert Member.objects.probationary_on(BACK).exists()


def test_what_an_import_left_open_ends_on_the_old_day():
    member = MemberFactory(organization=OrganizationFactory(), ended_on=DAY, ended_reason="removed")
    PostFactory(member=member)
    StandingFactory(member=member, kind=StandingKind.STOPPED)
    restore(member=member, organization=OrganizationFactory(), on=BACK, document="1", by=None)
    assert [end for _start, end in periods(member.memberships)] == [DAY, None]
    assert [end for _start, end in periods(member.posts)] == [DAY]
    assert periods(member.standings.filter(kind="stopped"))[0][1] == DAY


def test_a_membership_ends_and_is_restored_again_and_again():
    member = ended()
    organization = OrganizationFactory()
    restore(member=member, organization=organization, on=BACK, document="1", by=None)
    end_membership(member=member, on=date(2010, 1, 1), reason=EndReason.REMOVED, by=None)
    restore(member=member, organization=organization, on=date(2011, 1, 1), document="2", by=None)
    assert periods(Standing.objects) == [(DAY, BACK), (date(2010, 1, 1), date(2011, 1, 1))]


def test_nobody_is_restored_who_is_a_member_died_or_before_the_end():
    given = {"action": restore, "organization": OrganizationFactory(), "document": "1"}
    refused(NotEnded, member=MemberFactory(), on=BACK, **given)
    refused(Died, member=ended(reason=EndReason.DEATH), on=BACK, **given)
    refused(RestoredBeforeItEnded, member=ended(), on=DAY, **given)
    restore(**{name: value for name, value in given.items() if name != "action"}, member=ended(),
            on=DAY + timedelta(days=1), by=None)  # fmt: skip


def test_nobody_is_restored_into_an_organization_that_is_dissolved():
    organization = OrganizationFactory(dissolved_on=BACK)
    refused(NotInForce, restore, member=ended(), organization=organization, on=BACK, document="1")


def test_a_relation_after_the_end_is_corrected_before_the_member_is_restored():
    member = ended()
    MembershipFactory(member=member, valid_from=date(2009, 1, 1))
    organization = OrganizationFactory()
    told = refused(
        RelationIsSettled, restore, member=member, organization=organization, on=BACK, document="1"
    )
    assert "2009-01-01" in told


def test_an_end_that_is_corrected_to_an_earlier_day_takes_standings_along():
    member = StandingFactory().member
    for day in (DAY, date(2008, 1, 1)):
        changed = Member.objects.get(pk=member.pk)
        changed.ended_on = day
        change_member(member=changed, by=None)
        assert periods(member.standings)[0][1] == day


def test_a_membership_that_ended_twice_ended_the_first_time():
    refused(AlreadyEnded, end_membership, member=ended(), on=BACK, reason=EndReason.DEATH)
