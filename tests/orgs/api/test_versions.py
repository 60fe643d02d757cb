"""Versions of details: what need not be loaded again, and what a stale write is told."""

from datetime import date

import pytest
from django.urls import reverse

from orgs.actions.enterprise import close_enterprise
from orgs.models import Coverage, Enterprise
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, with_row
from tests.factories.api import patched, signed_in, token_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.factories.turns import in_turn
from tests.orgs.admin.test_refusals import at_once

URL = "/api/v1/enterprises/"
CHANGES = "orgs.change_enterprise"


def address_of(enterprise):
    return f"{URL}{enterprise.uscc}/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "make", "key"),
    [
        ("areas", AreaFactory, "code"),
        ("enterprises", EnterpriseFactory, "uscc"),
        ("organizations", OrganizationFactory, "code"),
        ("coverage", CoverageFactory, "id"),
        ("members", MemberFactory, "member_no"),
        ("instructors", InstructorFactory, "id"),
        ("designations", DesignationFactory, "id"),
    ],
)
def test_every_detail_has_a_strong_etag_by_which_it_is_not_loaded_again(path, make, key):
    client, address = signed_in(), f"/api/v1/{path}/{getattr(make(), key)}/"
    etag = client.get(address).headers["ETag"]

    assert etag.startswith('"')
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = client.get(address, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert client.head(address).headers["ETag"] == etag
    assert client.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.django_db
def test_an_etag_is_of_what_its_reader_sees_on_the_day_in_any_language():
    member = MemberFactory(organization=OrganizationFactory())
    address = f"/api/v1/members/{member.member_no}/"
    named, nameless = signed_in("members.view_member"), signed_in()

    def etag(client, **asked):
        return client.get(address, **asked).headers["ETag"]

    assert etag(named) == etag(signed_in("members.view_member")) != etag(nameless)
    assert etag(named) == etag(named, headers={"Accept-Language": "zh-hans"})
    assert etag(named) != etag(named, data={"on": "1990-01-01"})


@pytest.mark.django_db
def test_an_etag_changes_with_the_names_of_other_records_but_a_writer_need_not_mind():
    coverage, client = CoverageFactory(), signed_in(CHANGES)
    address = address_of(coverage.enterprise)
    etag = client.get(address).headers["ETag"]
    coverage.organization.name = "新名"
    coverage.organization.save()

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200
    answer = client.patch(address, {"employees": 3}, format="json", headers={"If-Match": etag})
    assert answer.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("condition", [None, "", "*", "12", "x"])
def test_a_change_that_does_not_say_what_it_changes_is_428(condition):
    enterprise = EnterpriseFactory()
    headers = {} if condition is None else {"If-Match": condition}
    answer = signed_in(CHANGES).patch(
        address_of(enterprise), {"employees": 3}, format="json", headers=headers
    )

    assert answer.status_code == 428
    assert "If-Match" in answer.json()["detail"]
    enterprise.refresh_from_db()
    assert enterprise.employees is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "tag", ['"x"', '"999-0123456789abcdef"', '"0-0123456789abcdef"', 'W/"1-0123456789abcdef"']
)
def test_a_version_that_is_not_the_one_stored_is_412(tag):
    enterprise = EnterpriseFactory()
    client = signed_in(CHANGES)
    answer = client.patch(address_of(enterprise), {"employees": 3}, format="json", headers={"If-Match": tag})

    assert answer.status_code == 412
    enterprise.refresh_from_db()
    assert enterprise.employees is None


@pytest.mark.django_db
def test_one_of_several_versions_will_do():
    enterprise, client = EnterpriseFactory(), signed_in(CHANGES)
    etag = client.get(address_of(enterprise)).headers["ETag"]
    answer = client.patch(
        address_of(enterprise), {"employees": 3}, format="json", headers={"If-Match": f'"x", {etag}'}
    )
    assert answer.status_code == 200


@pytest.mark.django_db
def test_who_is_late_is_told_what_changed_and_by_whom():
    enterprise, client = (
        EnterpriseFactory(above_scale_from=date(2007, 1, 1)),
        signed_in(CHANGES, "orgs.view_abovescale"),
    )
    etag = client.get(address_of(enterprise)).headers["ETag"]
    other = token_client(UserFactory(username="wang", is_superuser=True))
    patched(other, address_of(enterprise), {"employees": 5, "address": "瓯海"})
    patched(other, address_of(enterprise), {"above_scale_from": "2007-01-01", "above_scale_to": "2008-01-01"})
    answer = client.patch(address_of(enterprise), {"employees": 3}, format="json", headers={"If-Match": etag})

    assert answer.status_code == 412
    told = answer.json()["changes"]
    assert [(change["by"], change["record"], set(change["fields"])) for change in told] == [
        ("wang", "Above-scale period", {"valid_to"}),
        ("wang", "Enterprise", {"employees", "address"}),
    ]
    assert "瓯海" not in answer.content.decode()
    enterprise.refresh_from_db()
    assert enterprise.employees == 5


@pytest.mark.django_db
def test_who_may_not_see_instructors_is_not_told_of_theirs():
    enterprise, client = EnterpriseFactory(), signed_in(CHANGES)
    etag = client.get(address_of(enterprise)).headers["ETag"]
    InstructorFactory(enterprise=enterprise)
    answer = client.patch(address_of(enterprise), {"employees": 3}, format="json", headers={"If-Match": etag})

    assert (answer.status_code, answer.json()["changes"]) == (412, [])


@pytest.mark.django_db
def test_a_member_that_changed_is_told_by_the_names_of_bodies():
    member, client = MemberFactory(), signed_in("members.change_member", "members.view_member")
    address = f"/api/v1/members/{member.member_no}/"
    etag = client.get(address).headers["ETag"]
    patched(client, address, {"enterprise": EnterpriseFactory().uscc})
    answer = client.patch(address, {"sex": "male"}, format="json", headers={"If-Match": etag})

    (change,) = answer.json()["changes"]
    assert change["fields"] == ["enterprise"]


@pytest.mark.django_db
def test_a_page_of_the_admin_that_was_opened_before_a_write_by_api_is_refused(admin_client):
    enterprise = EnterpriseFactory()
    page = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    data = filled_in(admin_client.get(page)) | {"name": "新名"}
    assert patched(signed_in(CHANGES), address_of(enterprise), {"employees": 3}).status_code == 200

    assert admin_client.post(page, data).status_code == 200
    enterprise.refresh_from_db()
    assert (enterprise.name != "新名", enterprise.employees) == (True, 3)


@pytest.mark.django_db
def test_a_write_by_api_that_was_read_before_a_page_of_the_admin_was_saved_is_refused(admin_client):
    enterprise, client = EnterpriseFactory(), signed_in(CHANGES)
    etag = client.get(address_of(enterprise)).headers["ETag"]
    page = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    data = with_row(filled_in(admin_client.get(page)), "above_scale_periods", valid_from="2007-01-01")
    assert admin_client.post(page, data).status_code == 302

    answer = client.patch(address_of(enterprise), {"employees": 3}, format="json", headers={"If-Match": etag})
    assert answer.status_code == 412


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_record_at_once_exactly_one_wins():
    enterprise = EnterpriseFactory()
    writes = []
    for number in (1, 2, 3):
        client = signed_in(CHANGES)
        etag = client.get(address_of(enterprise)).headers["ETag"]
        writes.append((client, {"employees": number}, etag))
    answers = at_once(
        *(
            lambda w=write: w[0].patch(
                address_of(enterprise), w[1], format="json", headers={"If-Match": w[2]}
            )
            for write in writes
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    won = next(answer for answer in answers if answer.status_code == 200)
    assert Enterprise.objects.get().employees == won.json()["employees"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_a_second_enterprise_to_a_standalone_branch_exactly_one_wins():
    organization = OrganizationFactory()
    writes = []
    for enterprise in EnterpriseFactory.create_batch(2):
        body = {"organization": organization.code, "enterprise": enterprise.uscc, "valid_from": "2008-01-01"}
        writes.append((signed_in("orgs.add_coverage"), body))
    answers = at_once(
        *(lambda w=write: w[0].post("/api/v1/coverage/", w[1], format="json") for write in writes)
    )

    assert sorted(answer.status_code for answer in answers) == [201, 400]
    assert Coverage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_period_that_is_written_while_its_enterprise_closes_ends_with_it():
    enterprise, organization = EnterpriseFactory(), OrganizationFactory()
    client = signed_in("orgs.add_coverage")
    body = {"organization": organization.code, "enterprise": enterprise.uscc, "valid_from": "2007-01-01"}
    answer = in_turn(
        lambda: close_enterprise(enterprise=enterprise, on=date(2008, 6, 30), by=None),
        lambda: client.post("/api/v1/coverage/", body, format="json"),
    )

    assert (answer.status_code, answer.json()["valid_to"]) == (201, "2008-06-30")


@pytest.mark.django_db(transaction=True)
def test_an_enterprise_that_two_register_at_once_is_registered_once():
    body = {"uscc": EnterpriseFactory.build().uscc, "name": "甲", "registered_on": "2008-01-01"}
    writes = [signed_in("orgs.add_enterprise") for _ in range(2)]
    answers = at_once(*(lambda c=client: c.post(URL, body, format="json") for client in writes))

    codes = sorted(answer.status_code for answer in answers)
    assert codes in ([201, 400], [201, 409])
    assert Enterprise.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_period_that_is_changed_while_its_enterprise_closes_is_not_taken_for_what_was_read():
    coverage, client = CoverageFactory(), signed_in("orgs.change_coverage")
    address = f"/api/v1/coverage/{coverage.pk}/"
    headers = {"If-Match": client.get(address).headers["ETag"]}
    answer = in_turn(
        lambda: close_enterprise(enterprise=coverage.enterprise, on=date(2008, 6, 30), by=None),
        lambda: client.patch(address, {"valid_to": None}, format="json", headers=headers),
    )

    assert answer.status_code == 412
    assert Coverage.objects.get().valid_to == date(2008, 6, 30)
