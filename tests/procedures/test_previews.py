"""Of every procedure: a preview writes nothing, and what is confirmed does what the preview showed."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone

from record.changes import tables_of_history
from stats.api.bodies import CoverageSerializer
from stats.figures import Scale, coverage_figures
from tests.factories.admin import filled_in
from tests.factories.api import token_client
from tests.procedures.possible import EACH

pytestmark = pytest.mark.django_db
each = pytest.mark.parametrize(("table", "name"), EACH)


@pytest.fixture
def page(client, organizer):
    """A browser in which an organizer of the place is signed in."""
    client.force_login(organizer)
    return client


def everything():
    """All rows of all tables: the register, its history, the numbers given in order, users, the access log."""
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model is not Session
    }


def register():
    """All rows but those that tell how a token was used."""
    return {table: rows for table, rows in everything().items() if not table.startswith("accounts_token")}


def versions():
    """How many entries each history has."""
    return {history: set(history.objects.values_list("pk", flat=True)) for history in tables_of_history()}


def rows_since(before):
    """Of how many rows each table has entries of history that `before` did not have."""
    found = {}
    for history, known in before.items():
        rows = set(history.objects.exclude(pk__in=known).values_list("id", flat=True))
        if rows:
            found[history.instance_type._meta.db_table] = len(rows)
    return found


def numbers(day, area):
    """What the API answers of `day`, by the codes that a preview uses."""
    found = {}

    def note(code, value):
        if isinstance(value, dict):
            for name, part in value.items():
                note(f"{code}.{name}", part)
        else:
            found[code] = value

    for scale in Scale:
        body = CoverageSerializer(coverage_figures(day, area, scale)).data
        note(f"enterprises.{scale}", body["enterprises"]["by_mode"])
    for part in ("organizations", "members", "community_general_branches", "designations"):
        note(part, body[part])
    found["enterprises.operating"] = body["enterprises"]["operating"]
    del found["organizations.joint"]  # told as the kind
    return found


def moved(before, after):
    return {code: (number, after[code]) for code, number in before.items() if number != after[code]}


def days_told(on, today):
    """The days that a preview compares: that before, too, which must not move."""
    return {on - timedelta(days=1), on, today, *(date(year, 12, 31) for year in range(on.year, today.year))}


@pytest.mark.sqlite  # the one by API asks both databases
@each
def test_a_preview_writes_nothing_and_what_is_confirmed_is_what_it_showed(
    page, organizer, place, table, name
):
    case = place.case(table, name)
    form = page.get(case.page)
    before, entries = everything(), versions()
    days = days_told(case.inputs.get("on", timezone.localdate()), timezone.localdate())
    figures = {day: numbers(day, place.area) for day in days}

    answer = page.post(case.page, filled_in(form) | case.typed)
    outcome = answer.context["outcome"]
    assert outcome is not None, answer.context["form"].errors
    assert everything() == before

    done = page.post(case.page, filled_in(answer) | {"confirm": outcome.digest})
    assert done.status_code == 302
    assert {part.table: part.count for part in outcome.rows} == rows_since(entries)
    told = {part.day: {one.code: (one.before, one.after) for one in part.moved} for part in outcome.figures}
    assert told == {
        day: difference
        for day in sorted(days)
        if (difference := moved(figures[day], numbers(day, place.area)))
    }


@each
def test_a_preview_by_api_writes_nothing_and_its_digest_does_what_it_told(organizer, place, table, name):
    api = token_client(organizer)
    case = place.case(table, name)
    headers = {"If-Match": api.get(case.resource).headers["ETag"]}
    before, entries = register(), versions()

    def post(**said):
        return api.post(case.address, case.body | said, format="json", headers=headers)

    told = post(preview=True).json()
    assert told["performed"] is False
    assert post(preview=True, confirm=told["digest"]).json() == told
    assert post(confirm="0" * 32).status_code == 409
    assert register() == before

    done = post(confirm=told["digest"])
    assert done.status_code == 200, done.content
    assert done.json() == told | {"performed": True}
    assert sum(part["count"] for part in told["changes"]) == sum(rows_since(entries).values())
