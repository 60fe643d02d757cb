"""Entering and changing organizations in the admin."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from orgs.models import CommunityGeneralBranch, Initiative, Kind, Organization
from tests.factories.admin import filled_in, send, with_row
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/orgs/organization/add/"


def change_address(organization, model="organization"):
    return reverse(f"admin:orgs_{model}_change", args=[organization.pk])


def saved(response):
    assert response.status_code == 302, errors_of(response)
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors_of(response):
    found = {"": response.context["errors"]} if response.context["errors"] else {}
    found |= response.context["adminform"].form.errors
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= {f"{form.prefix}-{name}": text for name, text in form.errors.items()}
    return found


def test_one_page_establishes_an_organization_with_kind_area_and_coverage(admin_client, admin_user):
    area, enterprise = AreaFactory(), EnterpriseFactory()
    data = filled_in(admin_client.get(ADD)) | {
        "code": "ZZ1", "name": "温州电器党支部", "established_on": "2008-06-30", "kind": "branch", "area": area.pk,
        "enterprises": [enterprise.pk], "initiated_by": "enterprise", "approval_number": "瓯组〔2008〕1号",
    }  # fmt: skip
    saved(admin_client.post(ADD, data))

    organization = Organization.objects.get()
    day = date(2008, 6, 30)
    assert organization.initiated_by == Initiative.ENTERPRISE
    assert list(organization.kinds.values_list("kind", "valid_from")) == [(Kind.BRANCH, day)]
    assert list(organization.areas.values_list("area", "valid_from")) == [(area.pk, day)]
    assert list(organization.coverage.values_list("enterprise", "valid_from")) == [(enterprise.pk, day)]
    assert organization.history.get().history_user == admin_user


def test_a_standalone_organization_is_not_entered_over_two_enterprises(admin_client):
    enterprises = EnterpriseFactory.create_batch(2)
    data = filled_in(admin_client.get(ADD)) | {
        "code": "ZZ1", "name": "温州电器党支部", "established_on": "2008-06-30", "kind": "committee",
        "enterprises": [enterprise.pk for enterprise in enterprises],
    }  # fmt: skip
    page = admin_client.post(ADD, data)

    assert list(errors_of(page)) == ["", "enterprises"]
    assert 'value="温州电器党支部"' in page.content.decode()  # the input is kept
    assert not Organization.objects.exists()


def test_the_add_form_of_a_community_general_branch_asks_for_no_kind(admin_client):
    address = "/admin/orgs/communitygeneralbranch/add/"
    page = admin_client.get(address)
    assert "kind" not in page.context["adminform"].form.fields
    data = filled_in(page) | {"code": "ZZ1", "name": "社区党总支", "established_on": "2008-06-30"}
    saved(admin_client.post(address, data))
    assert CommunityGeneralBranch.objects.get().kinds.get().kind == Kind.COMMUNITY_GENERAL_BRANCH
    assert CommunityGeneralBranch.objects.get().history.count() == 1


def test_a_kind_ends_and_the_next_begins_in_one_save(admin_client, admin_user):
    organization = OrganizationFactory()
    data = filled_in(admin_client.get(change_address(organization)))
    data["kinds-0-valid_to"] = "2008-01-01"
    data = with_row(data, "kinds", kind="general_branch", valid_from="2008-01-01")
    saved(admin_client.post(change_address(organization), data))

    day = date(2008, 1, 1)
    kinds = organization.kinds.order_by("valid_from")
    assert list(kinds.values_list("kind", "valid_from", "valid_to")) == [
        (Kind.BRANCH, date(2000, 1, 1), day),
        (Kind.GENERAL_BRANCH, day, None),
    ]
    assert {row.history.latest().history_user for row in kinds} == {admin_user}


def test_a_border_between_two_kinds_moves_either_way(admin_client):
    organization = OrganizationFactory()
    organization.kinds.update(valid_to=date(2005, 1, 1))
    organization.kinds.create(kind=Kind.COMMITTEE, valid_from=date(2005, 1, 1))
    for day in ("2007-01-01", "2003-01-01"):
        data = filled_in(admin_client.get(change_address(organization)))
        data |= {"kinds-0-valid_to": day, "kinds-1-valid_from": day}
        saved(admin_client.post(change_address(organization), data))
        assert organization.kinds.filter(valid_from=day, kind=Kind.COMMITTEE).exists()


@pytest.mark.parametrize("kind", ["community_general_branch", "nothing"])
def test_no_other_organization_becomes_a_community_general_branch(admin_client, kind):
    organization = OrganizationFactory()
    data = filled_in(admin_client.get(change_address(organization))) | {"kinds-0-valid_to": "2008-01-01"}
    data = with_row(data, "kinds", kind=kind, valid_from="2008-01-01")
    assert "kinds-1-kind" in errors_of(admin_client.post(change_address(organization), data))


def test_two_rows_that_overlap_are_refused_at_the_field(admin_client):
    organization = OrganizationFactory(area=AreaFactory())
    data = filled_in(admin_client.get(change_address(organization)))
    data = with_row(data, "areas", area=AreaFactory().pk, valid_from="2008-01-01")
    page = admin_client.post(change_address(organization), data)
    assert "areas-1-valid_from" in errors_of(page)
    assert organization.areas.count() == 1


def test_periods_that_change_places_are_refused_with_words(admin_client):
    organization = OrganizationFactory(area=AreaFactory())
    organization.areas.update(valid_to=date(2005, 1, 1))
    organization.areas.create(area=AreaFactory(), valid_from=date(2005, 1, 1), valid_to=date(2010, 1, 1))
    data = filled_in(admin_client.get(change_address(organization))) | {
        "areas-0-valid_from": "2005-01-01", "areas-0-valid_to": "2010-01-01",
        "areas-1-valid_from": "2000-01-01", "areas-1-valid_to": "2005-01-01",
    }  # fmt: skip
    page = admin_client.post(change_address(organization), data)
    assert "change places" in page.content.decode()


def test_a_period_that_ends_before_it_starts_is_refused_at_the_field(admin_client):
    organization = OrganizationFactory(area=AreaFactory())
    data = filled_in(admin_client.get(change_address(organization))) | {"areas-0-valid_to": "1999-01-01"}
    page = admin_client.post(change_address(organization), data)
    assert "areas-0-valid_to" in errors_of(page)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds-0-valid_to": "2008-01-01"}, "kinds-0-valid_to"),
        ({"kinds-0-valid_from": "2001-01-01"}, "kinds-0-valid_from"),
    ],
)
def test_an_organization_has_a_kind_on_every_day(admin_client, changes, field):
    organization = OrganizationFactory()
    data = filled_in(admin_client.get(change_address(organization))) | changes
    assert field in errors_of(admin_client.post(change_address(organization), data))


@pytest.mark.parametrize("day", ["1998-05-01", "2003-05-01"])
def test_kind_and_area_follow_a_corrected_day_of_establishment(admin_client, day):
    organization = OrganizationFactory(area=AreaFactory(), covers=[EnterpriseFactory()])
    data = filled_in(admin_client.get(change_address(organization))) | {"established_on": day}
    saved(admin_client.post(change_address(organization), data))
    assert str(organization.kinds.get().valid_from) == str(organization.areas.get().valid_from) == day
    assert organization.coverage.get().valid_from == date(2000, 1, 1)
    assert organization.kinds.get().history.count() == 2


def test_a_second_enterprise_of_a_standalone_organization_is_refused_at_its_row(admin_client):
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    data = filled_in(admin_client.get(change_address(organization)))
    data = with_row(data, "coverage", enterprise=EnterpriseFactory().pk, valid_from="2008-01-01")
    page = admin_client.post(change_address(organization), data)
    assert "coverage-1-enterprise" in errors_of(page)
    assert organization.coverage.count() == 1


def test_a_standalone_organization_changes_its_enterprise_in_one_save(admin_client):
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    data = filled_in(admin_client.get(change_address(organization))) | {"coverage-0-valid_to": "2008-01-01"}
    data = with_row(data, "coverage", enterprise=EnterpriseFactory().pk, valid_from="2008-01-01")
    saved(admin_client.post(change_address(organization), data))
    assert organization.coverage.count() == 2


def test_a_joint_branch_with_two_enterprises_does_not_become_a_branch(admin_client):
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(2))
    data = filled_in(admin_client.get(change_address(organization))) | {"kinds-0-valid_to": "2008-01-01"}
    data = with_row(data, "kinds", kind="branch", valid_from="2008-01-01")
    page = admin_client.post(change_address(organization), data)
    assert {"coverage-0-enterprise", "coverage-1-enterprise"} <= set(errors_of(page))
    assert organization.kinds.count() == 1


@pytest.mark.parametrize(("count", "words"), [(1, "one enterprise only"), (6, "covers 6 enterprises")])
def test_a_joint_branch_of_an_unusual_size_is_saved_with_a_warning(admin_client, count, words):
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(count))
    data = filled_in(admin_client.get(change_address(organization))) | {"name": "新名"}
    told = saved(admin_client.post(change_address(organization), data))
    assert any(words in text for text in told)
    organization.refresh_from_db()
    assert organization.name == "新名"


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "field"),
    [
        ("2009-01-01", "", "valid_from"),
        ("2008-06-30", "", "valid_from"),
        ("2005-01-01", "2008-07-01", "valid_to"),
    ],
)
def test_coverage_does_not_outlast_a_dissolved_organization(admin_client, valid_from, valid_to, field):
    organization = OrganizationFactory(dissolved_on=date(2008, 6, 30))
    data = filled_in(admin_client.get(change_address(organization)))
    data = with_row(
        data, "coverage", enterprise=EnterpriseFactory().pk, valid_from=valid_from, valid_to=valid_to
    )
    assert f"coverage-0-{field}" in errors_of(admin_client.post(change_address(organization), data))


def test_open_coverage_of_a_closed_enterprise_is_taken_to_end_with_it(admin_client):
    organization = OrganizationFactory(dissolved_on=date(2008, 6, 30))
    enterprise = EnterpriseFactory(closed_on=date(2007, 1, 1))
    data = filled_in(admin_client.get(change_address(organization)))
    data = with_row(data, "coverage", enterprise=enterprise.pk, valid_from="2005-01-01")
    saved(admin_client.post(change_address(organization), data))
    assert organization.coverage.get().valid_to == date(2007, 1, 1)


@pytest.mark.parametrize("link", ["superior", "incubated_by"])
def test_a_chain_of_organizations_does_not_lead_back(admin_client, link):
    first = OrganizationFactory()
    second = OrganizationFactory(**{link: first})
    third = OrganizationFactory(**{link: second})
    for target in (first, third):
        data = filled_in(admin_client.get(change_address(first))) | {link: target.pk}
        page = admin_client.post(change_address(first), data)
        assert link in errors_of(page)


def test_a_code_that_is_taken_is_refused_at_the_field(admin_client):
    taken, organization = OrganizationFactory.create_batch(2)
    data = filled_in(admin_client.get(change_address(organization))) | {"code": taken.code}
    assert "code" in errors_of(admin_client.post(change_address(organization), data))


def test_each_kind_of_organization_has_its_own_entry(admin_client):
    branch, community = OrganizationFactory(), OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    for model, own in (("organization", branch), ("communitygeneralbranch", community)):
        page = admin_client.get(reverse(f"admin:orgs_{model}_changelist"))
        assert [row.pk for row in page.context["cl"].result_list] == [own.pk]
        assert admin_client.get(change_address(own, model)).status_code == 200
    assert admin_client.get(change_address(branch, "communitygeneralbranch")).status_code == 404
    link = admin_client.get(change_address(community))
    assert (link.status_code, link.url) == (302, change_address(community, "communitygeneralbranch"))


def test_only_community_general_branches_are_offered_as_incubators(admin_client):
    branch, community = OrganizationFactory(), OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    offered = {}
    for field in ("incubated_by", "superior"):
        address = "/admin/autocomplete/?app_label=orgs&model_name=organization&field_name=" + field
        offered[field] = {int(row["id"]) for row in admin_client.get(address).json()["results"]}
    assert offered == {"incubated_by": {community.pk}, "superior": {branch.pk, community.pk}}


def test_only_a_community_general_branch_becomes_an_incubator(admin_client):
    branch, community = OrganizationFactory(), OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    organization = OrganizationFactory()
    address = change_address(organization)
    page = send(admin_client, address, incubated_by=branch.pk)
    assert "Only a community general branch incubates" in str(page.context["adminform"].form.errors)
    assert send(admin_client, address, incubated_by=community.pk).status_code == 302
    # One that an import brought stays, and keeps nobody from changing the rest.
    Organization.objects.filter(pk=organization.pk).update(incubated_by=branch)
    assert send(admin_client, address, place="温州市区").status_code == 302


def test_autocompletion_names_what_it_offers_by_name_and_code(admin_client):
    organization = OrganizationFactory(name="温州电器党支部", code="ZZ8")
    address = "/admin/autocomplete/?app_label=orgs&model_name=organization&field_name=superior&term=wzdq"
    assert admin_client.get(address).json()["results"] == [
        {"id": str(organization.pk), "text": "温州电器党支部 ZZ8"}
    ]


def test_the_columns_show_kind_area_enterprises_and_days(admin_client):
    covered, ended = EnterpriseFactory.create_batch(2)
    organization = OrganizationFactory(
        kind=Kind.JOINT_BRANCH, area=AreaFactory(name="景山"), covers=[covered]
    )
    organization.coverage.create(enterprise=ended, valid_from=date(2000, 1, 1), valid_to=date(2001, 1, 1))
    row = admin_client.get("/admin/orgs/organization/").context["cl"].result_list[0]
    assert (row.kind, row.area_name, row.enterprises) == (Kind.JOINT_BRANCH, "景山", 1)
    row = admin_client.get("/admin/orgs/organization/?on=2000-06-01").context["cl"].result_list[0]
    assert row.enterprises == 2
