"""The lists of organizations and of community general branches."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import Initiative, Kind
from tests.factories.api import keys, signed_in
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/organizations/"
COMMUNITY_URL = "/api/v1/community-general-branches/"
COMMUNITY = Kind.COMMUNITY_GENERAL_BRANCH


def test_a_row_has_the_columns_of_the_import_and_the_enterprises():
    enterprise = EnterpriseFactory()
    superior = OrganizationFactory(code="A")
    incubator = OrganizationFactory(code="B", kind=COMMUNITY)
    OrganizationFactory(
        code="C",
        name="万超电器党支部",
        area=AreaFactory(code="330304001"),
        place="上海",
        superior=superior,
        approval_number="瓯组〔2000〕1号",
        initiated_by=Initiative.ENTERPRISE,
        incubated_by=incubator,
        dissolved_on=date(2030, 1, 1),
        dissolution_reason="并入",
        successor=superior,
        covers=[enterprise],
    )

    assert signed_in().get(URL, {"search": "C"}).json()["results"] == [
        {
            "code": "C",
            "name": "万超电器党支部",
            "kind": "branch",
            "area": "330304001",
            "place": "上海",
            "superior": "A",
            "established_on": "2000-01-01",
            "approval_number": "瓯组〔2000〕1号",
            "initiated_by": "enterprise",
            "incubated_by": "B",
            "dissolved_on": "2030-01-01",
            "dissolution_reason": "并入",
            "successor": "A",
            "enterprises": [{"uscc": enterprise.uscc, "name": enterprise.name}],
        }
    ]


def test_community_general_branches_have_a_list_of_their_own():
    branch = OrganizationFactory()
    community = OrganizationFactory(kind=COMMUNITY)
    client = signed_in()

    assert keys(client.get(URL), "code") == [branch.code]
    assert keys(client.get(COMMUNITY_URL), "code") == [community.code]
    assert client.get(COMMUNITY_URL).json()["results"][0]["kind"] == "community_general_branch"


def test_each_list_knows_the_details_of_its_own_alone():
    branch = OrganizationFactory()
    community = OrganizationFactory(kind=COMMUNITY)
    client = signed_in()

    assert client.get(f"{URL}{branch.code}/").status_code == 200
    assert client.get(f"{URL}{community.code}/").status_code == 404
    assert client.get(f"{COMMUNITY_URL}{community.code}/").status_code == 200
    assert client.get(f"{COMMUNITY_URL}{branch.code}/").status_code == 404


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != COMMUNITY])
def test_filter_by_kind(kind):
    made = {each: OrganizationFactory(kind=each) for each in Kind}

    assert keys(signed_in().get(URL, {"kind": kind}), "code") == [made[kind].code]


def test_filter_by_kind_among_community_general_branches():
    community = OrganizationFactory(kind=COMMUNITY)
    client = signed_in()

    assert keys(client.get(COMMUNITY_URL, {"kind": COMMUNITY}), "code") == [community.code]
    assert keys(client.get(COMMUNITY_URL, {"kind": Kind.BRANCH}), "code") == []


def test_the_kind_is_that_of_the_day():
    organization = OrganizationFactory()
    organization.kinds.update(valid_to=date(2008, 2, 29))
    organization.kinds.create(kind=Kind.GENERAL_BRANCH, valid_from=date(2008, 2, 29))
    client = signed_in()

    def kinds(**query):
        return keys(client.get(URL, query), "kind")

    assert kinds(on="2008-02-28", kind="branch") == ["branch"]
    assert kinds(on="2008-02-28", kind="general_branch") == []
    assert kinds(on="2008-02-29", kind="general_branch") == ["general_branch"]
    assert kinds(on="2008-02-29", kind="branch") == []
    assert kinds(kind="general_branch") == ["general_branch"]


def test_before_it_is_established_it_has_its_first_kind():
    organization = OrganizationFactory(established_on=date(2008, 2, 29))
    organization.kinds.update(valid_to=date(2009, 1, 1))
    organization.kinds.create(kind=Kind.GENERAL_BRANCH, valid_from=date(2009, 1, 1))

    assert signed_in().get(f"{URL}{organization.code}/", {"on": "2008-02-28"}).json()["kind"] == "branch"


@pytest.mark.parametrize(("url", "kind"), [(URL, Kind.BRANCH), (COMMUNITY_URL, COMMUNITY)])
@pytest.mark.parametrize("initiative", Initiative.values)
def test_filter_by_initiative(url, kind, initiative):
    made = {each: OrganizationFactory(initiated_by=each, kind=kind) for each in Initiative.values}
    OrganizationFactory(kind=kind)

    assert keys(signed_in().get(url, {"initiated_by": initiative}), "code") == [made[initiative].code]


@pytest.mark.parametrize(("url", "kind"), [(URL, Kind.BRANCH), (COMMUNITY_URL, COMMUNITY)])
def test_filter_by_area_on_the_day(url, kind):
    old, new = AreaFactory(code="330304001"), AreaFactory(code="330305")
    organization = OrganizationFactory(area=old, kind=kind)
    organization.areas.update(valid_to=date(2008, 6, 19))
    organization.areas.create(area=new, valid_from=date(2008, 6, 19))
    AreaFactory(code="330304")
    client = signed_in()

    assert keys(client.get(url, {"area": "330304", "on": "2008-06-18"}), "area") == ["330304001"]
    assert keys(client.get(url, {"area": "330304", "on": "2008-06-19"}), "area") == []
    assert keys(client.get(url, {"area": "330305", "on": "2008-06-19"}), "area") == ["330305"]
    assert keys(client.get(url, {"area": "330305"}), "area") == ["330305"]


@pytest.mark.parametrize(("url", "kind"), [(URL, Kind.BRANCH), (COMMUNITY_URL, COMMUNITY)])
@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2008-02-28", False), ("2008-02-29", True), ("2010-06-30", True), ("2010-07-01", False)],
)
def test_on_takes_the_day_of_establishment_and_not_that_of_dissolution(url, kind, day, in_force):
    OrganizationFactory(established_on=date(2008, 2, 29), dissolved_on=date(2010, 7, 1), kind=kind)

    assert signed_in().get(url, {"on": day}).json()["count"] == int(in_force)


def test_the_enterprises_are_those_covered_on_the_day():
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH)
    before, after = EnterpriseFactory.create_batch(2)
    CoverageFactory(organization=organization, enterprise=before, valid_to=date(2008, 6, 19))
    CoverageFactory(organization=organization, enterprise=after, valid_from=date(2008, 6, 19))
    client = signed_in()

    def covered(**query):
        return [row["uscc"] for row in client.get(URL, query).json()["results"][0]["enterprises"]]

    assert covered(on="2008-06-18") == [before.uscc]
    assert covered(on="2008-06-19") == [after.uscc]
    assert covered() == [after.uscc]


@pytest.mark.parametrize("words", ["万超", "wanchao", "wcdq", "zz-77"])
def test_search_by_name_pinyin_and_code(words):
    OrganizationFactory(code="ZZ-77", name="万超电器党支部")
    OrganizationFactory(code="ZZ-88", name="金州集团党委")

    assert keys(signed_in().get(URL, {"search": words}), "code") == ["ZZ-77"]


@pytest.mark.parametrize(
    ("ordering", "codes"),
    [
        ("code", ["A", "B", "C"]),
        ("-name", ["A", "B", "C"]),
        ("established_on", ["B", "A", "C"]),
        ("dissolved_on", ["B", "A", "C"]),
        ("-dissolved_on", ["B", "A", "C"]),
    ],
)
def test_ordering(ordering, codes):
    OrganizationFactory(code="C", name="x")
    OrganizationFactory(code="A", name="z")
    OrganizationFactory(code="B", name="y", established_on=date(1999, 1, 1), dissolved_on=date(2010, 1, 1))

    assert keys(signed_in().get(URL, {"ordering": ordering}), "code") == codes


def test_the_detail_tells_the_histories():
    enterprise = EnterpriseFactory()
    organization = OrganizationFactory(area=AreaFactory(code="330304001"), covers=[enterprise])
    organization.kinds.update(valid_to=date(2008, 1, 1))
    organization.kinds.create(kind=Kind.COMMITTEE, valid_from=date(2008, 1, 1))

    detail = signed_in().get(f"{URL}{organization.code}/").json()

    assert detail["kind"] == "committee"
    assert detail["kinds"] == [
        {"valid_from": "2000-01-01", "valid_to": "2008-01-01", "kind": "branch"},
        {"valid_from": "2008-01-01", "valid_to": None, "kind": "committee"},
    ]
    assert detail["areas"] == [{"valid_from": "2000-01-01", "valid_to": None, "area": "330304001"}]
    assert detail["coverage"] == [
        {
            "valid_from": "2000-01-01",
            "valid_to": None,
            "enterprise": {"uscc": enterprise.uscc, "name": enterprise.name},
        }
    ]


def test_the_detail_of_a_day_shows_the_kind_of_that_day():
    organization = OrganizationFactory()
    organization.kinds.update(valid_to=date(2008, 1, 1))
    organization.kinds.create(kind=Kind.COMMITTEE, valid_from=date(2008, 1, 1))

    detail = signed_in().get(f"{URL}{organization.code}/", {"on": "2007-12-31"}).json()

    assert detail["kind"] == "branch"


def test_a_code_with_a_slash_and_a_dot_has_its_detail():
    OrganizationFactory(code="瓯/1.2")

    assert signed_in().get(f"{URL}瓯%2F1.2/").json()["code"] == "瓯/1.2"


@pytest.mark.parametrize("path", ["", "{code}/"])
def test_one_row_and_three_take_the_same_queries(path, django_assert_num_queries):
    def make():
        enterprises = EnterpriseFactory.create_batch(2)
        return OrganizationFactory(
            area=AreaFactory(), superior=OrganizationFactory(), kind=Kind.JOINT_BRANCH, covers=enterprises
        )

    organization = make()
    url = URL + path.format(code=organization.code)
    client = signed_in()
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        assert client.get(url).status_code == 200
    make(), make(), CoverageFactory(organization=organization)

    with django_assert_num_queries(len(first)):
        assert client.get(url).status_code == 200
