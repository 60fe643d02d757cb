"""What no page asks for: forged parameters and keys are answered as bad or absent, never by an error page.

The addresses are those of the admin's own registry, so a new table is asked too.
"""

import logging
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse

from accounts.models import Token
from accounts.roles import Role
from applications.models import State
from orgs.models import Kind
from record.log import note
from record.models import Event
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
)
from tests.factories.sheets import ImportFactory

pytestmark = pytest.mark.django_db

NASTY = ("\0", "(", "x", "9" * 30, "99999-01-01", "\uffff")
PARAMETERS = (
    "q", "p", "o", "on", "area", "kind", "mode", "organization", "employer", "stage", "role", "event", "state", "side",
    "assigned", "overdue", "as_of", "area_code", "outside", "established", "place_code",
    "ownership__exact", "is_active__exact",
)  # fmt: skip
QUERIES = (
    *({name: value} for name in PARAMETERS for value in NASTY[::2]),
    *({"on": value} for value in NASTY),
    {"all": "x"}, {"e": "1"}, {"_facets": "x"}, {"o": "9.9.9"}, {"o": "1.-1.x"}, {"\0": "\0"}, {"": "1"},
    {"name__regex": "("}, {"code__regex": "("}, {"detail__regex": "("}, {"username__regex": "("},
    {"pk": "\0"}, {"id__in": "x"}, {"id__gt": "9" * 30}, {"password__startswith": "a"}, {"x__y__z": "1"},
    {"employed_members": "1"}, {"memberships__member__name": "x"}, {"groups__id__exact": "x"},
    {"registered_on__year": "99999"}, {"at__year": "9" * 30}, {"at__year": "\0"}, {"at__day": "99"},
)  # fmt: skip
OF_ANY_PAGE = (
    {"_to_field": "password"}, {"_to_field": "uscc"}, {"_to_field": "\0"}, {"_popup": "\0"}, {"p": "9" * 30},
    {"_changelist_filters": "\0"}, {"_changelist_filters": "q=%00"}, {"name": "\0"}, {"changes": "\0"},
)  # fmt: skip
KEYS = ("\0", "x", "9" * 30, "-1", "0", "1/2", "_00", "1\n")


@pytest.fixture(autouse=True)
def _register():
    area = AreaFactory(code="330304001")
    enterprise = EnterpriseFactory(area=area)
    organization = OrganizationFactory(area=area)
    MemberFactory(organization=organization, employer=enterprise)
    TransferFactory(origin=organization)
    OrganizationFactory(area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    for make in (DesignationFactory, InstructorFactory, PracticeFactory):
        make(enterprise=enterprise)
    application_in(State.SUBMITTED, area=area, enterprise=enterprise)
    Token.objects.create(UserFactory())
    note(Event.SIGN_IN)
    ImportFactory()


@pytest.fixture(autouse=True)
def _without_a_log():
    """Hundreds of bad requests are answered here; to log each costs more than to answer it."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def signed_in(client, role):
    user = UserFactory(is_staff=True, area=AreaFactory(code="330304"))
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    client.raise_request_exception = False
    return client


# Each database reads what is typed for some of the roles: what it makes of a value does not depend on who typed it.
EDITORS = {"sqlite": [Role.ADMINISTRATOR], "postgresql": [Role.ORGANIZER]}[connection.vendor]
READERS = {"sqlite": [Role.REVIEWER], "postgresql": []}[connection.vendor]


@pytest.fixture(params=[*EDITORS, *READERS])
def staff(request, client):
    return signed_in(client, request.param)


@pytest.fixture(params=EDITORS)
def editor(request, client):
    """Who sees every table, or who sees within an area; what is typed is read alike for the others."""
    return signed_in(client, request.param)


def tables():
    return [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]


def pages(page):
    """The address of `page` of each table."""
    return [reverse(f"admin:{table}_{page}") for table in tables()]


def test_no_parameter_breaks_a_list(editor):
    broken = [
        (address, query)
        for address in pages("changelist")
        if editor.get(address).status_code == 200
        for query in (*QUERIES, *OF_ANY_PAGE)
        if editor.get(address, query).status_code >= 500
    ]
    assert broken == []


@pytest.mark.sqlite  # they are read before a database is asked
def test_no_parameter_breaks_the_page_of_a_new_record(editor):
    broken = [
        (address, query)
        for address in pages("add")
        if editor.get(address).status_code == 200
        for query in OF_ANY_PAGE
        if editor.get(address, query).status_code >= 500
    ]
    assert broken == []


def test_no_key_breaks_the_page_of_a_record(staff):
    broken = []
    for table in tables():
        for key in KEYS:
            for page in ("change", "history", "delete", "close", "dissolve", "end"):
                address = f"{reverse(f'admin:{table}_changelist')}{quote(key)}/{page}/"
                statuses = {staff.get(address).status_code, staff.post(address).status_code}
                if max(statuses) >= 500:
                    broken.append((table, page, key))
    assert broken == []


@pytest.mark.sqlite  # they are read before a database is asked
def test_no_parameter_breaks_the_page_of_a_record(editor):
    broken = []
    for model, records in admin.site._registry.items():
        record = model._default_manager.first()
        known = {url.name for url in records.get_urls()}
        for page in ("change", "history", "delete"):
            name = f"{records.opts.app_label}_{records.opts.model_name}_{page}"
            if name not in known:  # an import is neither changed nor deleted
                continue
            address = reverse(f"admin:{name}", args=[record.pk])
            broken += [
                (name, query) for query in OF_ANY_PAGE if editor.get(address, query).status_code >= 500
            ]
    assert broken == []


def broken_forms(client, forgeries):
    """The addresses of forms of records, and which of the `forgeries` of what such a form sends broke each."""
    for model, records in admin.site._registry.items():
        table = f"{records.opts.app_label}_{records.opts.model_name}"
        record = model._default_manager.first()
        for address in (reverse(f"admin:{table}_add"), reverse(f"admin:{table}_change", args=[record.pk])):
            page = client.get(address)
            if page.status_code != 200:
                continue
            untouched = filled_in(page)
            for forged in forgeries(untouched):
                if client.post(address, untouched | forged).status_code >= 500:
                    yield address, forged


def test_nothing_typed_in_a_field_breaks_a_page(editor):
    def typed(untouched):
        names = [name for name in untouched if "_FORMS" not in name and name != "changes"]
        return (dict.fromkeys(names, value) for value in NASTY)

    assert list(broken_forms(editor, typed)) == []


@pytest.mark.sqlite  # they are read before a database is asked
def test_nothing_in_place_of_a_number_of_rows_breaks_a_page(editor):
    def counted(untouched):
        return ({name: value} for name in untouched if "_FORMS" in name for value in ("\0", "-1"))

    assert list(broken_forms(editor, counted)) == []


# Those that choose what is done are read before a database is asked.
CHOOSING = [
    pytest.param(field, marks=pytest.mark.sqlite) for field in ("action", "index", "select_across", "_save")
]


@pytest.mark.parametrize("field", ["_selected_action", "listed", *CHOOSING])
def test_nothing_sent_to_a_list_breaks_it(staff, field):
    action = {"action": "delete_selected", "_selected_action": "1", "index": "0", "post": "yes"}
    broken = [
        (table, value)
        for table in tables()
        for value in NASTY
        if staff.post(reverse(f"admin:{table}_changelist"), action | {field: value}).status_code >= 500
    ]
    assert broken == []


def test_no_parameter_breaks_what_completes_typing(staff):
    asked = {
        "app_label": "orgs",
        "model_name": "coverage",
        "field_name": "enterprise",
        "term": "",
        "page": "1",
    }
    broken = [
        (name, value)
        for name in asked
        for value in NASTY
        if staff.get(reverse("admin:autocomplete"), asked | {name: value}).status_code >= 500
    ]
    assert broken == []


def test_nothing_typed_into_the_search_breaks_it(editor):
    address = reverse("admin:search")
    typed = (*NASTY, "x" * 500, "%%", "_%\\", "' OR 1=1 --", "<script>", "😀😀", "9" * 18)
    broken = [
        text
        for text in typed
        if editor.post(address, {"text": text}).status_code >= 500
        or editor.post(address, {text: text}).status_code >= 500
    ]
    broken += [query for query in (*QUERIES, *OF_ANY_PAGE) if editor.get(address, query).status_code >= 500]
    assert broken == []


@pytest.mark.parametrize("page", ["", "picture/"])
def test_no_key_or_parameter_breaks_the_public_pages(client, page):
    client.raise_request_exception = False
    asked = [f"/practices/{quote(key)}/{page}" for key in KEYS]
    asked += [f"/practices/?page={quote(value)}" for value in (*NASTY, "0", "-1", "2", "1.5", "9" * 5000)]
    assert {address: client.get(address).status_code for address in asked} == dict.fromkeys(asked, 404)
