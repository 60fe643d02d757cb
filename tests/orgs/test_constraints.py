"""What is always true of a row of the ground floor, kept by the database; periods have a file of their own."""

from datetime import date

import pytest
from django.db import IntegrityError, models, transaction

from orgs.models import Area, Designation, Enterprise, Organization, OrganizationKind, PolicyNumber
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    OrganizationFactory,
)

pytestmark = pytest.mark.django_db

ITSELF = models.F("id")
DAY = date(2000, 1, 1)


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        (Area, "area_code_has_the_digits_of_its_level", {"level": "city"}),
        (Area, "area_code_has_the_digits_of_its_level", {"level": "village"}),
        (Designation, "designation_title_and_level_are_known", {"title": "best"}),
        (Designation, "designation_title_and_level_are_known", {"level": "province"}),
        (Enterprise, "enterprise_closes_after_it_is_registered", {"closed_on": DAY}),
        (Enterprise, "enterprise_ownership_is_known", {"ownership": ""}),
        (Organization, "organization_does_not_end_before_it_starts", {"dissolved_on": DAY}),
        (Organization, "organization_is_not_its_own_superior", {"superior": ITSELF}),
        (Organization, "organization_does_not_incubate_itself", {"incubated_by": ITSELF}),
        (
            Organization,
            "organization_does_not_succeed_itself",
            {"successor": ITSELF, "dissolved_on": date(2008, 1, 1)},
        ),
        (
            Organization,
            "organization_in_force_has_no_end_reason_or_successor",
            {"dissolution_reason": "撤并"},
        ),
        (Organization, "organization_initiative_is_known", {"initiated_by": "nobody"}),
        (OrganizationKind, "organizationkind_is_known", {"kind": "group"}),
        (PolicyNumber, "policynumber_is_known", {"policy": "luck"}),
        (PolicyNumber, "policynumber_cites_its_source", {"source": ""}),
    ],
)
def test_the_database_refuses(model, name, values):
    AreaFactory()
    DesignationFactory(enterprise=EnterpriseFactory(registered_on=DAY))
    OrganizationFactory(established_on=DAY)
    row = model.objects.filter(pk=model.objects.order_by("pk").first().pk)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.update(**values)
