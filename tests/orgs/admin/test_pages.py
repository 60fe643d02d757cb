"""Every page of the ground floor's admin opens, and asks the database a constant number of questions."""

from datetime import date

import pytest
from django.urls import reverse

from orgs.models import Kind
from tests.factories.admin import filled_in
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

LISTS = [
    "orgs_area", "orgs_enterprise", "orgs_organization", "orgs_communitygeneralbranch", "orgs_instructor",
    "orgs_designation", "orgs_practice", "orgs_policynumber", "members_member",
]  # fmt: skip


def populate():
    area = AreaFactory(code="330304001")
    enterprise = EnterpriseFactory(area=area, above_scale_from=date(2007, 1, 1))
    organization = OrganizationFactory(area=area, covers=[enterprise])
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=area)
    MemberFactory(organization=organization, employer=enterprise)
    InstructorFactory(enterprise=enterprise)
    DesignationFactory(enterprise=enterprise)
    PracticeFactory(enterprise=enterprise)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_many_questions_for_three_rows_as_for_one(
    admin_client, name, django_assert_max_num_queries, django_assert_num_queries
):
    populate()
    address = reverse(f"admin:{name}_changelist")
    admin_client.get(address)  # content types are read once and remembered
    with django_assert_max_num_queries(9) as first:
        assert admin_client.get(address).status_code == 200
    populate()
    populate()
    with django_assert_num_queries(len(first)):
        assert admin_client.get(address).status_code == 200


@pytest.mark.parametrize("key", ["abc", "²", "9" * 30])
@pytest.mark.parametrize(
    "page",
    [
        "orgs/organization/{}/change/", "orgs/organization/{}/history/", "orgs/organization/{}/dissolve/",
        "orgs/enterprise/{}/close/", "members/member/{}/end/", "members/member/{}/history/", "orgs/area/{}/history/",
    ],
)  # fmt: skip
def test_an_address_with_a_key_that_is_none_is_not_found(admin_client, page, key):
    assert admin_client.get(f"/admin/{page}".format(key)).status_code == 404


@pytest.mark.parametrize("key", ["abc", "²", "9" * 30])
def test_a_choice_that_is_none_is_refused_at_its_field(admin_client, key):
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    address = reverse("admin:orgs_organization_change", args=[organization.pk])
    data = filled_in(admin_client.get(address)) | {"superior": key, "coverage-0-enterprise": key}
    page = admin_client.post(address, data)
    row = page.context["inline_admin_formsets"][2].formset.forms[0]
    assert list(page.context["adminform"].form.errors) == ["superior"]
    assert list(row.errors) == ["enterprise"]


@pytest.mark.parametrize("key", ["abc", "²", "9" * 30])
def test_a_successor_that_is_none_is_refused_at_its_field(admin_client, key):
    address = reverse("admin:orgs_organization_dissolve", args=[OrganizationFactory().pk])
    page = admin_client.post(
        address, {"on": "2008-06-30", "document": "5号", "reason": "企业搬迁", "successor": key}
    )
    assert list(page.context["form"].errors) == ["successor"]


@pytest.mark.parametrize("name", LISTS)
def test_the_add_form_opens(admin_client, name):
    assert admin_client.get(reverse(f"admin:{name}_add")).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_the_change_form_and_the_history_open(admin_client, name):
    populate()
    page = admin_client.get(reverse(f"admin:{name}_changelist"))
    row = page.context["cl"].result_list[0]
    assert admin_client.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200
    assert admin_client.get(reverse(f"admin:{name}_history", args=[row.pk])).status_code == 200


def test_a_record_with_three_rows_of_each_period_asks_no_more_than_with_one(
    admin_client, django_assert_max_num_queries, django_assert_num_queries
):
    first, more = EnterpriseFactory.create_batch(2)
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[first])
    address = reverse("admin:orgs_organization_change", args=[organization.pk])
    admin_client.get(address)
    with django_assert_max_num_queries(14) as asked:
        admin_client.get(address)
    for enterprise in [more, *EnterpriseFactory.create_batch(3)]:
        organization.coverage.create(enterprise=enterprise, valid_from=date(2001, 1, 1))
    with django_assert_num_queries(len(asked)):
        admin_client.get(address)


@pytest.mark.parametrize("name", ["orgs_enterprise", "orgs_organization", "orgs_communitygeneralbranch"])
@pytest.mark.parametrize(
    ("name_en", "language", "shown"),
    [("Jingshan", "en", "Jingshan"), ("", "en", "景山街道"), ("Jingshan", "zh-hans", "景山街道")],
)
def test_the_column_of_areas_speaks_the_language_of_the_reader(admin_client, name, name_en, language, shown):
    area = AreaFactory(name="景山街道", name_en=name_en)
    EnterpriseFactory(area=area)
    OrganizationFactory(area=area)
    OrganizationFactory(area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    address = reverse(f"admin:{name}_changelist")
    page = admin_client.get(address, headers={"Accept-Language": language})
    (row,) = page.context["cl"].result_list
    assert row.area_name == shown
