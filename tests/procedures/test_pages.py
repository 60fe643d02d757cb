"""The page of a procedure: it shows what it would do, and does exactly that."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from members.models import Membership
from orgs.models import Coverage, Organization
from tests.factories.admin import filled_in
from tests.factories.members import MembershipFactory
from tests.factories.orgs import CoverageFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.procedures import page_of, perform, preview

pytestmark = pytest.mark.django_db
DAY = {"on": "2008-06-30", "document": "温组〔2008〕5号", "reason": "合并"}


def moved(outcome):
    """The figures that move, by day: {day: {code: (before, after)}}."""
    return {day.day: {one.code: (one.before, one.after) for one in day.moved} for day in outcome.figures}


def test_a_preview_shows_figures_and_rows_and_writes_nothing(admin_client):
    coverage = CoverageFactory()
    answer = preview(admin_client, coverage.organization, "dissolve", **DAY)
    outcome = answer.context["outcome"]

    by_day = moved(outcome)
    assert date(2008, 6, 29) not in by_day
    assert by_day[date(2008, 6, 30)]["organizations.total"] == (1, 0)
    assert by_day[date(2008, 6, 30)]["enterprises.all.standalone"] == (1, 0)
    assert by_day[timezone.localdate()]["enterprises.all.none"] == (0, 1)
    assert outcome.corrects
    assert "This corrects figures of days that are past" in answer.content.decode()
    rows = {part.table: part for part in outcome.rows}
    assert rows["orgs_organization"].shown[0].name == str(coverage.organization)
    assert coverage.enterprise.name in rows["orgs_coverage"].shown[0].name
    assert Organization.objects.get().dissolved_on is None
    assert Organization.history.count() == 1


def test_a_day_to_come_corrects_nothing(admin_client):
    coverage = CoverageFactory()
    day = timezone.localdate() + timedelta(days=30)
    outcome = preview(admin_client, coverage.organization, "dissolve", **DAY | {"on": day}).context["outcome"]
    assert set(moved(outcome)) == {day}
    assert not outcome.corrects


def test_other_inputs_than_those_that_were_looked_at_are_looked_at_first(admin_client):
    organization = OrganizationFactory()
    seen = preview(admin_client, organization, "dissolve", **DAY)
    confirmed = {"confirm": seen.context["outcome"].digest}
    other = admin_client.post(
        page_of(organization, "dissolve"), filled_in(seen) | confirmed | {"on": "2009-01-01"}
    )
    assert "something else than you confirmed" in other.content.decode()
    assert Organization.objects.get().dissolved_on is None


def test_what_would_come_out_otherwise_than_it_was_shown_is_not_done(admin_client):
    organization = OrganizationFactory(kind="joint_branch", covers=[EnterpriseFactory()])
    seen = preview(admin_client, organization, "dissolve", **DAY)
    # Of another table than the page's version counts: the enterprise's figure is no longer the one shown.
    Coverage.objects.filter(organization=organization).update(valid_to=date(2007, 1, 1))
    answer = admin_client.post(
        page_of(organization, "dissolve"),
        filled_in(seen) | {"confirm": seen.context["outcome"].digest},
    )
    assert answer.status_code == 200
    assert Organization.objects.get().dissolved_on is None


def test_a_refusal_is_shown_at_its_input_and_keeps_what_was_typed(admin_client):
    relation = MembershipFactory()
    answer = perform(admin_client, relation.organization, "dissolve", **DAY)
    assert list(answer.context["form"].errors) == ["on"]
    assert 'value="合并"' in answer.content.decode()
    assert answer.context["outcome"] is None
    assert Membership.objects.get().valid_to is None


@pytest.mark.parametrize("number", [1, 3])
def test_a_preview_costs_the_same_statements_whatever_it_changes(
    admin_client, django_assert_max_num_queries, number
):
    organization = OrganizationFactory(kind="joint_branch", covers=EnterpriseFactory.create_batch(number))
    address = page_of(organization, "dissolve")
    data = filled_in(admin_client.get(address)) | DAY
    with django_assert_max_num_queries(136):
        admin_client.post(address, data)
