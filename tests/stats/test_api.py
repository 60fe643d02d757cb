"""GET /api/v1/statistics/coverage/, exactly as clients rely on it."""

import json
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from orgs.models import DesignationLevel, Initiative, Kind
from stats.api.base import StatisticsThrottle
from tests.factories.accounts import UserFactory
from tests.factories.api import token_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    START,
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.stats.test_figures import populate

pytestmark = pytest.mark.django_db

URL = "/api/v1/statistics/coverage/"
DAY = "2008-06-19"


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


def ask(client=None, language="en", **parameters):
    return (client or APIClient()).get(URL, parameters, headers={"accept-language": language})


def test_an_empty_register_has_every_figure():
    answer = ask(as_of=DAY)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content.decode() == json.dumps(
        {
            "as_of": "2008-06-19",
            "area": None,
            "scale": "above",
            "summary": "0 organizations, 0 standalone, 0 joint",
            "organizations": {
                "total": 0,
                "standalone": 0,
                "joint": 0,
                "by_kind": {"committee": 0, "general_branch": 0, "branch": 0, "joint_branch": 0},
                "established_this_year": 0,
                "established_last_year": 0,
                "initiated_by_enterprise": 0,
            },
            "community_general_branches": 0,
            "members": {"total": 0, "full": 0, "probationary": 0},
            "enterprises": {
                "operating": 0,
                "in_scale": 0,
                "by_mode": {"standalone": 0, "joint": 0, "instructor": 0, "community": 0, "none": 0},
            },
            "coverage": {
                "organizational": {"numerator": 0, "denominator": 0, "rate": None},
                "work": {"numerator": 0, "denominator": 0, "rate": None},
            },
            "designations": {"vigorous_harmonious": {"city": 0, "district": 0}},
        },
        separators=(",", ":"),
    )


@pytest.fixture
def ouhai():
    """A district in which no two figures of a kind are equal."""
    area = AreaFactory(code="330304", name="瓯海区", name_en="Ouhai")
    seat, outside = AreaFactory(code="330304009001"), AreaFactory(code="330305")
    here = {"area": AreaFactory(code="330304001")}
    in_scale = {**here, "above_scale_from": START}

    def organizations(count, kind, **values):
        return OrganizationFactory.create_batch(count, kind=kind, **here, **values)

    committees = organizations(1, Kind.COMMITTEE, established_on=date(2008, 6, 19))
    organizations(2, Kind.GENERAL_BRANCH, initiated_by=Initiative.ENTERPRISE)
    branches = organizations(3, Kind.BRANCH, established_on=date(2007, 12, 31))
    organizations(1, Kind.BRANCH, established_on=date(2007, 1, 1))
    joint = organizations(5, Kind.JOINT_BRANCH, initiated_by=Initiative.ENTERPRISE)
    communities = OrganizationFactory.create_batch(13, kind=Kind.COMMUNITY_GENERAL_BRANCH, area=seat)

    for organization in [*committees, *branches]:
        CoverageFactory(organization=organization, enterprise=EnterpriseFactory(**in_scale))
    for _number in range(3):
        CoverageFactory(organization=joint[0], enterprise=EnterpriseFactory(**in_scale))
    for enterprise in EnterpriseFactory.create_batch(2, **in_scale):
        InstructorFactory(enterprise=enterprise)
    EnterpriseFactory(area=seat, above_scale_from=START)
    EnterpriseFactory.create_batch(5, **in_scale)
    CoverageFactory(organization=communities[0], enterprise=EnterpriseFactory(**here))
    EnterpriseFactory.create_batch(2, **here)

    MemberFactory.create_batch(6, organization=branches[0])
    for number in range(3):
        MemberFactory(organization=joint[number], full_on=None, probationary_on=START)
    DesignationFactory.create_batch(2, enterprise__area=area)
    DesignationFactory(enterprise__area=area, level=DesignationLevel.CITY)

    MemberFactory(organization=OrganizationFactory(area=outside))
    DesignationFactory(enterprise__area=outside)
    return area


def test_every_figure_of_a_district(ouhai):
    assert ask(as_of=DAY, area="330304").json() == {
        "as_of": "2008-06-19",
        "area": {"code": "330304", "name": "Ouhai", "level": "district"},
        "scale": "above",
        "summary": "12 organizations, 7 standalone, 5 joint",
        "organizations": {
            "total": 12,
            "standalone": 7,
            "joint": 5,
            "by_kind": {"committee": 1, "general_branch": 2, "branch": 4, "joint_branch": 5},
            "established_this_year": 1,
            "established_last_year": 4,
            "initiated_by_enterprise": 7,
        },
        "community_general_branches": 13,
        "members": {"total": 9, "full": 6, "probationary": 3},
        "enterprises": {
            "operating": 21,
            "in_scale": 15,
            "by_mode": {"standalone": 4, "joint": 3, "instructor": 2, "community": 1, "none": 5},
        },
        "coverage": {
            "organizational": {"numerator": 7, "denominator": 15, "rate": 0.4667},
            "work": {"numerator": 10, "denominator": 15, "rate": 0.6667},
        },
        "designations": {"vigorous_harmonious": {"city": 1, "district": 2}},
    }


def test_all_enterprises_are_another_denominator(ouhai):
    answer = ask(as_of=DAY, area="330304", scale="all").json()

    assert answer["scale"] == "all"
    assert answer["enterprises"] == {
        "operating": 21,
        "in_scale": 21,
        "by_mode": {"standalone": 4, "joint": 3, "instructor": 2, "community": 2, "none": 10},
    }
    assert answer["coverage"]["work"] == {"numerator": 11, "denominator": 21, "rate": 0.5238}


def test_the_whole_register_is_asked_by_leaving_the_area_out(ouhai):
    answer = ask(as_of=DAY).json()

    assert answer["area"] is None
    assert answer["organizations"]["total"] == 13
    assert answer["members"]["full"] == 7
    assert answer["designations"]["vigorous_harmonious"]["district"] == 3


def test_the_area_has_the_name_of_the_readers_language_and_the_summary_stays_english(ouhai):
    answer = ask(language="zh-hans", as_of=DAY, area="330304").json()

    assert answer["area"]["name"] == "瓯海区"
    assert answer["summary"] == "12 organizations, 7 standalone, 5 joint"


def test_an_area_without_an_english_name_has_its_own():
    AreaFactory(code="330304", name="瓯海区")

    assert ask(area="330304").json()["area"]["name"] == "瓯海区"


def test_the_day_is_today_by_default():
    assert ask().json()["as_of"] == timezone.localdate().isoformat()


@pytest.mark.parametrize("day", ["2008-02-29", "2131-01-01", "0001-01-01", "9999-12-31"])
def test_any_day_may_be_asked(day):
    assert ask(as_of=day).json()["as_of"] == day


BAD_VALUES = {
    "as_of": [
        "2007-02-29",
        "19.06.2008",
        "2008/06/19",
        "20080619",
        "2008-6-19",
        "2008-W25-4",
        "today",
        "",
        " ",
    ],
    "area": ["330399", "ouhai", "", "33030\0", "3303%"],
    "scale": ["everything", "ABOVE", ""],
    "format": ["pdf", "CSV"],
    "colour": ["red"],
    "level": ["subdistrict"],
    "on": [DAY],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD_VALUES.items() for value in values]
)
def test_a_bad_value_or_an_unknown_parameter_is_named(name, value):
    AreaFactory(code="330304")

    answer = ask(**{name: value})

    assert answer.status_code == 400
    assert list(answer.json()) == [name]
    assert all(isinstance(message, str) and message for message in answer.json()[name])


def test_all_bad_values_are_named_at_once():
    assert ask(as_of="never", area="0", scale="some").json().keys() == {"as_of", "area", "scale"}


def test_a_parameter_given_twice_is_refused():
    answer = APIClient().get(f"{URL}?as_of=2008-06-19&as_of=2008-06-20")

    assert answer.status_code == 400
    assert list(answer.json()) == ["as_of"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_read_only(method):
    assert getattr(APIClient(), method)(URL).status_code == 405


def test_head_answers_without_a_body():
    answer = APIClient().head(URL)

    assert answer.status_code == 200
    assert answer.content == b""


def test_a_token_that_is_none_is_refused():
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Token nonsense")

    assert ask(client).status_code == 401


def test_it_has_a_name():
    assert reverse("statistics-coverage") == URL


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_request_takes_five_statements_at_any_size(count):
    AreaFactory(code="330304")
    populate(count)

    with CaptureQueriesContext(connection) as queries:
        assert ask(area="330304", as_of=DAY).status_code == 200
    assert len(queries) == 5


def test_too_many_requests_from_one_address_are_refused_whoever_asks(monkeypatch):
    monkeypatch.setattr(StatisticsThrottle, "rate", "2/min", raising=False)

    assert ask().status_code == 200
    assert ask(token_client(UserFactory())).status_code == 200
    refused = ask(token_client(UserFactory()))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert APIClient(REMOTE_ADDR="192.0.2.1").get(URL).status_code == 200


def test_an_address_that_the_visitor_makes_up_is_not_believed(monkeypatch):
    monkeypatch.setattr(StatisticsThrottle, "rate", "1/min", raising=False)

    answers = [APIClient().get(URL, headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code for n in (1, 2)]
    assert answers == [200, 429]


def test_a_thousand_requests_a_minute_are_allowed():
    assert StatisticsThrottle().parse_rate(StatisticsThrottle().get_rate()) == (1000, 60)
