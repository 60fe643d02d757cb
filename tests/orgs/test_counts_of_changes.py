"""The list of the admin and a record's own page count the changes of a record alike."""

import pytest

from orgs.models import Organization
from orgs.records import PERIODS_OF_ORGANIZATIONS
from orgs.versions import version_of, versions_of
from tests.factories.orgs import CoverageFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


def test_many_versions_are_the_version_of_each():
    given_up, taken, untouched = OrganizationFactory.create_batch(3)
    coverage = CoverageFactory(organization=given_up)
    coverage.save()
    coverage.organization = taken
    coverage.save()
    coverage.save()
    records = [given_up, taken, untouched]

    versions = versions_of(Organization, [record.pk for record in records], PERIODS_OF_ORGANIZATIONS)
    assert versions == {record.pk: version_of(record, PERIODS_OF_ORGANIZATIONS) for record in records}
    # Its own row and its kind's; the coverage was entered, changed and given up; taken and changed.
    assert list(versions.values()) == [5, 4, 2]
