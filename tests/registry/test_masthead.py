"""The head of every page: which sections it leads to, where one is, who is signed in."""

import re
from datetime import date

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from accounts.roles import Role
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, PracticeFactory

# What a page shows around its content depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def organizer(**values):
    return UserFactory(role=Role.ORGANIZER.value, is_staff=True, **values)


def places(html, css_class):
    """The links of the `nav` of that class: name and what `aria-current` says, in order."""
    nav = re.search(rf'<nav class="{css_class}".*?</nav>', html, re.DOTALL)
    links = re.findall(r'<a href="[^"]+"(?: aria-current="(\w+)")?>([^<]+)</a>', nav[0])
    return [(name, current) for current, name in links]


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/", {}),
        ("/apply/", {"Apply": "page"}),
        ("/apply/status/", {"Follow an application": "page"}),
        ("/practices/", {"Practices": "page"}),
        ("/api/v1/docs/", {"API": "page"}),
        ("/nowhere/", {}),
    ],
)
def test_the_public_sees_the_sections_of_an_applicant_and_where_it_is(client, address, current):
    html = client.get(address).content.decode()

    names = ["Apply", "Follow an application", "Practices", "API"]
    assert places(html, "sections") == [(name, current.get(name, "")) for name in names]
    assert "Sign in" in html


def test_a_page_beneath_a_section_lies_in_it_and_says_how_one_came(client):
    practice = PracticeFactory(released_on=date(2008, 6, 19))

    html = client.get(f"/practices/{practice.pk}/").content.decode()
    assert ("Practices", "true") in places(html, "sections")
    assert places(html, "breadcrumbs") == [("Practices", "")]


@pytest.mark.parametrize(
    ("address", "section", "page"),
    [
        ("/dashboard/", ("Dashboard", "page"), ("Figures", "page")),
        ("/dashboard/leaders/", ("Dashboard", "true"), ("Leaders&#x27; view", "page")),
        ("/dashboard/reports/issue/", ("Dashboard", "true"), ("Reports", "true")),
        ("/admin/", ("Data entry", "page"), None),
        ("/admin/orgs/enterprise/", ("Data entry", "true"), None),
    ],
)
def test_staff_see_the_sections_of_their_work_and_where_they_are(client, address, section, page):
    client.force_login(organizer(area=AreaFactory()))

    html = client.get(address).content.decode()
    assert [place for place in places(html, "sections") if place[1]] == [section]
    if page:
        assert [place for place in places(html, "section-nav") if place[1]] == [page]


@pytest.mark.parametrize("address", ["/", "/dashboard/", "/admin/", "/account/tokens/"])
def test_staff_see_as_what_they_are_signed_in_and_leave_from_any_page(client, address):
    client.force_login(organizer(username="zhang", area=AreaFactory(name="梧田街道", name_en="Wutian")))

    html = " ".join(client.get(address).content.decode().split())
    assert '<strong class="who">zhang</strong>' in html
    assert '<span class="as">Organizer · Wutian ' in html
    assert 'action="/admin/logout/"' in html


def test_a_user_without_a_role_is_told_so(client):
    client.force_login(UserFactory(is_staff=True))

    assert '<span class="as">No role ' in " ".join(client.get("/").content.decode().split())


@pytest.mark.parametrize("page", ["400.html", "413.html", "500.html"])
def test_a_page_that_needs_nothing_is_dressed_all_the_same(page):
    html = render_to_string(page)

    files = re.findall(r'(?:href|src)="/static/([^"]+)"', html)
    assert len(files) == 4
    assert all(finders.find(file) for file in files)
    assert html.count('href="/"') == 3


@pytest.mark.parametrize(
    ("query", "told", "way"),
    [
        ("", "There is nothing in this list yet.", "/admin/orgs/enterprise/add/"),
        ("?q=nothing", "Nothing in this list fits what is searched and filtered for.", "?"),
    ],
)
def test_an_empty_list_says_why_and_what_to_do(client, query, told, way):
    client.force_login(organizer(area=AreaFactory()))

    html = client.get(f"/admin/orgs/enterprise/{query}").content.decode()
    empty = html[html.index('<div class="empty">') :]
    assert told in empty
    assert f'<a href="{way}">' in empty
