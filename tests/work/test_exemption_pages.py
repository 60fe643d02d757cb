"""The pages on which an item is declared not applicable and is taken up again, and what the list tells of it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.factories.orgs import AreaFactory, OrganizationFactory
from tests.factories.work import ExemptionFactory
from tests.work.asking import OLD, PAGE, move, show, shown, sign_in
from tests.work.scenarios import SCENARIOS, employing
from work.models import Exemption
from work.pages import work_list as page_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


def declare(client, record, code="own_organization", **values):
    until = timezone.localdate() + timedelta(days=30)
    return client.post(f"{PAGE}{code}/{record.pk}/exempt/", {"until": until, "reason": "正在搬迁", **values})


def exempted(client):
    answer = client.get(PAGE, {"scale": "all", "kind": "own_organization"})
    return [(line.record.pk, line.exemption.reason) for line in answer.context["exempted"]]


def test_exemptions_of_what_lies_elsewhere_today_are_not_told(client):
    for code in ("330304001", "330304002"):
        enterprise = employing(*OLD, code=code)
        ExemptionFactory(enterprise=enterprise, valid_from=date(2020, 1, 1))
    move(enterprise, date(2021, 1, 1))
    enterprise.areas.filter(valid_to__isnull=False).update(area=AreaFactory(code="330304001"))
    sign_in(client)
    [line] = show(client, kind="own_organization").context["exempted"]
    assert line.record != enterprise
    assert client.get(line.record_address).status_code == 200


def test_all_exemptions_are_shown_for_they_are_ended_from_there_alone(client, monkeypatch):
    monkeypatch.setattr(page_module, "ITEMS", 2)
    for _number in range(3):
        ExemptionFactory(enterprise=employing(*OLD))
    sign_in(client)
    assert len(show(client, kind="own_organization").context["exempted"]) == 3


def test_an_item_is_declared_not_applicable_and_told_apart_until_it_is_ended(client, today):
    enterprise = employing(*OLD)
    user = sign_in(client)
    text = client.get(PAGE, {"scale": "all"}).content.decode()
    assert f"{PAGE}own_organization/{enterprise.pk}/exempt/" in text

    answer = declare(client, enterprise)

    assert answer.url == f"{PAGE}?kind=own_organization&scale=all"
    assert exempted(client) == [(enterprise.pk, "正在搬迁")]
    answer = client.get(PAGE, {"scale": "all", "kind": "own_organization"})
    assert answer.context["overview"].whole.total == 0
    assert answer.context["lines"] == []
    exemption = Exemption.objects.get()
    assert (exemption.valid_from, exemption.entered_by) == (today, user)
    assert user.username in answer.content.decode()

    address = f"{PAGE}exemptions/{exemption.pk}/end/"
    assert address in answer.content.decode()
    assert "正在搬迁" in client.get(address).content.decode()
    Exemption.objects.update(valid_from=today - timedelta(days=1))
    assert client.post(address, follow=True).status_code == 200
    exemption.refresh_from_db()
    assert exemption.valid_to == today
    assert exempted(client) == []
    assert "It has ended already." in client.post(address, follow=True).content.decode()


def test_a_second_click_on_the_end_of_one_of_today_is_told_that_it_has_ended(client):
    own, foreign = employing(*OLD), employing(*OLD, code="330304002")
    sign_in(client, "administrator", None)
    for enterprise in (own, foreign):
        declare(client, enterprise)
    of_own, of_foreign = (
        f"{PAGE}exemptions/{Exemption.objects.get(enterprise=one).pk}/end/" for one in (own, foreign)
    )
    client.post(of_foreign)
    sign_in(client)
    assert client.post(of_own).status_code == 302
    assert not Exemption.objects.exists()
    assert "It has ended already." in client.post(of_own, follow=True).content.decode()
    assert client.post(of_foreign).status_code == 404


def test_an_exemption_of_an_item_that_there_is_no_more_breaks_nothing(client):
    enterprise = employing(*OLD)
    unknown = ExemptionFactory(enterprise=enterprise, kind="luck")
    branch = OrganizationFactory(area=AreaFactory(code="330304001"))
    ExemptionFactory(enterprise=None, organization=branch, kind="own_organization")
    sign_in(client)
    assert shown(show(client, kind="own_organization")) == [enterprise.pk]
    assert client.get(f"{PAGE}exemptions/{unknown.pk}/end/").status_code == 404


def test_a_second_click_declares_nothing_twice(client):
    enterprise = employing(*OLD)
    sign_in(client)
    declare(client, enterprise)
    answer = declare(client, enterprise, reason="x")
    assert answer.status_code == 400
    assert "It is not applicable already" in answer.content.decode()
    assert Exemption.objects.count() == 1


def test_a_page_left_open_until_the_item_was_mended_declares_nothing(client):
    enterprise = employing(*OLD)
    sign_in(client)
    OrganizationFactory(covers=[enterprise])
    answer = declare(client, enterprise)
    assert answer.status_code == 302
    assert "The rule asks for nothing of it any more." in client.get(answer.url).content.decode()
    assert not Exemption.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": ""}, "until"),
        ({"until": "soon"}, "until"),
        ({"until": "2020-01-01"}, "until"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_wrong_with_an_exemption_is_said_at_its_field(client, wrong, field):
    enterprise = employing(*OLD)
    sign_in(client)
    answer = declare(client, enterprise, **wrong)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Exemption.objects.exists()


@pytest.mark.sqlite
def test_exemptions_are_made_and_ended_where_one_may_write_and_sees(client):
    own, foreign = employing(*OLD), employing(*OLD, code="330304002")
    of_own, of_foreign = (
        ExemptionFactory(enterprise=one, kind="instructor", valid_to=date(2100, 1, 1))
        for one in (own, foreign)
    )
    member = SCENARIOS["probation_ended"]().record
    for role, status in (("organizer", 200), ("reviewer", 403), ("analyst", 403)):
        sign_in(client, role)
        assert client.get(f"{PAGE}own_organization/{own.pk}/exempt/").status_code == status
        assert client.get(f"{PAGE}probation_ended/{member.pk}/exempt/").status_code == status
        assert client.get(f"{PAGE}exemptions/{of_own.pk}/end/").status_code == status
        gone = 404 if status == 200 else 403
        for absent in (
            f"own_organization/{foreign.pk}/exempt/",
            "own_organization/999999/exempt/",
            f"exemptions/{of_foreign.pk}/end/",
        ):
            for method in (client.get, client.post):
                assert method(PAGE + absent).status_code == gone, absent
    sign_in(client)
    assert client.get(f"{PAGE}luck/{own.pk}/exempt/").status_code == 404
    assert client.get(f"{PAGE}exemptions/999999/end/").status_code == 404
