"""The description of the API: valid, complete, and shown in a browser."""

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from registry.api import router

PARAMETERS_OF_PAGES = {"page", "page_size", "cursor"}


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_is_valid_and_without_warnings(tmp_path):
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"), "--lang", "en"
    )


def test_anyone_reads_the_description():
    answer = Client().get("/api/v1/schema/", {"format": "json"})

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")


@pytest.mark.parametrize(("prefix", "viewset", "_name"), router.registry, ids=str)
def test_every_parameter_and_error_of_a_list_is_described(schema, prefix, viewset, _name):
    operation = schema["paths"][f"/api/v1/{prefix}/"]["get"]
    described = {parameter["name"] for parameter in operation["parameters"]}

    assert described == PARAMETERS_OF_PAGES | set(viewset.filterset_class.base_filters)
    assert operation["responses"].keys() == {"200", "400", "401", "404"}
    assert {"token": []} in operation["security"]


@pytest.mark.parametrize(("prefix", "viewset", "_name"), router.registry, ids=str)
def test_every_detail_is_described(schema, prefix, viewset, _name):
    operation = schema["paths"][f"/api/v1/{prefix}/{{{viewset.lookup_field}}}/"]["get"]
    described = {parameter["name"] for parameter in operation["parameters"]}

    assert described == {viewset.lookup_field} | ({"on"} if prefix != "areas" else set())
    assert operation["responses"].keys() == {"200", "400", "401", "404"}


def test_what_some_may_not_see_is_described_as_optional(schema):
    schemas = schema["components"]["schemas"]

    assert "name" not in schemas["Member"]["required"]
    assert "name" not in schemas["Instructor"]["required"]
    assert "name" in schemas["Enterprise"]["required"]


@pytest.mark.django_db
def test_the_docs_page_has_nothing_inline():
    page = Client().get("/api/v1/docs/").content.decode()

    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")
    assert "/api/v1/schema/" in Client().get("/api/v1/docs/", {"script": ""}).content.decode()
