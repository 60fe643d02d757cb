"""The work list as files."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.api import files
from orgs.api.files import FORMATS
from record.models import AccessEntry, Event
from tests.stats.asking import rows_of_csv, rows_of_xlsx
from tests.work.asking import OLD, PAGE, show, sign_in
from tests.work.scenarios import FIRST, SCENARIOS, employing
from work.items import KINDS
from work.pages import work_list

pytestmark = pytest.mark.django_db


def take(client, code, format_="csv", **asked):
    address = reverse("work_file", args=[code, format_])
    return client.get(
        address, {"as_of": FIRST, "scale": "all", "unknown": "x", **asked}, headers={"accept-language": "en"}
    )


def test_a_file_has_the_items_of_every_page(client, monkeypatch):
    monkeypatch.setattr(work_list, "ITEMS", 1)
    for scenario in SCENARIOS.values():
        scenario()
    employing(*OLD)
    user = sign_in(client)
    for kind in {kind.record: kind for kind in KINDS}.values():  # of each table one
        page = show(client, kind=kind.code)

        rows = rows_of_csv(take(client, kind.code))

        assert len(rows) == page.context["page"].paginator.count > 0
        [line] = page.context["lines"]
        first = {
            "Record": str(line.item.record), "Area": line.item.record.area_name, "What is the case": line.item.fact,
            "Since": line.item.since.isoformat(),
        }  # fmt: skip
        assert rows[0] == first
        assert len(rows_of_xlsx(take(client, kind.code, "xlsx"))) == len(rows)
        address = reverse("work_file", args=[kind.code, "csv"])
        assert f'href="{address}?' in page.content.decode()
    noted = AccessEntry.objects.filter(
        event=Event.EXPORTED, user=user, detail__startswith=f"work {kind.code}."
    )
    assert {entry.detail for entry in noted} == {
        f"work {kind.code}.{name}: rows {len(rows)}, by as_of, scale" for name in FORMATS
    }


def test_who_does_not_see_members_takes_no_items_about_them(client):
    sign_in(client, "analyst")

    about_members = next(kind for kind in KINDS if kind.views == "members.view_member")
    assert take(client, about_members.code).status_code == 403
    assert take(client, "own_organization").status_code == 200


def test_what_cannot_be_read_is_answered_by_the_list(client, monkeypatch):
    sign_in(client)

    answer = take(client, "own_organization", as_of="x")
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, PAGE)
    assert take(client, "nothing").status_code == 404
    assert take(client, "own_organization", "pdf").status_code == 404
    employing(*OLD)
    monkeypatch.setattr(files, "MOST_ROWS_OF_A_SHEET", 0)
    assert take(client, "own_organization", "xlsx").status_code == 302
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


@pytest.mark.sqlite
def test_a_file_of_more_items_takes_no_more_statements(client):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            take(client, "own_organization").getvalue()
        return len(asked)

    sign_in(client)
    employing(*OLD)
    statements()
    before = statements()
    employing(*OLD)
    employing(*OLD)
    assert statements() == before
