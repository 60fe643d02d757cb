"""The author's reason stands beside the change, on every way of writing."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from orgs.models import Area, Enterprise
from record.models import AccessEntry, Event
from record.origin import REASON_LENGTH
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, send
from tests.factories.api import added, patched, staff_client
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory, credit_code

pytestmark = pytest.mark.django_db

WHY = "按2026年规上名单更正"


def reasons(record):
    return [entry.history_change_reason for entry in record.history.order_by("history_date", "history_id")]


def test_of_a_form_and_the_history_shows_it(admin_client):
    enterprise = EnterpriseFactory()
    page = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    data = filled_in(admin_client.get(page)) | {"employees": "7"}
    assert data["change_reason"] == ""
    assert admin_client.post(page, data | {"change_reason": WHY}).status_code == 302
    assert reasons(enterprise) == [None, WHY]
    history = reverse("admin:orgs_enterprise_history", args=[enterprise.pk])
    assert WHY in admin_client.get(history).content.decode()


def test_a_refused_form_keeps_it(admin_client):
    enterprise = EnterpriseFactory()
    page = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    data = filled_in(admin_client.get(page)) | {"employees": "many", "change_reason": WHY}
    assert f'value="{WHY}"' in admin_client.post(page, data).content.decode()


def test_of_an_end_also_for_what_ends_with_it(admin_client):
    enterprise = EnterpriseFactory(above_scale_from=date(2007, 1, 1))
    page = reverse("admin:orgs_enterprise_close", args=[enterprise.pk])
    assert send(admin_client, page, {"on": "2026-02-03", "change_reason": WHY}).status_code == 302
    assert reasons(enterprise)[-1] == WHY
    assert reasons(enterprise.above_scale_periods.get())[-1] == WHY


def test_of_a_deletion(admin_client):
    area = AreaFactory()
    page = reverse("admin:orgs_area_delete", args=[area.pk])
    data = filled_in(admin_client.get(page)) | {"post": "yes", "change_reason": WHY}
    assert admin_client.post(page, data).status_code == 302
    assert [entry.history_change_reason for entry in Area.history.filter(history_type="-")] == [WHY]


def test_of_a_changed_account(admin_client):
    user = UserFactory(is_staff=True)
    page = reverse("admin:accounts_user_change", args=[user.pk])
    data = filled_in(admin_client.get(page)) | {"is_staff": "", "change_reason": WHY}
    admin_client.post(page, {name: value for name, value in data.items() if name != "is_staff"})
    assert AccessEntry.objects.get(event=Event.ACCOUNT_CHANGED).reason == WHY


def test_of_a_write_by_api():
    area = AreaFactory(code="330304")
    client = staff_client("organizer", area)
    body = {"uscc": credit_code(7), "name": "七号", "registered_on": "2000-01-01", "area": "330304"}
    answer = added(client, "/api/v1/enterprises/", body | {"change_reason": WHY})
    assert answer.status_code == 201
    assert "change_reason" not in answer.json()
    address = f"/api/v1/enterprises/{credit_code(7)}/"
    assert patched(client, address, {"employees": 3, "change_reason": "人数更正"}).status_code == 200
    assert patched(client, address, {"employees": 4}).status_code == 200
    assert patched(client, address, {"change_reason": "x" * (REASON_LENGTH + 1)}).status_code == 400
    assert reasons(Enterprise.objects.get()) == [WHY, "人数更正", None]


def test_of_an_import(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text("code,name,level\n330304,瓯海区,district\n")
    call_command("import_data", "areas", str(file), reason=WHY)
    assert reasons(Area.objects.get()) == [WHY]
    assert AccessEntry.objects.get(event=Event.IMPORTED).reason == WHY
    file.write_text("code,name,level\n330304,瓯海,district\n")
    call_command("import_data", "areas", str(file))
    assert reasons(Area.objects.get()) == [WHY, "import"]


@pytest.mark.parametrize(
    ("sent", "kept"), [(" a\r\nb\x00\tc ", "a b c"), ("x" * 2000, "x" * REASON_LENGTH), (" ", None)]
)
def test_it_is_one_line_without_what_no_database_takes(admin_client, sent, kept):
    organization = OrganizationFactory()
    page = reverse("admin:orgs_organization_change", args=[organization.pk])
    data = filled_in(admin_client.get(page)) | {"place": "上海", "change_reason": sent}
    assert admin_client.post(page, data).status_code == 302
    assert reasons(organization)[-1] == kept
