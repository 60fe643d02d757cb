"""The page of a record with its buttons, and the page of each procedure, cost the same however much there is."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, ApplicationMember, ApplicationNeighbour, State
from members.models import PostRole
from orgs.models import Kind, Organization
from tests.factories.applications import application_in
from tests.factories.members import (
    ElectionFactory,
    MemberDeedFactory,
    MemberFactory,
    PostFactory,
    StandingFactory,
    TransferFactory,
)
from tests.factories.orgs import (
    CoverageFactory,
    DesignationFactory,
    EnterpriseDeedFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationDeedFactory,
    PracticeFactory,
)
from tests.procedures.possible import EACH

# The same statements go to every database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def grow(record, table, year):
    """One row more of all that belongs to `record`; what has days has them in `year`."""
    first, last = date(year, 1, 1), date(year, 6, 1)
    match table:
        case "members_member":
            MemberDeedFactory(member=record, on=first)
            StandingFactory(member=record, valid_from=first, valid_to=last)
            TransferFactory(member=record, requested_on=first, cancelled_on=last)
        case "orgs_organization" | "orgs_communitygeneralbranch":
            organization = Organization.objects.get(pk=record.pk)
            OrganizationDeedFactory(organization=organization, on=first)
            ElectionFactory(organization=organization, held_on=first)
            PostFactory(
                organization=organization, role=PostRole.COMMISSIONER,
                member=MemberFactory(organization=organization),
            )  # fmt: skip
            if organization.kinds.get().kind != Kind.BRANCH:
                CoverageFactory(organization=organization, enterprise=EnterpriseFactory())
            TransferFactory(origin=organization, requested_on=first, cancelled_on=last)
        case "applications_application":
            ApplicationMember.objects.create(application=record, name="某某", stage="full")
            ApplicationNeighbour.objects.create(application=record, name="邻居")
            MemberFactory(employer=record.enterprise)
            EnterpriseFactory(area=record.area)
            earlier = application_in(State.WITHDRAWN, area=record.area, on=first)
            Application.objects.filter(pk=earlier.pk).update(uscc=record.uscc)
        case "orgs_enterprise":
            EnterpriseDeedFactory(enterprise=record, on=first)
            InstructorFactory(enterprise=record)
            DesignationFactory(enterprise=record, valid_from=first, valid_to=last)
            PracticeFactory(enterprise=record)
            MemberFactory(employer=record)
            CoverageFactory(enterprise=record, valid_from=first, valid_to=last)


@pytest.mark.parametrize(("table", "name"), EACH)
def test_a_page_costs_the_same_with_one_and_three_rows_of_everything(client, place, organizer, table, name):
    client.force_login(organizer)
    case = place.case(table, name)
    addresses = [reverse(f"admin:{table}_change", args=[case.record.pk]), case.page]

    def statements():
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    grow(case.record, table, 2001)
    statements()
    one = statements()
    for year in (2002, 2003):
        place.case(table, name)
        grow(case.record, table, year)
    assert statements() == one
