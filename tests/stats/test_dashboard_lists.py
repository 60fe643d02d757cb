"""Every number of the dashboard leads to a list of the admin with exactly as many rows, or says why not."""

from datetime import date
from random import Random

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from accounts.roles import Role
from members.models import Member
from orgs.models import Area, Enterprise, Practice
from stats.away import Away, rows_away
from stats.figures import Scale
from stats.pages.area_table import COLUMNS
from stats.pages.lists import Lists, Place
from tests.factories.orgs import AreaFactory, OrganizationFactory
from tests.stats.pages import DAY, ask, full_district, links, numbers, staff
from tests.stats.worlds import DAYS, worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return full_district()


def rows_of(address, user):
    """How many rows the list at `address` shows to `user`, without drawing it."""
    request = RequestFactory().get(address)
    request.user, request.resolver_match = user, resolve(request.path)
    name = request.resolver_match.url_name.removesuffix("_changelist")
    records = next(
        one for one in admin.site._registry.values() if one.opts.label_lower.replace(".", "_") == name
    )
    return records.get_changelist_instance(request).result_count


TABLES = {
    "organizations": "organizations",
    "community_general_branches": "organizations",
    "members": "members",
    "enterprises": "enterprises",
    "designations": "enterprises",
}
"""The rows that a figure counts, as `Away` calls them, by the first part of the figure's code."""


def numbers_by_table(answer):
    """The numbers of a page, each with the rows that it counts, as `Away` calls them, and the area in which."""
    page = answer.context
    whole = page["asked"].area
    for row in page["by_area"].rows if page["by_area"] else ():
        for column, cell in zip(COLUMNS, row.cells, strict=True):
            if cell.number:
                yield cell.number, TABLES[column.code.split(".")[0]], row.area or whole
    for detail in page["details"]:
        yield detail.now, TABLES[detail.code.split(".")[0]], whole
    for part in (*page["modes"], *page["practices"]):
        yield part.number, "enterprises", whole
    *on_the_way, probationary, full = page["stages"]
    for part in on_the_way:
        yield part.number, "on_the_way", whole
    for part in (probationary, full):
        yield part.number, "members", whole
    for year in page["growth"]:
        yield year.formed, "organizations", whole
        yield year.cumulative, "organizations", whole


@pytest.mark.sqlite
def test_every_number_leads_to_a_list_of_as_many_rows(client, district):
    user = staff(Role.ORGANIZER, district)
    client.force_login(user)
    answer = ask(client)

    assert all(number.address for number in numbers(answer) if number.value)
    found = links(answer)
    assert set(found) == {number.address for number in numbers(answer) if number.value}
    assert {address: rows_of(address, user) for address in found} == found
    one_of_each = {address.split("?")[0]: address for address in found}
    assert len(one_of_each) == 6
    for address in one_of_each.values():
        assert client.get(address).context["cl"].result_count == found[address], address
    assert links(ask(client, "dashboard_leaders")).items() <= found.items()


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds)
def test_numbers_lead_to_as_many_rows_on_random_registers(client, world):
    lot = Random(world.seed)
    with transaction.atomic():
        areas = world.store()
        enterprises = list(Enterprise.objects.all())
        for member in Member.objects.all():
            member.employer, member.applied_on = lot.choice(enterprises), lot.choice(DAYS)
            member.save()
        Practice.objects.create(
            title="互助会", text="", enterprise=lot.choice(enterprises), day=lot.choice(DAYS)
        )
        own = lot.choice(list(areas.values()))
        inside = [area for code, area in areas.items() if code.startswith(own.code)]
        for user, area in (
            (staff(Role.ADMINISTRATOR), lot.choice(["", *areas])),
            (staff(Role.ORGANIZER, own), lot.choice(inside).code),
        ):
            client.force_login(user)
            scale = lot.choice(Scale.values)
            answer = ask(client, as_of=lot.choice(world.asked).isoformat(), area=area, scale=scale)
            found = links(answer)
            assert {address: rows_of(address, user) for address in found} == found
            for number, table, place in numbers_by_table(answer):
                if number.value and not number.address:
                    day, today = answer.context["asked"].day, timezone.localdate()
                    assert getattr(rows_away(day, place, user.scope, today), table), (table, place)
        transaction.set_rollback(True)


def test_what_has_left_the_users_area_is_counted_and_explained(client, district):
    client.force_login(staff(Role.ORGANIZER, district))
    wutian, elsewhere = Area.objects.get(code="330304001"), AreaFactory(code="330305001")
    gone = OrganizationFactory(area=wutian, established_on=date(2000, 1, 1))
    gone.areas.update(valid_to=date(2010, 1, 1))
    gone.areas.create(area=elsewhere, valid_from=date(2010, 1, 1))
    answer = ask(client)

    rows = {row.area and row.area.code: row.cells for row in answer.context["by_area"].rows}
    assert rows["330304001"][0].number.value == 4
    assert not rows["330304001"][0].number.address
    assert rows["330304001"][4].number.address, "no enterprise has left"
    assert rows[None][0].number.address, "no organization has left from there"
    html = answer.content.decode()
    assert "Some of what is counted on June 19, 2008 lies outside your area today: 1 organization." in html
    assert "lies outside your area today" in ask(client, "dashboard_leaders").content.decode()
    assert "outside your area" not in ask(client, as_of="2011-01-01").content.decode()


def test_a_figure_that_nobody_counts_has_no_list(district):
    lists = Lists(staff(Role.ADMINISTRATOR), DAY, Away())
    assert "kind=branch" in lists.behind("organizations.by_kind.branch", 1, Place(None)).address
    with pytest.raises(KeyError):
        lists.behind("organizations.by_kind.community_general_branch", 1, Place(None))


@pytest.mark.sqlite
def test_a_number_leads_to_no_list_that_its_reader_may_not_open(client, district):
    for role, opens_members in ((Role.ORGANIZER, True), (Role.REVIEWER, False), (Role.ANALYST, False)):
        client.force_login(staff(role, district))
        found = links(ask(client))
        assert any("/members/member/" in address for address in found) is opens_members
        assert any("/orgs/organization/" in address for address in found)
        assert ("Open applications" in ask(client).content.decode()) is (role != Role.ANALYST)
