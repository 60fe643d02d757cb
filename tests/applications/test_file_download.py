"""A file of an application reaches the staff who may view it, as a download, and nobody else."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Token
from accounts.roles import Role
from applications.actions import applying
from applications.models import ApplicationFile, MediaType, State
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.applications import application_in
from tests.factories.orgs import AreaFactory

# Who may do what depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

READERS = (Role.ADMINISTRATOR, Role.ORGANIZER, Role.REVIEWER)


@pytest.fixture
def area():
    return AreaFactory(code="330304001")


def file_of(area, *, state=State.RETURNED, media_type=MediaType.PDF, content=b"%PDF-1.7 <script>"):
    application = application_in(state, area=area)
    return ApplicationFile.objects.create(
        application=application, title='"../名单.html', media_type=media_type, content=content,
        size=len(content), added_at="2026-03-02T00:00:00Z",
    )  # fmt: skip


def address_of(key):
    return reverse("application_file", args=[key])


def signed_in(role, area=None, **values):
    client = Client()
    client.force_login(UserFactory(role=role, area=area, is_staff=True, **values))
    return client


def exported():
    return AccessEntry.objects.filter(event=Event.EXPORTED)


@pytest.mark.parametrize(
    ("media_type", "extension"),
    [(MediaType.PDF, "pdf"), (MediaType.DOCX, "docx"), (MediaType.JPEG, "jpg"), (MediaType.PNG, "png")],
)
def test_it_is_a_download_under_a_random_name_that_runs_nowhere(area, media_type, extension):
    file = file_of(area, media_type=media_type)
    answer = signed_in(Role.ADMINISTRATOR).get(address_of(file.key))
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 <script>")
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"] == f'attachment; filename="{file.key}.{extension}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox"
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-store"}


def test_who_may_change_applications_reads_their_files_as_on_the_page(area):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["change_application", "see_everything"])
    )
    client = Client()
    client.force_login(user)
    assert client.get(address_of(file_of(area).key)).status_code == 200


@pytest.mark.parametrize("role", [*Role, None])
def test_it_reaches_who_may_view_the_application(area, role):
    own, foreign = file_of(area), file_of(AreaFactory(code="330304002"))
    client = signed_in(role, area)
    found = {
        name: client.get(address_of(key)).status_code
        for name, key in (("own", own.key), ("foreign", foreign.key), ("absent", uuid4()))
    }
    assert found == {
        "own": 200 if role in READERS else 404,
        "foreign": 200 if role == Role.ADMINISTRATOR else 404,
        "absent": 404,
    }


def test_staff_without_an_area_and_who_is_no_staff_find_nothing(area):
    file = file_of(area)
    assert signed_in(Role.REVIEWER).get(address_of(file.key)).status_code == 404
    client = Client()
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    assert client.get(address_of(file.key)).status_code == 404


def test_neither_a_visitor_nor_the_applicant_nor_a_token_finds_it(area, client):
    file = file_of(area)
    assert client.get(address_of(file.key)).status_code == 404
    session = client.session
    session["followed"] = session["application"] = file.application_id
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert client.get(address_of(file.key)).status_code == 404
    _token, key = Token.objects.create(UserFactory(role=Role.ADMINISTRATOR, is_staff=True))
    headers = {"authorization": f"Token {key}"}
    assert Client().get(address_of(file.key), headers=headers).status_code == 404
    assert not exported().exists()


def test_that_of_a_draft_is_the_applicants_own(area):
    file = file_of(area, state=State.DRAFT)
    assert signed_in(Role.ADMINISTRATOR).get(address_of(file.key)).status_code == 404


def test_who_owes_the_second_factor_gets_no_file(area, settings):
    file = file_of(area)
    settings.SECOND_FACTOR = True
    client = signed_in(Role.ADMINISTRATOR)
    for key in (file.key, uuid4()):
        answer = client.get(address_of(key))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("second_factor_code"))
    assert not exported().exists()


def test_the_access_log_tells_who_took_it_and_not_what_it_is_called(area):
    file = file_of(area)
    client = signed_in(Role.REVIEWER, area, username="reader")
    client.get(address_of(file.key))
    entry = exported().get()
    assert entry.user.username == "reader"
    assert (entry.subject, entry.detail) == (f"applications.applicationfile {file.pk}", "file")
    client.get(address_of(uuid4()))
    assert exported().count() == 1
    assert AccessEntry.objects.filter(event=Event.REFUSED).count() == 1


def test_a_file_that_was_removed_is_gone(area):
    file = file_of(area)
    applying.remove_file(application=file.application, key=file.key)
    assert signed_in(Role.ADMINISTRATOR).get(address_of(file.key)).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_read_alone(area, method):
    file = file_of(area)
    client = signed_in(Role.ADMINISTRATOR)
    assert getattr(client, method)(address_of(file.key)).status_code == 405
    assert client.head(address_of(file.key)).content == b""


@pytest.mark.parametrize("key", ["x", "1", "../1", "00000000000000000000000000000000"])
def test_what_is_no_key_is_no_address(key):
    answer = signed_in(Role.ADMINISTRATOR).get(f"/applications/files/{key}/")
    assert answer.status_code == 404


def test_without_permission_the_content_is_not_read(area):
    file = file_of(area)
    client = signed_in(Role.ANALYST, area)
    with CaptureQueriesContext(connection) as queries:
        client.get(address_of(file.key))
    assert not any('"content"' in query["sql"] for query in queries)
