"""What is counted is never deleted; what is not, unless others point to it."""

import pytest
from django.urls import reverse

from orgs.models import Area, PolicyNumber
from tests.factories.admin import filled_in, send
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
)

pytestmark = pytest.mark.django_db
COUNTED = {
    "orgs_enterprise": EnterpriseFactory,
    "orgs_organization": OrganizationFactory,
    "orgs_instructor": InstructorFactory,
    "orgs_designation": DesignationFactory,
    "members_member": MemberFactory,
}


@pytest.mark.parametrize("name", COUNTED)
def test_what_is_counted_is_not_deleted(admin_client, name):
    row = COUNTED[name]()
    assert (
        admin_client.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    )
    action = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    admin_client.post(reverse(f"admin:{name}_changelist"), action)
    assert type(row).objects.filter(pk=row.pk).exists()
    assert (
        "deletelink" not in admin_client.get(reverse(f"admin:{name}_change", args=[row.pk])).content.decode()
    )


@pytest.mark.parametrize("prefix", ["kinds", "areas", "coverage"])
def test_a_period_is_not_deleted_even_by_a_forged_form(admin_client, prefix):
    organization = OrganizationFactory(area=AreaFactory(), covers=[EnterpriseFactory()])
    address = reverse("admin:orgs_organization_change", args=[organization.pk])
    admin_client.post(address, filled_in(admin_client.get(address)) | {f"{prefix}-0-DELETE": "on"})
    assert getattr(organization, prefix).count() == 1


def test_an_area_to_which_something_points_is_not_deleted(admin_client):
    area = AreaFactory()
    EnterpriseFactory(area=area)
    page = admin_client.post(reverse("admin:orgs_area_delete", args=[area.pk]), {"post": "yes"})
    assert page.context["protected"]
    assert Area.objects.filter(pk=area.pk).exists()


def test_what_nothing_points_to_is_deleted(admin_client):
    rows = {
        "area": AreaFactory(),
        "practice": PracticeFactory(),
        "policynumber": PolicyNumber.objects.first(),
    }
    for name, row in rows.items():
        send(admin_client, reverse(f"admin:orgs_{name}_delete", args=[row.pk]))
        assert not type(row).objects.filter(pk=row.pk).exists()


def test_a_new_area_takes_its_place_in_the_tree(admin_client):
    district = AreaFactory(code="330304")
    community = AreaFactory(code="330304001001")
    Area.objects.rebuild_tree()
    admin_client.post(
        "/admin/orgs/area/add/", {"code": "330304001", "name": "景山", "name_en": "", "level": "subdistrict"}
    )
    community.refresh_from_db()
    assert community.parent.code == "330304001"
    assert community.parent.parent == district
