"""Every address x every role x {own, foreign, absent}: who finds what there.

The addresses are those of the site's own resolver: one that stands in no table here fails.
"""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import Token
from accounts.roles import Role
from applications.models import State
from orgs.models import Kind, PolicyNumber
from record.log import note
from record.models import Event
from registry.api import router
from tests.factories.accounts import UserFactory
from tests.factories.api import token_client
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
    PracticePictureFactory,
)
from tests.sheets.files import identity

# Who may do what depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

ADMINISTRATOR, ORGANIZER, REVIEWER, ANALYST = STAFF = tuple(role.value for role in Role)
WITHOUT_AREA, WITHOUT_ROLE = "organizer without area", "no role"
USERS = (*STAFF, WITHOUT_AREA, WITHOUT_ROLE)
WRITERS = (ADMINISTRATOR, ORGANIZER)
REVIEWERS = (*WRITERS, REVIEWER)

VIEWED_BY = {
    "orgs_area": STAFF,
    "orgs_enterprise": STAFF,
    "orgs_organization": STAFF,
    "orgs_communitygeneralbranch": STAFF,
    "orgs_designation": STAFF,
    "orgs_practice": STAFF,
    "orgs_policynumber": STAFF,
    "orgs_instructor": (ADMINISTRATOR, ORGANIZER, REVIEWER),
    "members_member": WRITERS,
    "members_transfer": WRITERS,
    "applications_application": REVIEWERS,
    "accounts_user": (ADMINISTRATOR,),
    "accounts_token": (ADMINISTRATOR,),
    "accounts_rolegroup": (ADMINISTRATOR,),
    "record_accessentry": (ADMINISTRATOR,),
}
CHANGED_BY = {
    "orgs_area": (ADMINISTRATOR,),
    "orgs_enterprise": WRITERS,
    "orgs_organization": WRITERS,
    "orgs_communitygeneralbranch": WRITERS,
    "orgs_designation": WRITERS,
    "orgs_coverage": WRITERS,
    "orgs_practice": WRITERS,
    "orgs_policynumber": (ADMINISTRATOR,),
    "orgs_instructor": WRITERS,
    "members_member": WRITERS,
    "accounts_user": (ADMINISTRATOR,),
}
DELETED_BY = dict.fromkeys(("orgs_area", "orgs_practice", "accounts_token"), (ADMINISTRATOR,))
ENDED_ON = {
    "orgs_enterprise": "close",
    "orgs_organization": "dissolve",
    "orgs_communitygeneralbranch": "dissolve",
    "members_member": "end",
    "accounts_user": "second_factor",
}
"""What ends a record has a page; so has what ends a user's second factor."""
STEPS = {
    "members_member": ("transfer", "lost-contact", "go-away"),
    "members_transfer": ("letter", "receive", "return", "cancel"),
    "orgs_organization": (
        "move-members", "merge", "split", "hold-election", "appoint", "change-kind", "change-superior", "change-area",
    ),
    "orgs_communitygeneralbranch": (
        "merge", "split", "look-after", "incubate", "hold-election", "appoint", "change-superior", "change-area",
    ),
    "orgs_enterprise": ("move", "merge", "assign-instructor"),
    "applications_application": ("take-up",),
}  # fmt: skip
"""What else is done to a record, each on a page of its own; transfers and applications are changed by nothing else."""
LIVES = {"members_member", "orgs_organization", "orgs_communitygeneralbranch", "orgs_enterprise"}
"""Records whose life is told on a page."""
STEPPED_BY = dict.fromkeys(STEPS, WRITERS) | {"applications_application": REVIEWERS}
STEPPED_BY_WRITERS = {("applications_application", "found")}
"""Steps that fewer may take than the others of their table."""
REVEALED_ON = {
    "members_member": "id_number", "orgs_enterprise": "contact_phone", "orgs_instructor": "phone",
    "applications_application": "contact_phone",
}  # fmt: skip
REVEALED_BY = CHANGED_BY | {"applications_application": REVIEWERS}
READ_BY = {"applications_application": REVIEWERS}
"""Tables that the API shows to these alone; the others to any role."""
UNDIVIDED = {
    "orgs_policynumber", "accounts_user", "accounts_token", "accounts_rolegroup", "record_accessentry",
}  # fmt: skip
"""No area divides these tables: who may view one sees all of it."""

WITHOUT_HISTORY = {"accounts_user", "accounts_token", "accounts_rolegroup"}
"""Tables whose changes no page of the admin tells."""
BODIES = {
    "enterprises": {"employees": 12},
    "organizations": {"place": "瑞安"},
    "community-general-branches": {"place": "瑞安"},
    "coverage": {"valid_to": "2030-01-01"},
    "members": {"sex": "female"},
    "instructors": {"employer": "区委"},
    "designations": {"revoked_on": "2030-01-01"},
}
"""What a write changes of each list; the other lists are read alone."""

LISTS = {
    "areas": ("orgs_area", "code"),
    "enterprises": ("orgs_enterprise", "uscc"),
    "organizations": ("orgs_organization", "code"),
    "community-general-branches": ("orgs_communitygeneralbranch", "code"),
    "coverage": ("orgs_coverage", "id"),
    "members": ("members_member", "member_no"),
    "transfers": ("members_transfer", "id"),
    "applications": ("applications_application", "reference"),
    "instructors": ("orgs_instructor", "id"),
    "designations": ("orgs_designation", "id"),
}
ABOUT_NO_RECORD = {
    "home", "practices", "set_language", "healthz", "readyz", "schema", "docs", "statistics-coverage", "api-root",
    "statistics-applications", "statistics-coverage-by-area", "statistics-series", "statistics-bulletin",
    "statistics-definitions", "statistics-gaps",  # tests/stats/test_api_gaps.py
    "dashboard", "dashboard_leaders",  # tests/stats/test_dashboard.py
    "index", "app_list", "login", "logout", "password_change", "password_change_done", "jsi18n",
    "view_on_site",  # no record has a page on the site
    "autocomplete",  # below
    "search",  # below
    "export_list",  # tests/sheets/test_export_pages.py
    "auth_user_password_change",  # tests/accounts/test_admin.py
    "record_accessentry_changes",  # tests/record/test_admin.py
    "record_accessentry_history",  # tests/record/test_admin.py
    "orgs_enterprise_yearly_list",  # tests/sheets/test_yearly_list_page.py
    "sheets_import_changelist", "sheets_import_add", "sheets_import_template", "sheets_import_change",
    "sheets_import_columns", "sheets_import_check", "sheets_import_confirm", "sheets_import_leave_out",
    "sheets_import_discard", "sheets_import_undo", "sheets_import_wrong_rows",
    "sheets_import_progress",  # tests/sheets/test_import_pages.py
    "checks", "check", "check_file",  # tests/checks/test_pages.py
    "tokens", "end_token",  # below
    "joint_proposals",  # tests/work/test_joining_page.py
    "work_list", "work_file", "work_exempt", "work_end_exemption",  # tests/work/test_pages.py
    "practice", "practice_picture",  # below
    "application_status", "application_answer", "application_withdraw", "application_letter",
    "application_leave",  # tests/applications/test_status.py
    "application_file",  # tests/applications/test_file_download.py
    "apply", "application_topic", "application_check", "application_later",  # tests/applications/test_form.py
    "application_resume", "application_receipt",  # tests/applications/test_receipt.py
    # Of these records they are not possible: tests/procedures/test_members.py
    "members_member_apply", "members_member_talk", "members_member_activist", "members_member_candidate",
    "members_member_admit", "members_member_approve", "members_member_extend-probation", "members_member_confirm",
    "members_member_end-probation", "members_member_stop", "members_member_contact-found",
    "members_member_come-back", "members_member_restore",
    # And these: tests/procedures/test_organizations.py, test_enterprises.py, test_transfers.py
    "orgs_organization_relieve", "orgs_communitygeneralbranch_relieve", "orgs_enterprise_end-instructor",
    "members_member_transfer-in", "members_transfer_issue-letter", "orgs_communitygeneralbranch_move-members",
    # And these: tests/procedures/test_structure.py
    "orgs_organization_stand-alone", "orgs_communitygeneralbranch_stop-looking-after",
    "applications_application_letter",  # of those that are approved: tests/applications/test_letter.py
    # And these: tests/procedures/test_applications.py
    *(f"applications_application_{step}" for step in (
        "assign", "hand-back", "return", "approve", "file", "reopen", "reject", "found",
    )),
    "reports", "issue_report", "report", "compare_report", "report_json", "report_workbook",
    "comparison_workbook",  # tests/reports/test_pages.py
    "second_factor", "second_factor_code", "second_factor_set_up", "second_factor_recovery_codes",  # the own account
    None,  # what leads on, and what answers 404
}  # fmt: skip
ABSENT = "999999"


def filled(code):
    """A record of each table, where it is divided in the area of `code`."""
    area = AreaFactory(code=code)
    phone = f"138{code[-8:]}"
    enterprise = EnterpriseFactory(area=area, contact_phone=phone)
    organization = OrganizationFactory(area=area)
    return {
        "orgs_area": area,
        "orgs_enterprise": enterprise,
        "orgs_organization": organization,
        "orgs_communitygeneralbranch": OrganizationFactory(area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH),
        "orgs_designation": DesignationFactory(enterprise=enterprise),
        "orgs_coverage": CoverageFactory(enterprise=enterprise, organization=organization),
        "orgs_practice": PracticeFactory(enterprise=enterprise),
        "orgs_policynumber": PolicyNumber.objects.first(),
        "orgs_instructor": InstructorFactory(enterprise=enterprise, phone=phone),
        "members_member": MemberFactory(
            organization=organization, id_number=identity(order=code[-3:]), phone=phone
        ),
        "members_transfer": TransferFactory(
            origin=organization,
            destination=None,
            destination_elsewhere="瑞安",
            letter_number=f"2008-{code}",
            letter_on=date(2008, 6, 2),
        ),
        "applications_application": application_in(
            State.SUBMITTED, area=area, enterprise=enterprise, contact_phone=phone
        ),
        "accounts_user": UserFactory(),
        "accounts_token": Token.objects.create(UserFactory())[0],
        "accounts_rolegroup": Group.objects.first(),
        "record_accessentry": note(Event.SIGN_IN),
    }


@pytest.fixture
def places():
    return SimpleNamespace(own=filled("330304001"), foreign=filled("330304002"))


def user_called(name, places):
    user = UserFactory(is_staff=True, area=None if name == WITHOUT_AREA else places.own["orgs_area"])
    if name != WITHOUT_ROLE:
        user.groups.add(Group.objects.get(name=ORGANIZER if name == WITHOUT_AREA else name))
    return user


def holds(name, table, holders):
    return (ORGANIZER if name == WITHOUT_AREA else name) in holders.get(table, ())


def sees(name, table, place):
    """Whether a user who may view `table` finds the record at `place`."""
    if name == ADMINISTRATOR or table in UNDIVIDED:
        return True
    return place == "own" and name != WITHOUT_AREA


def expected(name, table, place, holders, page):
    """Who lacks the permission learns nothing; who has it finds what lies in the own area, and else nothing."""
    if not holds(name, table, holders):
        return 403
    if place == "absent" or (page == "history" and table in WITHOUT_HISTORY):
        return 404
    return 200 if sees(name, table, place) else 404


def pages(table):
    """The admin's pages of one record: name, method, and who may open them."""
    yield "change", "get", VIEWED_BY
    yield "change", "post", CHANGED_BY
    if table != "record_accessentry":  # an entry has no history: it is one
        yield "history", "get", VIEWED_BY
    yield "delete", "get", DELETED_BY
    if table in ENDED_ON:
        yield ENDED_ON[table], "get", CHANGED_BY
    for step in STEPS.get(table, ()):
        yield step, "get", STEPPED_BY
    if table in LIVES:
        yield "life", "get", VIEWED_BY
    if table in REVEALED_ON:
        yield "reveal", "get", REVEALED_BY


def arguments(table, page, key):
    return [key, REVEALED_ON[table]] if page == "reveal" else [key]


def test_every_address_of_the_site_stands_in_a_table():
    known = {f"{table}_{page}" for table in VIEWED_BY for page in ("changelist", "add")}
    known |= {f"{table}_{page}" for table in VIEWED_BY for page, _method, _holders in pages(table)}
    known |= {f"{table}_find" for table in REVEALED_ON}
    known |= {
        f"{name.removesuffix('es').removesuffix('s')}-{kind}" for name in LISTS for kind in ("list", "detail")
    }
    known |= {
        f"{name}-{kind}" for name in ("enterprise", "community-general-branch") for kind in ("list", "detail")
    }

    known |= {
        f"{basename}-{action.replace('_', '-')}"
        for _path, viewset, basename in router.registry
        for action in getattr(viewset, "procedures", ())
    }

    def names(resolver):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                yield pattern.name
            else:
                yield from names(pattern)

    assert set(names(get_resolver())) - known - ABOUT_NO_RECORD == set()


@pytest.mark.parametrize("name", USERS)
def test_the_pages_of_records_in_the_admin(client, places, name):
    client.force_login(user_called(name, places))
    keys = {
        "own": {table: places.own[table].pk for table in VIEWED_BY},
        "foreign": {table: places.foreign[table].pk for table in VIEWED_BY},
        "absent": dict.fromkeys(VIEWED_BY, ABSENT),
    }
    found, wanted = {}, {}
    for place, by_table in keys.items():
        for table, key in by_table.items():
            for page, method, holders in pages(table):
                address = reverse(f"admin:{table}_{page}", args=arguments(table, page, key))
                cell = table, page, method, place
                found[cell] = getattr(client, method)(address).status_code
                wanted[cell] = expected(name, table, place, holders, page)
    assert found == wanted


@pytest.mark.parametrize("name", USERS)
def test_the_lists_in_the_admin(client, places, name):
    client.force_login(user_called(name, places))
    for table in VIEWED_BY:
        answer = client.get(reverse(f"admin:{table}_changelist"))
        assert answer.status_code == (200 if holds(name, table, VIEWED_BY) else 403), table
        if answer.status_code == 200:
            shown = {row.pk for row in answer.context["cl"].result_list}
            for place, records in vars(places).items():
                assert (records[table].pk in shown) is sees(name, table, place), (table, place)
            assert answer.context["cl"].result_count == len(shown), table
        add = client.get(reverse(f"admin:{table}_add"))
        assert add.status_code == (200 if holds(name, table, CHANGED_BY) else 403), table


@pytest.mark.parametrize("name", USERS)
def test_what_a_number_finds_in_the_admin(client, places, name):
    client.force_login(user_called(name, places))
    for table in REVEALED_ON:
        find, plain = reverse(f"admin:{table}_find"), reverse(f"admin:{table}_changelist")
        for place, phone in (("own", "13830304001"), ("foreign", "13830304002"), ("absent", "13900000000")):
            answer = client.post(find, {"number": phone})
            if not holds(name, table, REVEALED_BY):
                assert answer.status_code == 403, table
                continue
            there = place != "absent" and sees(name, table, place)
            record = there and getattr(places, place)[table]
            wanted = reverse(f"admin:{table}_change", args=[record.pk]) if there else plain
            assert (answer.status_code, answer.url) == (302, wanted), (table, place)


@pytest.mark.parametrize("name", USERS)
def test_what_completes_typing_in_the_admin(client, places, name):
    client.force_login(user_called(name, places))
    for model, field, table in (
        ("orgs.enterprisearea", "area", "orgs_area"), ("orgs.coverage", "enterprise", "orgs_enterprise"),
        ("members.membership", "organization", "orgs_organization"),
        ("members.membership", "member", "members_member"), ("accounts.user", "area", "orgs_area"),
    ):  # fmt: skip
        app_label, model_name = model.split(".")
        asked = {"app_label": app_label, "model_name": model_name, "field_name": field, "term": ""}
        answer = client.get(reverse("admin:autocomplete"), asked)
        assert answer.status_code == (200 if holds(name, table, VIEWED_BY) else 403), table
        if answer.status_code == 200:
            offered = {row["id"] for row in answer.json()["results"]}
            for place, records in vars(places).items():
                assert (str(records[table].pk) in offered) is sees(name, table, place), (table, place)


@pytest.mark.parametrize("name", USERS)
def test_what_the_search_finds_in_the_admin(client, places, name):
    client.force_login(user_called(name, places))
    tables = {"members_member": "member_no", "orgs_organization": "code", "orgs_communitygeneralbranch": "code",
              "orgs_enterprise": "uscc"}  # fmt: skip
    for place, records in vars(places).items():
        asked = {(table, getattr(records[table], key)): VIEWED_BY for table, key in tables.items()}
        phone = records["orgs_enterprise"].contact_phone.reveal()
        asked |= {(table, phone): CHANGED_BY for table in ("members_member", "orgs_enterprise")}
        for (table, text), holders in asked.items():
            answer = client.post(reverse("admin:search"), {"text": text})
            found = {row.address for group in answer.context["groups"] or () for row in group.rows}
            there = holds(name, table, holders) and sees(name, table, place)
            address = reverse(f"admin:{table}_change", args=[records[table].pk])
            assert (address in found) is there, (table, place)


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize("path", LISTS)
def test_the_lists_and_details_of_the_api(places, name, path):
    client = token_client(user_called(name, places))
    table, key = LISTS[path]
    if table in READ_BY and not holds(name, table, READ_BY):
        for address in (
            f"/api/v1/{path}/",
            f"/api/v1/{path}/{getattr(places.own[table], key)}/",
            f"/api/v1/{path}/{ABSENT}/",
        ):
            assert client.get(address).status_code == 403
        return
    rows = client.get(f"/api/v1/{path}/").json()
    shown = {row[key] for row in rows["results"]}
    assert rows["count"] == len(shown)
    for place, records in vars(places).items():
        record_key = getattr(records[table], key)
        seen = name != WITHOUT_ROLE and sees(name, table, place)
        assert (record_key in shown) is seen, place
        address = f"/api/v1/{path}/{record_key}/"
        assert client.get(address).status_code == (200 if seen else 404), place
        for method in ("post", "put", "delete"):
            assert getattr(client, method)(address, {}).status_code == 405
    assert client.get(f"/api/v1/{path}/{ABSENT}/").status_code == 404
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(f"/api/v1/{path}/", {}).status_code == 405


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize("path", LISTS)
def test_the_writes_of_the_api(places, name, path):
    client = token_client(user_called(name, places))
    table, key = LISTS[path]
    everything = token_client(user_called(ADMINISTRATOR, places))
    if path not in BODIES:
        for address, method in ((f"/api/v1/{path}/", "post"), (f"/api/v1/{path}/1/", "patch")):
            assert getattr(client, method)(address, {}, format="json").status_code == 405
        return
    for place in ("own", "foreign", "absent"):
        record_key = ABSENT if place == "absent" else getattr(getattr(places, place)[table], key)
        address = f"/api/v1/{path}/{record_key}/"
        read = everything.get(address)
        for etag in (None, read.headers.get("ETag", '"1-0123456789abcdef"')):
            headers = {} if etag is None else {"If-Match": etag}
            wanted = expected(name, table, place, CHANGED_BY, "change")
            answer = client.patch(address, BODIES[path], format="json", headers=headers)
            assert answer.status_code == (428 if wanted == 200 and etag is None else wanted), (place, etag)
        if wanted != 200 and place != "absent":
            assert everything.get(address).json() == read.json(), place
    # A body that says nothing: who may write is told what is missing, others nothing.
    answer = client.post(f"/api/v1/{path}/", {}, format="json")
    assert answer.status_code == (400 if holds(name, table, CHANGED_BY) else 403)


@pytest.mark.parametrize("name", USERS)
def test_the_procedures_of_the_api(places, name):
    client = token_client(user_called(name, places))
    found, wanted = {}, {}
    for path, viewset, _basename in router.registry:
        table, key = LISTS[path]
        for procedure in getattr(viewset, "procedures", {}).values():
            for place in ("own", "foreign", "absent"):
                record_key = ABSENT if place == "absent" else getattr(getattr(places, place)[table], key)
                answer = client.post(f"/api/v1/{path}/{record_key}/{procedure.name}/", {}, format="json")
                cell = path, procedure.name, place
                found[cell] = answer.status_code
                holders = CHANGED_BY | STEPPED_BY
                if (table, procedure.name) in STEPPED_BY_WRITERS:
                    holders = {table: WRITERS}
                status = expected(name, table, place, holders, procedure.name)
                wanted[cell] = 428 if status == 200 else status  # which version of the record is meant?
    assert found == wanted
    assert {path for path, _name, _place in found} >= {"members", "organizations", "enterprises", "transfers"}


@pytest.mark.parametrize("path", LISTS)
def test_the_api_shows_nothing_to_who_is_not_signed_in(client, places, path):
    table, key = LISTS[path]
    lists, details = f"/api/v1/{path}/", f"/api/v1/{path}/{getattr(places.own[table], key)}/"
    for method, address in (("get", lists), ("post", lists), ("get", details), ("patch", details)):
        assert getattr(client, method)(address).status_code == 401, (method, address)


def test_the_admin_leads_who_is_not_signed_in_to_the_login(client, places):
    for table, record in ((table, places.own[table]) for table in VIEWED_BY):
        for page, method, _holders in pages(table):
            answer = getattr(client, method)(
                reverse(f"admin:{table}_{page}", args=arguments(table, page, record.pk))
            )
            assert answer.status_code == 302
            assert answer.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("name", USERS)
def test_everybody_finds_the_own_tokens_alone(client, places, name):
    user = user_called(name, places)
    client.force_login(user)
    numbers = {
        "own": Token.objects.create(user, name="own")[0].pk,
        "foreign": places.own["accounts_token"].pk,
        "absent": ABSENT,
    }
    assert client.get(reverse("tokens")).status_code == 200
    for place, number in numbers.items():
        address = reverse("end_token", args=[number])
        assert client.get(address).status_code == (200 if place == "own" else 404), place
        assert client.post(address).status_code == (302 if place == "own" else 404), place
    assert Token.objects.filter(pk=numbers["foreign"]).exists()


@pytest.mark.parametrize("name", [*USERS, None])
def test_a_practice_is_public_once_it_is_released_and_its_picture_before_to_who_views_it(
    client, places, name
):
    if name is not None:
        client.force_login(user_called(name, places))
    for place in ("own", "foreign", "absent"):
        record = None if place == "absent" else getattr(places, place)["orgs_practice"]
        key = ABSENT if record is None else record.pk
        addresses = {page: reverse(page, args=[key]) for page in ("practice", "practice_picture")}
        if record is not None:
            PracticePictureFactory(practice=record)
        views = name is not None and holds(name, "orgs_practice", VIEWED_BY)
        shown = views and record is not None and sees(name, "orgs_practice", place)
        assert client.get(addresses["practice"]).status_code == 404, place
        assert client.get(addresses["practice_picture"]).status_code == (200 if shown else 404), place
        if record is not None:
            record.released_on = record.day
            record.save()
            assert {client.get(address).status_code for address in addresses.values()} == {200}, place
