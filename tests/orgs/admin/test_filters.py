"""Search and filters of the lists, one by one."""

from datetime import date

import pytest

from orgs.models import Kind, Policy, PolicyNumber
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
)

pytestmark = pytest.mark.django_db


def found(client, model, **query):
    page = client.get(f"/admin/orgs/{model}/", query)
    assert page.status_code == 200
    return {row.pk for row in page.context["cl"].result_list}


@pytest.mark.parametrize("text", ["温州", "wenzhou", "wz", "WZDQ", "wenzhou 电器", "ZZ77", "zz77"])
def test_an_organization_is_found_by_name_code_and_pinyin(admin_client, text):
    organization = OrganizationFactory(name="温州电器党支部", code="ZZ7701")
    OrganizationFactory(name="瓯海锁业党支部", code="ZZ8801")
    assert found(admin_client, "organization", q=text) == {organization.pk}


@pytest.mark.parametrize("text", ["锁业", "suoye", "ohsy", "OHSY"])
def test_an_enterprise_is_found_by_name_and_pinyin(admin_client, text):
    enterprise = EnterpriseFactory(name="瓯海锁业有限公司")
    EnterpriseFactory(name="温州电器有限公司")
    assert found(admin_client, "enterprise", q=text) == {enterprise.pk}


def test_an_enterprise_is_found_by_the_beginning_of_its_credit_code(admin_client):
    first, second = EnterpriseFactory(uscc="91330399YL0000001X"), EnterpriseFactory()
    assert found(admin_client, "enterprise", q="91330399yl0000001x") == {first.pk}
    assert found(admin_client, "enterprise", q="91330399") == {first.pk, second.pk}


@pytest.mark.parametrize("text", ["瓯海", "ouhai", "ohq", "330304"])
def test_an_area_is_found_by_name_code_and_pinyin(admin_client, text):
    area = AreaFactory(code="330304", name="瓯海区")
    AreaFactory(code="330305", name="洞头区")
    assert found(admin_client, "area", q=text) == {area.pk}


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "joint branch"), ("zh-hans", "联合党支部"), ("en", "branches 支部工作条例"), ("en", "Art. 5")],
)
def test_a_number_of_policy_is_found_by_its_name_and_source(admin_client, language, text):
    number = PolicyNumber.objects.get(policy=Policy.JOINT_BRANCH_UNITS)
    headers = {"Accept-Language": language}
    page = admin_client.get("/admin/orgs/policynumber/", {"q": text}, headers=headers)
    rows = list(page.context["cl"].result_list)
    assert number in rows
    assert len(rows) < PolicyNumber.objects.count()


@pytest.mark.parametrize("text", ["单芳", "shanfang", "sf"])
def test_an_instructor_is_found_by_name_and_pinyin(admin_client, text):
    instructor = InstructorFactory(name="单芳")
    InstructorFactory(name="李四")
    assert found(admin_client, "instructor", q=text) == {instructor.pk}


@pytest.mark.parametrize(
    ("model", "factory"),
    [("instructor", InstructorFactory), ("designation", DesignationFactory), ("practice", PracticeFactory)],
)
def test_what_an_enterprise_has_is_found_by_its_name_credit_code_and_pinyin(admin_client, model, factory):
    row = factory(enterprise__name="瓯海锁业有限公司")
    factory(enterprise__name="温州电器有限公司")
    for text in ("瓯海锁业", "ohsy", row.enterprise.uscc.lower()):
        assert found(admin_client, model, q=text) == {row.pk}


def test_enterprises_of_an_area_are_those_of_the_areas_in_it(admin_client):
    district, other = AreaFactory(code="330304"), AreaFactory(code="330305")
    subdistrict = AreaFactory(code="330304001")
    inside = EnterpriseFactory(area=subdistrict)
    EnterpriseFactory(area=other)
    EnterpriseFactory()
    assert found(admin_client, "enterprise", area=district.pk) == {inside.pk}
    assert found(admin_client, "enterprise", area=subdistrict.pk) == {inside.pk}


@pytest.mark.parametrize(
    ("model", "factory"),
    [("instructor", InstructorFactory), ("designation", DesignationFactory), ("practice", PracticeFactory)],
)
def test_what_enterprises_of_an_area_have_is_found_by_the_area(admin_client, model, factory):
    district, other = AreaFactory(code="330304"), AreaFactory(code="330305")
    inside = factory(enterprise__area=AreaFactory(code="330304001"))
    factory(enterprise__area=other)
    assert found(admin_client, model, area=district.pk) == {inside.pk}


def test_the_area_filter_asks_for_the_area_of_the_day_chosen(admin_client):
    before, after = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    organization = OrganizationFactory(area=before)
    organization.areas.update(valid_to=date(2008, 1, 1))
    organization.areas.create(area=after, valid_from=date(2008, 1, 1))
    assert found(admin_client, "organization", area=before.pk) == set()
    assert found(admin_client, "organization", area=before.pk, on="2007-12-31") == {organization.pk}


@pytest.mark.parametrize("day", ["2007-12-1", " 2007-12-01 "])
def test_all_filters_read_the_day_as_its_field_does(admin_client, day):
    organization = OrganizationFactory()
    organization.kinds.update(valid_to=date(2008, 1, 1))
    organization.kinds.create(kind=Kind.COMMITTEE, valid_from=date(2008, 1, 1))
    assert found(admin_client, "organization", kind="branch", on=day) == {organization.pk}
    assert found(admin_client, "organization", kind="branch", as_of=day) == {organization.pk}


def test_organizations_in_force_on_a_day(admin_client):
    organization = OrganizationFactory(established_on=date(2005, 1, 1), dissolved_on=date(2008, 6, 30))
    assert found(admin_client, "organization", on="2004-12-31") == set()
    assert found(admin_client, "organization", on="2005-01-01") == {organization.pk}
    assert found(admin_client, "organization", on="2008-06-30") == set()
    assert found(admin_client, "organization") == {organization.pk}


def test_enterprises_operating_on_a_day(admin_client):
    enterprise = EnterpriseFactory(registered_on=date(2005, 1, 1), closed_on=date(2008, 6, 30))
    assert found(admin_client, "enterprise", on="2008-06-29") == {enterprise.pk}
    assert found(admin_client, "enterprise", on="2008-06-30") == set()


def test_organizations_of_a_kind_on_the_day(admin_client):
    organization = OrganizationFactory()
    organization.kinds.update(valid_to=date(2008, 1, 1))
    organization.kinds.create(kind=Kind.COMMITTEE, valid_from=date(2008, 1, 1))
    assert found(admin_client, "organization", kind="committee") == {organization.pk}
    assert found(admin_client, "organization", kind="branch") == set()
    assert found(admin_client, "organization", kind="branch", on="2007-12-31") == {organization.pk}


def test_enterprises_by_mode_of_coverage_on_the_day(admin_client):
    instructed = InstructorFactory(valid_from=date(2008, 1, 1)).enterprise
    free = EnterpriseFactory()
    assert found(admin_client, "enterprise", mode="instructor") == {instructed.pk}
    assert found(admin_client, "enterprise", mode="none") == {free.pk}
    assert found(admin_client, "enterprise", mode="none", on="2007-01-01") == {free.pk, instructed.pk}


def test_enterprises_by_ownership(admin_client):
    foreign = EnterpriseFactory(ownership="foreign")
    EnterpriseFactory()
    assert found(admin_client, "enterprise", ownership__exact="foreign") == {foreign.pk}


@pytest.mark.parametrize(
    "query", [{"on": "2008-02-30"}, {"on": "yesterday"}, {"area": "x"}, {"area": "99999"}]
)
def test_a_bad_value_of_a_filter_is_told_at_the_filter_and_finds_nothing(admin_client, query):
    EnterpriseFactory()
    page = admin_client.get("/admin/orgs/enterprise/", query)
    assert page.status_code == 200
    assert not page.context["cl"].result_list
    assert 'class="errorlist"' in page.content.decode()


@pytest.mark.parametrize(("model", "query"), [("enterprise", {"mode": "x"}), ("organization", {"kind": "x"})])
def test_an_unknown_choice_of_a_filter_is_no_error(admin_client, model, query):
    assert admin_client.get(f"/admin/orgs/{model}/", query).status_code == 200


def test_filters_keep_each_other_and_the_search(admin_client):
    area = AreaFactory()
    page = admin_client.get(
        "/admin/orgs/organization/", {"q": "wz", "area": area.pk, "kind": "branch"}
    ).content.decode()
    day_form = page[page.index('data-filter-title="day"') :].split("</form>")[0]
    for name, value in (("q", "wz"), ("area", area.pk), ("kind", "branch")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in day_form


def test_the_areas_in_an_area(admin_client):
    district, inside = AreaFactory(code="330304"), AreaFactory(code="330304001")
    AreaFactory(code="330305")
    assert found(admin_client, "area", area=district.pk) == {district.pk, inside.pk}


def test_instructors_who_work_on_a_day(admin_client):
    instructor = InstructorFactory(valid_to=date(2008, 1, 1))
    assert found(admin_client, "instructor", on="2007-12-31") == {instructor.pk}
    assert found(admin_client, "instructor", on="2008-01-01") == set()


def test_an_area_is_asked_for_by_its_code_as_well(admin_client):
    district = AreaFactory(code="330304")
    inside = EnterpriseFactory(area=AreaFactory(code="330304001"))
    EnterpriseFactory()
    assert found(admin_client, "enterprise", area_code=district.code) == {inside.pk}
    page = admin_client.get("/admin/orgs/enterprise/", {"area_code": district.code, "mode": "none"})
    html = page.content.decode()
    area_form = html[html.index('data-filter-title="area"') :].split("</form>")[0]
    assert f'<option value="{district.pk}" selected>' in area_form
    assert 'name="mode" value="none"' in area_form
    assert "area_code" not in area_form, "another area chosen here counts, and to clear it clears both"


def test_an_unknown_code_of_an_area_is_told_at_the_filter(admin_client):
    EnterpriseFactory(area=AreaFactory(code="330304"))
    page = admin_client.get("/admin/orgs/enterprise/", {"area_code": "330399"})
    assert not page.context["cl"].result_list
    assert 'class="errorlist"' in page.content.decode()


def test_organizations_of_several_kinds(admin_client):
    committee, joint = OrganizationFactory(kind=Kind.COMMITTEE), OrganizationFactory(kind=Kind.JOINT_BRANCH)
    assert found(admin_client, "organization", kind="standalone") == {committee.pk}
    assert found(admin_client, "organization", kind="counted") == {committee.pk, joint.pk}


def test_enterprises_by_coverage_and_scale(admin_client):
    covered, instructed, state = (
        EnterpriseFactory(above_scale_from=date(2007, 1, 1), ownership=ownership)
        for ownership in ("private", "hmt", "state")
    )
    small = EnterpriseFactory()
    OrganizationFactory(covers=[covered])
    InstructorFactory(enterprise=instructed)
    assert found(admin_client, "enterprise", mode="organizational") == {covered.pk}
    assert found(admin_client, "enterprise", mode="work") == {covered.pk, instructed.pk}
    assert found(admin_client, "enterprise", scale="all") == {covered.pk, instructed.pk, small.pk}
    assert found(admin_client, "enterprise", scale="above") == {covered.pk, instructed.pk}
    assert found(admin_client, "enterprise", scale="above", on="2006-12-31") == set()
    assert state.pk in found(admin_client, "enterprise")


def test_organizations_established_in_a_year_by_the_day_and_in_the_area_of_the_day(admin_client):
    before, after = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    early = OrganizationFactory(established_on=date(2007, 3, 1), dissolved_on=date(2008, 1, 1), area=before)
    OrganizationFactory(established_on=date(2007, 9, 1), area=after)
    query = {"as_of": "2008-06-19", "established": 2007}
    assert len(found(admin_client, "organization", **query)) == 2
    assert found(admin_client, "organization", **query, area_code=before.code) == {early.pk}
    assert found(admin_client, "organization", as_of="2007-06-30", established=2007) == {early.pk}
    assert len(found(admin_client, "organization", established_by=2008)) == 2
    assert found(admin_client, "organization", established_by=2006) == set()
    assert found(admin_client, "organization", established="x") == set()


def test_what_lies_outside_all_areas_of_a_level(admin_client):
    district = AreaFactory(code="330304")
    beside, nowhere = EnterpriseFactory(area=district), EnterpriseFactory()
    EnterpriseFactory(area=AreaFactory(code="330304001"))
    assert found(admin_client, "enterprise", outside="subdistrict") == {beside.pk, nowhere.pk}
    assert found(admin_client, "enterprise", outside="subdistrict", area_code="330304") == {beside.pk}


def test_practices_told_by_a_day_and_public_on_it(admin_client):
    public = PracticeFactory(day=date(2008, 6, 1), released_on=date(2008, 7, 1))
    told = PracticeFactory(day=date(2008, 6, 1))
    PracticeFactory(day=date(2009, 1, 1))
    assert found(admin_client, "practice", on="2008-06-30") == {public.pk, told.pk}
    assert found(admin_client, "practice", on="2008-07-01", released="yes") == {public.pk}
    assert found(admin_client, "practice", on="2008-06-30", released="yes") == set()
