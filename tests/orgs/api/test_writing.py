"""What every write has in common: its shape, its refusals, who may, and how it is sent."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from limits.throttles import WriteThrottle
from orgs.models import Designation, Enterprise, EnterpriseArea
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.api import added, patched, signed_in, staff_client, token_client
from tests.factories.orgs import AreaFactory, DesignationFactory, EnterpriseFactory, credit_code

pytestmark = pytest.mark.django_db
URL = "/api/v1/enterprises/"
WRITES = ("orgs.add_enterprise", "orgs.change_enterprise")


def new(**more):
    return {"uscc": credit_code(7), "name": "温州电器", "registered_on": "2001-02-03", **more}


def test_a_new_record_is_answered_with_its_detail_its_address_and_its_version():
    client = signed_in(*WRITES)
    answer = added(client, URL, new())

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"http://testserver{URL}{credit_code(7)}/"
    read = client.get(answer.headers["Location"])
    assert answer.json() == read.json()
    assert answer.headers["ETag"] == read.headers["ETag"]


def test_a_change_is_answered_with_the_detail_and_its_new_version():
    enterprise, client = EnterpriseFactory(name="旧名"), signed_in(*WRITES)
    address = f"{URL}{enterprise.uscc}/"
    before = client.get(address).headers["ETag"]
    answer = patched(client, address, {"name": "新名"})

    assert (answer.status_code, answer.json()["name"]) == (200, "新名")
    assert answer.headers["ETag"] == client.get(address).headers["ETag"] != before


def test_the_history_names_who_wrote_by_api():
    user = UserFactory(is_superuser=True)
    client = token_client(user)
    added(client, URL, new())
    patched(client, f"{URL}{credit_code(7)}/", {"name": "新名"})

    history = Enterprise.objects.get().history.order_by("history_id")
    assert [(row.history_type, row.history_user, row.name) for row in history] == [
        ("+", user, "温州电器"),
        ("~", user, "新名"),
    ]


def test_a_change_that_says_what_is_so_already_changes_no_version():
    enterprise, client = EnterpriseFactory(employees=5), signed_in(*WRITES)
    address = f"{URL}{enterprise.uscc}/"
    before = client.get(address).headers["ETag"]

    assert patched(client, address, {"employees": 5}).headers["ETag"] == before
    assert patched(client, address, {}).headers["ETag"] == before


def test_unknown_fields_are_named():
    client = signed_in(*WRITES)
    answer = added(client, URL, new(colour="red", name_pinyin="x", id=5))
    enterprise = EnterpriseFactory()

    assert answer.status_code == 400
    assert answer.json().keys() == {"colour", "name_pinyin", "id"}
    answer = patched(client, f"{URL}{enterprise.uscc}/", {"colour": "red"})
    assert (answer.status_code, answer.json().keys()) == (400, {"colour"})


def test_a_write_knows_no_day():
    answer = signed_in(*WRITES).post(f"{URL}?on=2008-06-19", new(), format="json")

    assert (answer.status_code, answer.json().keys()) == (400, {"on"})


def test_the_key_cannot_be_changed():
    enterprise = EnterpriseFactory()
    answer = patched(signed_in(*WRITES), f"{URL}{enterprise.uscc}/", {"uscc": credit_code(9)})

    assert (answer.status_code, answer.json()) == (400, {"uscc": ["This cannot be changed."]})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a\x00b"), ("name", "a\x1bb"), ("name", ""), ("name", "   "), ("name", None), ("name", 5),
        ("name", True), ("name", ["x"]), ("name", {"x": 1}), ("name", "名" * 201), ("address", None),
        ("uscc", "91330399000000000"), ("uscc", "91330399000000007X"), ("uscc", 7), ("uscc", None),
        ("registered_on", "0001-01-01"), ("registered_on", "9999-12-31"), ("registered_on", "2008-02-30"),
        ("registered_on", "2008/6/19"), ("registered_on", "2008-06-19T00:00:00"), ("registered_on", 20080619),
        ("registered_on", None), ("registered_on", ["2008-06-19"]), ("closed_on", ""), ("closed_on", "2001-02-03"),
        ("employees", -1), ("employees", 2**31), ("employees", 10**100), ("employees", 1.5), ("employees", "12"),
        ("employees", True), ("ownership", "public"), ("ownership", 1), ("ownership", ["private"]),
        ("ownership", None),
        ("area", "330399"), ("area", 330304), ("area", ["330304"]), ("area", ""), ("area", "a\x00"),
        ("area", "9" * 300),
        ("above_scale_from", "2000-01-01T"), ("above_scale_to", "x"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_at_its_field(field, value):
    client = signed_in(*WRITES)
    answer = added(client, URL, new(**{field: value}))

    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Enterprise.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"null", b"5", b'{"name": NaN}', b"\xff\xfe", b'{"\\ud800": 1}', b'{"name": "\\ud800"}',
     b"[" * 100_000,
     b'{"employees": ' + b"9" * 5000 + b"}"],
    ids=range(12),
)  # fmt: skip
def test_a_body_that_is_no_object_is_refused(body):
    client = signed_in(*WRITES)
    answer = client.generic("POST", URL, body, content_type="application/json")

    assert answer.status_code == 400
    assert not Enterprise.objects.exists()


def test_only_json_is_read():
    client = signed_in(*WRITES)

    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        assert client.generic("POST", URL, b"name=x", content_type=kind).status_code == 415


def test_texts_lose_their_outer_spaces_and_credit_codes_their_small_letters():
    uscc = credit_code(7, prefix="MA330399")
    answer = added(signed_in(*WRITES), URL, new(uscc=f" {uscc.lower()} ", name=" 甲 "))

    assert answer.status_code == 201
    assert (answer.json()["uscc"], answer.json()["name"]) == (uscc, "甲")


def test_a_key_that_is_taken_is_refused_at_its_field():
    EnterpriseFactory(uscc=credit_code(7))
    answer = added(signed_in(*WRITES), URL, new())

    assert (answer.status_code, answer.json().keys()) == (400, {"uscc"})


def test_who_may_add_may_not_therefore_change():
    enterprise = EnterpriseFactory()
    adds, changes = signed_in("orgs.add_enterprise"), signed_in("orgs.change_enterprise")

    assert patched(adds, f"{URL}{enterprise.uscc}/", {"employees": 3}).status_code == 403
    assert added(changes, URL, new()).status_code == 403
    assert added(adds, URL, new()).status_code == 201
    assert patched(changes, f"{URL}{enterprise.uscc}/", {"employees": 3}).status_code == 200


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_reviewers_and_analysts_write_nothing(role):
    area = AreaFactory()
    enterprise, client = EnterpriseFactory(area=area), staff_client(role, area)

    assert added(client, URL, new(area=area.code)).status_code == 403
    assert patched(client, f"{URL}{enterprise.uscc}/", {"employees": 3}).status_code == 403
    assert Enterprise.objects.get().employees is None


def test_a_session_writes_with_its_csrf_token_alone():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(is_superuser=True))
    assert client.post(URL, new(), content_type="application/json").status_code == 403
    assert not Enterprise.objects.exists()

    token = client.cookies["csrftoken"] = "x" * 32
    answer = client.post(URL, new(), content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 201


def test_nobody_writes_without_signing_in():
    assert APIClient().post(URL, new(), format="json").status_code == 401


def test_refusals_are_told_in_the_language_of_the_writer():
    answer = added(signed_in(*WRITES), URL, new(colour=1), **{"Accept-Language": "zh-hans"})

    assert answer.json() == {"colour": ["此处没有这个字段。"]}


def test_options_does_not_tell_the_fields_of_a_row_as_those_of_a_body():
    assert "actions" not in signed_in(*WRITES).options(URL).json()


def test_a_reference_beyond_the_border_is_refused_in_the_words_for_one_that_is_not_there():
    own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    here, there = EnterpriseFactory(area=own), EnterpriseFactory(area=other)
    client = staff_client("organizer", own)
    body = {"title": "vigorous_harmonious", "level": "city", "awarded_on": "2008-01-01"}
    url = "/api/v1/designations/"

    foreign, absent = (
        added(client, url, {**body, "enterprise": code}) for code in (there.uscc, credit_code(999))
    )
    assert foreign.status_code == absent.status_code == 400
    assert foreign.json() == absent.json() == {"enterprise": ["There is none with this key."]}
    assert added(client, url, {**body, "enterprise": here.uscc}).status_code == 201

    mine = DesignationFactory(enterprise=here, level="district")
    answer = patched(client, f"{url}{mine.pk}/", {"enterprise": there.uscc})
    assert (answer.status_code, answer.json().keys()) == (400, {"enterprise"})
    assert not Designation.objects.filter(enterprise=there).exists()


def test_a_write_may_not_move_a_record_out_of_the_scope_of_its_writer():
    own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    client = staff_client("organizer", own)
    for area in ({}, {"area": None}, {"area": other.code}):
        answer = added(client, URL, new(**area))
        assert (answer.status_code, answer.json().keys()) == (400, {"area"})
    assert not Enterprise.objects.exists()

    enterprise = EnterpriseFactory(area=own)
    for area in (None, other.code):
        answer = patched(client, f"{URL}{enterprise.uscc}/", {"area": area})
        assert (answer.status_code, answer.json().keys()) == (400, {"area"})
    assert enterprise.areas.get().area == own


def test_a_change_costs_the_same_whatever_the_number_of_periods():
    client, costs = signed_in(*WRITES), []
    for count in (1, 3):
        enterprise = EnterpriseFactory()
        for year in range(count):
            enterprise.above_scale_periods.create(valid_from=f"200{year}-01-01", valid_to=f"200{year}-06-01")
        address = f"{URL}{enterprise.uscc}/"
        etag = client.get(address).headers["ETag"]
        with CaptureQueriesContext(connection) as asked:
            answer = client.patch(
                address, {"employees": 3, "above_scale_from": "2007-01-01"}, format="json",
                headers={"If-Match": etag},
            )  # fmt: skip
        assert answer.status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_the_access_log_tells_which_writes_by_a_token_were_forbidden_not_seen_or_too_many(monkeypatch):
    own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    mine, theirs = EnterpriseFactory(area=own), EnterpriseFactory(area=other)
    organizer, analyst = staff_client("organizer", own), staff_client("analyst", own)

    def status(client, enterprise, **headers):
        return client.patch(f"{URL}{enterprise.uscc}/", {}, format="json", headers=headers).status_code

    past = {"If-Match": '"0-0000000000000000"'}
    answers = [status(organizer, theirs), status(analyst, mine), status(organizer, mine)]
    answers.append(status(organizer, mine, **past))
    monkeypatch.setattr(WriteThrottle, "rate", "1/min", raising=False)
    answers.append(status(organizer, mine))

    assert answers == [404, 403, 428, 412, 429]
    refused = AccessEntry.objects.filter(event=Event.REFUSED).order_by("pk")
    assert list(refused.values_list("detail", flat=True)) == [
        f"{code} PATCH enterprise-detail" for code in (404, 403, 429)
    ]
    assert refused[0].user_id == refused[2].user_id != refused[1].user_id
    assert not any(mine.uscc in str(row) or theirs.uscc in str(row) for row in refused.values())


def test_a_write_keeps_the_record_in_the_area_but_a_move_that_was_arranged_before_stays():
    own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    mine, leaving = EnterpriseFactory.create_batch(2, area=own)
    leaving.areas.update(valid_to="2190-01-01")
    EnterpriseArea.objects.create(enterprise=leaving, area=other, valid_from="2190-01-01")
    organizer = staff_client("organizer", own)
    moved = patched(organizer, f"{URL}{mine.uscc}/", {"area": None})

    assert (moved.status_code, moved.json().keys()) == (400, {"area"})
    assert mine.areas.get().area == own
    assert patched(organizer, f"{URL}{leaving.uscc}/", {"name": "新名"}).status_code == 200
