"""The description of the API: valid, complete, and shown in a browser."""

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.renderers import JSONRenderer

from orgs.api.tables import TABLE_RENDERERS
from registry.api import router

pytestmark = pytest.mark.sqlite  # the description is made without a database

PARAMETERS_OF_LISTS = {"page", "page_size", "cursor", "format"}
FILES = [renderer.media_type for renderer in TABLE_RENDERERS]


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

    assert described == PARAMETERS_OF_LISTS | set(viewset.filterset_class.base_filters)
    assert operation["responses"].keys() == {"200", "400", "401", "403", "404", "406"}
    assert operation["responses"]["200"]["content"].keys() == {JSONRenderer.media_type, *FILES}
    assert {"token": []} in operation["security"]


@pytest.mark.parametrize(("prefix", "viewset", "_name"), router.registry, ids=str)
def test_every_detail_is_described(schema, prefix, viewset, _name):
    operation = schema["paths"][f"/api/v1/{prefix}/{{{viewset.lookup_field}}}/"]["get"]
    described = {parameter["name"] for parameter in operation["parameters"]}

    days = {"on"} if prefix not in ("areas", "applications") else set()
    assert described == {viewset.lookup_field, "If-None-Match"} | days
    assert operation["responses"].keys() == {"200", "304", "400", "401", "403", "404", "406"}
    assert "ETag" in operation["responses"]["200"]["headers"]


@pytest.mark.parametrize(("prefix", "viewset", "_name"), router.registry, ids=str)
def test_every_write_is_described(schema, prefix, viewset, _name):
    lists, details = (
        schema["paths"][f"/api/v1/{prefix}/{rest}"] for rest in ("", f"{{{viewset.lookup_field}}}/")
    )
    if prefix in ("areas", "transfers", "applications"):
        assert "post" not in lists
        assert "patch" not in details
        return
    every = {"400", "401", "403", "404", "406", "409", "413", "415", "429"}
    assert lists["post"]["responses"].keys() == every | {"201", "422"}
    assert lists["post"]["responses"]["201"]["headers"].keys() == {"ETag", "Location"}
    assert details["patch"]["responses"].keys() == every | {"200", "412", "428"}
    headers = {one["name"]: one for one in details["patch"]["parameters"] if one["in"] == "header"}
    assert headers["If-Match"]["required"]
    body = schema["components"]["schemas"][viewset.body_class.__name__.removesuffix("Serializer")]
    assert body["properties"].keys() == viewset.body_class._declared_fields.keys()


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
