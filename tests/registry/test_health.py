"""/healthz and /readyz, as a supervisor sees them."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder


def test_healthz_answers_without_the_database(client):
    """No database mark: a query would fail this test."""
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_answers_when_every_migration_is_applied(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize("app", ["orgs", "members", "accounts", "auth", "record"])
def test_readyz_is_unavailable_while_a_migration_is_not_applied(client, app):
    recorder = MigrationRecorder(connection)
    newest = recorder.migration_qs.filter(app=app).order_by("-name").first()
    newest.delete()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "reason": "migrations are not applied",
        "unapplied": 1,
    }


@pytest.mark.django_db
def test_readyz_is_unavailable_on_an_empty_database(client):
    MigrationRecorder.Migration.objects.all().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["unapplied"] > 10


@pytest.mark.django_db
def test_readyz_is_unavailable_when_the_database_does_not_answer(client, caplog):
    def away(execute, sql, params, many, context):
        raise OperationalError("could not connect to db.internal as register")

    with connection.execute_wrapper(away):
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reason"] == "the database does not answer"
    assert "db.internal" not in answer.content.decode()
    assert "does not answer" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
class TestBoth:
    def test_set_no_cookie_and_are_not_cached(self, client, path):
        answer = client.get(path)
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]

    def test_answer_at_exactly_this_path(self, client, path):
        assert client.get(f"{path}/").status_code == 404

    def test_answer_a_head_and_no_post(self, client, path):
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405

    def test_are_not_redirected_to_https(self, client, path, settings):
        settings.SECURE_SSL_REDIRECT = True
        assert client.get(path).status_code == 200
        assert client.get("/admin/").status_code == 301

    def test_answer_under_the_names_of_the_site_alone(self, client, path):
        assert client.get(path, headers={"host": "localhost:8000"}).status_code == 200
        assert client.get(path, headers={"host": "elsewhere.example"}).status_code == 400
