"""Every page that a role finds by following links, and every page of an error, keeps the content security policy.

`open_page` fails a test for a breach, for an error on the console and for a call to another host.
"""

import re
from urllib.parse import urldefrag, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.shortcuts import render
from django.urls import include, path, reverse

from accounts.models import Token
from accounts.roles import Role
from orgs.models import Area, Kind
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

LINKS = "Array.from(document.links, (link) => link.href)"
# What is no page to look at: it answers in JSON or YAML, or is a file.
DATA = re.compile(r"/api/v1/(?!docs/)|/healthz|/readyz|.*/(?:csv|xlsx)/$|/admin/sheets/import/template/")


@pytest.fixture
def own_area():
    area = AreaFactory(code="330304001")
    Area.objects.rebuild_tree()
    enterprise = EnterpriseFactory(area=area)
    organization = OrganizationFactory(area=area, covers=[enterprise])
    OrganizationFactory(area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    MemberFactory(organization=organization, employer=enterprise)
    InstructorFactory(enterprise=enterprise)
    DesignationFactory(enterprise=enterprise)
    PracticeFactory(enterprise=enterprise)
    return area


def user_called(role, area):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=role))
    Token.objects.create(user)
    return user


def followed(page, start):
    """Open every page that links lead to from `start`, one of each kind of record or check; gives the kinds."""
    waiting, seen = list(start), set()
    while waiting:
        address = waiting.pop()
        kind = re.sub(r"/checks/[^/]+/", "/checks/one/", re.sub(r"/\d+/", "/1/", address))
        if kind in seen:
            continue
        seen.add(kind)
        response = page.goto(address, wait_until="load")
        assert response.status == 200, f"{address}: {response.status}"
        here = urlsplit(page.url)
        for found in page.evaluate(LINKS):
            link = urlsplit(urldefrag(found).url)
            if link.netloc == here.netloc and not DATA.match(link.path):
                waiting.append(link.path)
    return seen


# The other roles are led to pages that these are led to, too.
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.REVIEWER])
def test_the_pages_that_links_lead_a_role_to(open_page, own_area, role):
    page = open_page("/admin/", user=user_called(role, own_area), language="zh-hans")

    seen = followed(page, ["/", "/admin/", "/api/v1/docs/", reverse("admin:password_change")])

    assert reverse("admin:orgs_enterprise_changelist") in seen
    assert reverse("admin:orgs_enterprise_history", args=[1]) in seen
    assert (reverse("admin:members_member_change", args=[1]) in seen) is (
        role in {Role.ADMINISTRATOR, Role.ORGANIZER}
    )
    assert (reverse("admin:orgs_area_delete", args=[1]) in seen) is (role == Role.ADMINISTRATOR)


def test_the_pages_that_links_lead_anybody_to(open_page, own_area):
    page = open_page("/")

    assert {"/", "/admin/login/"} <= followed(page, ["/", "/admin/login/"])


def fails(_request):
    raise RuntimeError("on purpose")


def shows(request, status):
    """The page of an error that a browser meets seldom."""
    return render(request, f"{status}.html", status=status)


urlpatterns = [path("fail/", fails), path("<int:status>/", shows), path("", include("registry.urls"))]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh-hans", "dark")])
def test_the_pages_of_errors(open_page, own_area, language, scheme):
    analyst = user_called(Role.ANALYST, own_area)
    for address, status in (
        ("/nowhere/", 404), ("/?as_of=x", 400), ("/admin/nowhere/", 404),
        (reverse("admin:orgs_enterprise_change", args=[999]), 404),
        (reverse("admin:orgs_enterprise_add"), 403), ("/400/", 400), ("/413/", 413), ("/fail/", 500),
    ):  # fmt: skip
        page = open_page(address, user=analyst, status=status, language=language, scheme=scheme, width=NARROW)
        assert_fits(page)
        assert_accessible(page)
