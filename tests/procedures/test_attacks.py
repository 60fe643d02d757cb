"""Procedures in the hands of whoever should not have them: other areas, other roles, what was used before."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from rest_framework.test import APIClient

from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.api import token_client
from tests.factories.orgs import AreaFactory
from tests.factories.rows import all_rows
from tests.procedures.possible import EACH, LISTS, PROCEDURES, SANYANG, Place

# Who may do what depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]
each = pytest.mark.parametrize(("table", "name"), EACH)
of_each_table = pytest.mark.parametrize(
    ("table", "name"), {table: (table, name) for table, name in EACH}.values()
)
"""For what one way of asking does for all procedures of a table."""
ABSENT = {"members": "M999", "transfers": "999999", "enterprises": "91330399999999999X"}
DIGEST = "0" * 32
REVIEWED = "applications_application"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def elsewhere():
    return Place(AreaFactory(code=SANYANG))


def without_permission(table, name):
    """The roles that do not do the procedure `name` of `table`; reviewers do all to applications but to found."""
    return ("analyst", None) if table == REVIEWED and name != "found" else ("reviewer", "analyst", None)


def absent(case):
    """The address of the procedure of `case` of a record that is not there, in the API."""
    name, *_rest = LISTS[case.table]
    return f"/api/v1/{name}/{ABSENT.get(name, 'NONE')}/{case.name}/"


def signed(user):
    """A browser of `user` that shows errors as answers."""
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    return browser


def post(api, address, body, tag='"1-x"'):
    return api.post(address, body, format="json", headers={"If-Match": tag})


def looked_at(browser, case):
    """The form as the page shows it with a preview, ready to be confirmed."""
    answer = browser.post(case.page, filled_in(browser.get(case.page)) | case.typed)
    return filled_in(answer) | {"confirm": answer.context["outcome"].digest}


@each
def test_what_lies_in_another_area_is_as_absent_for_its_organizer(place, elsewhere, table, name):
    """Seen from the other subdistrict, by page and API, whatever is sent."""
    case = place.case(table, name)
    user = UserFactory(is_staff=True, role="organizer", area=elsewhere.area)
    browser, api = signed(user), token_client(user)
    before = all_rows()
    foreign, none = case.page, case.page_of(999_999)
    for said in ({}, case.typed, case.typed | {"confirm": DIGEST}):
        answers = [browser.post(address, said) for address in (foreign, none)]
        assert [answer.status_code for answer in answers] == [404, 404]
        told = [TOKEN.sub(b"", answer.content) for answer in answers]
        assert told[0].replace(foreign.encode(), none.encode()) == told[1]
    assert browser.get(foreign).status_code == browser.get(none).status_code == 404
    for said in ({}, case.body, case.body | {"preview": True}, case.body | {"confirm": DIGEST}, []):
        answers = [post(api, address, said) for address in (case.address, absent(case))]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert all_rows() == before


@each
def test_who_may_not_change_the_table_learns_nothing_of_its_records(place, table, name):
    case = place.case(table, name)
    before = all_rows()
    for role in without_permission(table, name):
        user = UserFactory(is_staff=True, role=role, area=place.area)
        browser, api = signed(user), token_client(user)
        for address in (case.page, case.page_of(999_999)):
            assert browser.get(address).status_code == 403
            assert browser.post(address, case.typed | {"confirm": DIGEST}).status_code == 403
        answers = [
            post(api, address, case.body | {"preview": preview})
            for address in (case.address, absent(case))
            for preview in (True, False)
        ]
        assert [answer.status_code for answer in answers] == [403] * 4
        assert len({answer.content for answer in answers}) == 1
    assert all_rows() == before


@each
def test_each_permission_that_a_procedure_names_is_needed(place, table, name):
    case = place.case(table, name)
    app, model = table.split("_")
    needed = {f"{app}.change_{model}", *PROCEDURES[table, name].needs}
    for missing in needed:
        user = UserFactory(is_staff=True)
        for permission in ({"accounts.see_everything", f"{app}.view_{model}"} | needed) - {missing}:
            label, codename = permission.split(".")
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label=label, codename=codename)
            )
        assert signed(user).get(case.page).status_code == 403, missing
        assert post(token_client(user), case.address, {}).status_code == 403, missing


@of_each_table
def test_who_is_not_signed_in_or_owes_a_second_factor_does_nothing(client, place, organizer, table, name):
    case = place.case(table, name)
    before = all_rows()
    assert client.get(case.page).status_code == client.post(case.page, case.typed).status_code == 302
    assert "/login/" in client.get(case.page).url
    assert APIClient().post(case.address, case.body, format="json").status_code == 401
    checked = Client(enforce_csrf_checks=True)
    checked.force_login(organizer)
    assert checked.post(case.page, case.typed | {"confirm": DIGEST}).status_code == 403
    assert checked.post(case.address, case.body, content_type="application/json").status_code in (401, 403)
    assert all_rows() == before


@of_each_table
def test_only_post_does_something(place, organizer, table, name):
    case = place.case(table, name)
    browser, api = signed(organizer), token_client(organizer)
    sent = looked_at(browser, case)
    tag = api.get(case.resource).headers["ETag"]
    before = all_rows()
    assert browser.head(case.page).status_code == 200
    for method in ("put", "patch", "delete"):
        getattr(browser, method)(case.page, sent)
        answer = getattr(api, method)(case.address, case.body, format="json", headers={"If-Match": tag})
        assert answer.status_code == 405, method
    assert api.get(case.address).status_code == api.head(case.address).status_code == 405
    assert all_rows() == before


@of_each_table
def test_the_version_that_was_read_is_needed_and_no_other(place, organizer, table, name):
    case = place.case(table, name)
    api = token_client(organizer)
    assert api.post(case.address, case.body, format="json").status_code == 428
    before = all_rows()
    tag = api.get(case.resource).headers["ETag"]
    version = tag.strip('"').partition("-")[0]
    another = tag.replace(version, str(int(version) + 1), 1)
    for wrong in (another, f"W/{tag}", "*", '""', "x", '"1"', f'{tag[:-1]}0"', f'W/{tag[:-1]}0"', "\0"):
        answer = post(api, case.address, case.body, wrong)
        assert answer.status_code in (400, 412, 428), wrong
    assert all_rows() == before


@of_each_table
def test_a_digest_serves_for_one_record_one_procedure_and_once(place, organizer, table, name):
    case, other = place.case(table, name), place.case(table, name)
    browser = signed(organizer)
    sent = looked_at(browser, case)
    before = all_rows()
    answer = browser.post(other.page, looked_at(browser, other) | {"confirm": sent["confirm"]})
    assert answer.status_code == 200
    assert answer.context["is_other_outcome"]
    colleague = UserFactory(is_staff=True, role=without_permission(table, name)[0], area=place.area)
    assert signed(colleague).post(case.page, sent).status_code == 403
    assert all_rows() == before

    assert browser.post(case.page, sent).status_code == 302
    after = all_rows()
    again = browser.post(case.page, sent)
    assert again.status_code in (200, 302, 404)
    assert all_rows() == after


@of_each_table
def test_a_digest_of_what_changed_meanwhile_is_shown_anew(place, organizer, table, name):
    """Here the same procedure was done by a colleague, so that the version is another one."""
    case = place.case(table, name)
    browser = signed(organizer)
    sent = looked_at(browser, case)
    api = token_client(UserFactory(is_staff=True, role="organizer", area=place.area))
    tag = api.get(case.resource).headers["ETag"]
    assert post(api, case.address, case.body, tag).status_code == 200
    before = all_rows()
    answer = browser.post(case.page, sent)
    assert answer.status_code in (200, 302, 404)
    assert all_rows() == before
    assert post(api, case.address, case.body, tag).status_code in (400, 404, 412)
    assert all_rows() == before
