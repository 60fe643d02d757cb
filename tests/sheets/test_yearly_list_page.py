"""The admin's page of the yearly list: what is shown is what is confirmed, and by whom."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.enterprise import close_enterprise
from orgs.models import AboveScale, Enterprise, EnterpriseArea
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, credit_code
from tests.sheets.files import as_bytes, xlsx
from tests.sheets.hostile import HOSTILE

# What the page shows depends on no database; the list itself is taken on both (test_above_scale).
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

ADDRESS = "/admin/orgs/enterprise/yearly-list/"
LIST = "/admin/orgs/enterprise/"
BEFORE = date(2008, 1, 1)


def signed_in(client, role, area=None):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


@pytest.fixture
def own():
    return AreaFactory(code="330304001", name="梧田街道", name_en="Wutian")


@pytest.fixture
def foreign():
    return AreaFactory(code="330304002")


@pytest.fixture
def administrator(client):
    return signed_in(client, "administrator")


@pytest.fixture
def organizer(client, own):
    return signed_in(client, "organizer", own)


def upload(client, content, day="2009-01-01", **values):
    """Send a file to the page."""
    file = SimpleUploadedFile("list.csv", as_bytes(content))
    return client.post(ADDRESS, {"on": day, "file": file, **values})


def listed(*enterprises, header=("uscc",)):
    return [header, *((enterprise.uscc,) for enterprise in enterprises)]


def confirm(client, page, **values):
    """Send back what the page shows, as its form does."""
    (sent,) = re.findall(r'name="list" value="([^"]*)"', page.content.decode())
    return client.post(ADDRESS, {"list": unescape(sent), **values})


def above(day=date(2009, 1, 1)):
    return set(Enterprise.objects.above_scale_on(day))


def text_of(page):
    return unescape(re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_what_is_shown_is_confirmed(client, administrator):
    entering, leaving = EnterpriseFactory(), EnterpriseFactory(above_scale_from=BEFORE)
    page = upload(client, listed(entering))
    text = " ".join(text_of(page).split())
    assert "Enterprises that enter 1 Enterprises that leave 1 Enterprises that stay 0" in text
    assert entering.uscc in text
    assert leaving.name in text
    assert above() == {leaving}

    answer = confirm(client, page, change_reason="统计局名录")

    assert answer.headers["Location"] == LIST
    assert above() == {entering}
    (change,) = AboveScale.history.filter(history_type="~")
    assert (change.history_user, change.history_change_reason) == (administrator, "统计局名录")
    (entry,) = AccessEntry.objects.filter(event=Event.IMPORTED)
    assert entry.user == administrator
    assert entry.detail == "above-scale list 2009-01-01: entered 1, stayed 0, left 1"
    assert "1 entered, 0 stayed, 1 left" in text_of(client.get(LIST))


def test_a_second_click_shows_that_nothing_is_left_to_do(client, administrator):
    page = upload(client, listed(EnterpriseFactory()))
    confirm(client, page)
    history = AboveScale.history.count()

    again = confirm(client, page)

    assert "The register was changed meanwhile" in text_of(again)
    assert "Enterprises that stay 1" in " ".join(text_of(again).split())
    assert AboveScale.history.count() == history


def test_a_preview_that_was_overtaken_shows_the_new_outcome_instead_of_writing(client, administrator):
    entering, leaving = EnterpriseFactory(), EnterpriseFactory(above_scale_from=BEFORE)
    page = upload(client, listed(entering))
    came = EnterpriseFactory(name="后来厂", above_scale_from=BEFORE)

    overtaken = confirm(client, page)

    assert overtaken.status_code == 200
    assert "The register was changed meanwhile. Nothing was saved" in text_of(overtaken)
    assert "后来厂" in text_of(overtaken)
    assert above() == {leaving, came}
    assert confirm(client, overtaken).status_code == 302
    assert above() == {entering}


def test_a_listed_enterprise_that_closed_meanwhile_is_an_error(client, administrator):
    entering = EnterpriseFactory()
    page = upload(client, listed(entering))
    close_enterprise(enterprise=entering, on=BEFORE, by=None)
    overtaken = confirm(client, page)
    assert "is closed since 2008-01-01" in text_of(overtaken)
    assert 'name="list"' not in overtaken.content.decode()
    assert above() == set()


def test_errors_name_line_and_column_and_offer_nothing_to_confirm(client, administrator):
    page = upload(client, [("uscc", "revenue"), (credit_code(5), "x"), ("913", "")])
    text = " ".join(text_of(page).split())
    assert "The list has 3 errors. Nothing was saved." in text
    assert "2 revenue not a sum in yuan" in text
    assert "3 uscc" in text
    assert 'name="list"' not in page.content.decode()


def test_warnings_are_shown_with_the_preview(client, administrator):
    enterprise = EnterpriseFactory(name="新名厂")
    page = upload(client, [("uscc", "name", "revenue"), (enterprise.uscc, "旧名厂", "1")])
    assert "the register has another name: 新名厂" in text_of(page)
    assert "below 5,000,000 yuan" in text_of(page)
    assert confirm(client, page).status_code == 302


def test_up_to_200_are_named_and_more_are_counted(client, administrator):
    EnterpriseFactory.create_batch(202, above_scale_from=BEFORE)
    page = upload(client, listed(EnterpriseFactory()))
    assert page.content.decode().count("<td>Jan. 1, 2009</td>") == 0
    assert len(re.findall(r"<tr><td>91330399", page.content.decode())) == 201
    assert "and 2 more" in text_of(page)


def test_a_day_in_the_past_tells_until_when_the_figures_change(client, administrator):
    until, leaving = EnterpriseFactory(above_scale_from=date(2010, 1, 1)), EnterpriseFactory()
    AboveScale.objects.create(enterprise=leaving, valid_from=BEFORE, valid_to=date(2009, 7, 1))
    text = " ".join(text_of(upload(client, listed(until))).split())
    assert "until Jan. 1, 2010: 1" in text
    assert "until July 1, 2009: 1" in text
    assert "Of today's above-scale enterprises, 0 are added and 0 are taken away." in text


def test_a_list_of_a_day_to_come_is_no_correction(client, administrator):
    day = timezone.localdate() + timedelta(days=40)
    text = text_of(upload(client, listed(EnterpriseFactory()), day=day.isoformat()))
    assert "The day is past" not in text


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_who_may_not_change_enterprises_finds_neither_button_nor_page(client, own, role):
    signed_in(client, role, own)
    assert ADDRESS not in client.get(LIST).content.decode()
    assert client.get(ADDRESS).status_code == 403
    assert upload(client, listed(EnterpriseFactory(area=own))).status_code == 403
    assert client.post(ADDRESS, {"list": "x"}).status_code == 403


def test_who_is_not_signed_in_is_asked_to(client):
    assert client.get(ADDRESS).headers["Location"] == f"/admin/login/?next={ADDRESS}"


@pytest.mark.parametrize("role", ["administrator", "organizer"])
def test_the_list_of_enterprises_has_the_button(client, own, role):
    signed_in(client, role, own)
    assert f'href="{ADDRESS}"' in client.get(LIST).content.decode()
    assert reverse("admin:orgs_enterprise_yearly_list") == ADDRESS
    assert client.get(ADDRESS).status_code == 200


def test_an_organizers_list_is_about_the_own_area_alone(client, organizer, own, foreign):
    entering, leaving = EnterpriseFactory(area=own), EnterpriseFactory(area=own, above_scale_from=BEFORE)
    elsewhere = EnterpriseFactory(area=foreign, above_scale_from=BEFORE)
    nowhere = EnterpriseFactory(above_scale_from=BEFORE)
    # A forged area is not asked for, and changes nothing.
    page = upload(client, listed(entering), area=foreign.pk)
    assert elsewhere.uscc not in text_of(page)
    assert "Wutian" in text_of(page)
    confirm(client, page)
    assert above() == {entering, elsewhere, nowhere}
    assert leaving not in above()


def test_who_lies_outside_the_area_is_told_like_who_is_absent(client, organizer, foreign):
    elsewhere = EnterpriseFactory(name="外地厂", area=foreign, closed_on=date(2005, 1, 1))
    outside = upload(client, listed(elsewhere))
    EnterpriseArea.objects.all().delete()
    Enterprise.objects.all().delete()
    absent = upload(client, listed(elsewhere))
    assert "in the area on that day" in text_of(outside)
    assert "外地厂" not in text_of(outside)
    assert text_of(outside) == text_of(absent)


def test_who_has_moved_away_since_is_not_changed_by_the_old_areas_organizer(client, organizer, own, foreign):
    moved = EnterpriseFactory(above_scale_from=BEFORE)
    EnterpriseArea.objects.create(
        enterprise=moved, area=own, valid_from=date(2000, 1, 1), valid_to=date(2012, 1, 1)
    )
    EnterpriseArea.objects.create(enterprise=moved, area=foreign, valid_from=date(2012, 1, 1))
    confirm(client, upload(client, listed(EnterpriseFactory(area=own))))
    assert moved in above()
    assert "in the area on that day" in text_of(upload(client, listed(moved)))


def test_an_organizer_without_an_area_changes_nothing(client):
    signed_in(client, "organizer")
    enterprise = EnterpriseFactory(above_scale_from=BEFORE)
    assert "in the area on that day" in text_of(upload(client, listed(EnterpriseFactory())))
    assert above() == {enterprise}


def test_an_administrator_chooses_an_area(client, administrator, own):
    entering, elsewhere = EnterpriseFactory(area=own), EnterpriseFactory(above_scale_from=BEFORE)
    page = upload(client, listed(entering), area=own.pk)
    confirm(client, page)
    assert above() == {entering, elsewhere}


def test_a_preview_is_nobody_elses(client, administrator, own):
    page = upload(client, listed(EnterpriseFactory(area=own)))
    other = Client()
    signed_in(other, "organizer", own)
    assert confirm(other, page).headers["Location"] == ADDRESS
    assert above() == set()


@pytest.mark.parametrize(
    "edit",
    [lambda sent: sent[:-1] + ("B" if sent.endswith("A") else "A"), lambda _sent: "x\0", lambda _sent: ""],
)
def test_a_forged_preview_is_refused(client, administrator, edit):
    page = upload(client, listed(EnterpriseFactory()))
    (sent,) = re.findall(r'name="list" value="([^"]*)"', page.content.decode())
    answer = client.post(ADDRESS, {"list": edit(sent)}, follow=True)
    assert "This preview is no longer valid" in text_of(answer)
    assert above() == set()


def test_an_old_preview_is_refused(client, administrator, monkeypatch):
    page = upload(client, listed(EnterpriseFactory()))
    monkeypatch.setattr("sheets.pages.yearly_list._MOST_TIME", timedelta(seconds=-1))
    assert "no longer valid" in text_of(confirm_and_look(client, page))
    assert above() == set()


def confirm_and_look(client, page):
    return client.get(confirm(client, page).headers["Location"])


def test_a_preview_whose_area_is_gone_is_refused(client, administrator, own):
    page = upload(client, listed(EnterpriseFactory(area=own)), area=own.pk)
    EnterpriseArea.objects.all().delete()
    own.delete()
    assert "The area is no longer there" in text_of(confirm_and_look(client, page))
    assert above() == set()


@pytest.mark.parametrize("day", ["", "2009-02-29", "1799-12-31", "x"])
def test_a_day_that_is_none_is_told_at_its_field(client, administrator, day):
    page = upload(client, listed(EnterpriseFactory()), day=day)
    assert page.context["form"].errors.keys() == {"on"}


@pytest.mark.parametrize("area", ["x", "0", "99999999999999999999", "1\0"])
def test_a_forged_area_is_told_at_its_field(client, administrator, area):
    page = upload(client, listed(EnterpriseFactory()), area=area)
    assert page.context["form"].errors.keys() == {"area"}


def test_a_missing_or_empty_file_is_told_at_its_field(client, administrator):
    assert client.post(ADDRESS, {"on": "2009-01-01"}).context["form"].errors.keys() == {"file"}
    assert upload(client, b"").context["form"].errors.keys() == {"file"}


@pytest.mark.parametrize(
    "name",
    [
        "a bomb of blanks",
        "laughs in the sheet",
        "the last cell",
        "one line of CSV",
        "bytes of chance",
        "a locked archive",
    ],
)
def test_a_hostile_file_is_an_error_and_not_a_broken_page(client, administrator, name):
    above_scale = EnterpriseFactory(above_scale_from=BEFORE)
    page = upload(client, HOSTILE[name][0]())
    assert page.status_code in {200, 413}
    assert 'name="list"' not in page.content.decode()
    assert above() == {above_scale}


def test_what_a_file_says_is_shown_as_text(client, administrator):
    nasty = "<script>alert(1)</script>"
    enterprise = EnterpriseFactory(name=nasty, above_scale_from=BEFORE)
    renamed = EnterpriseFactory(name=nasty + "2")
    rows = [("uscc", nasty, "name"), (renamed.uscc, "x", "y")]
    pages = [upload(client, rows), upload(client, [*rows, (f"'\"{nasty}", "x", "y")])]
    for page in pages:
        assert nasty not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()
    assert enterprise.uscc in text_of(pages[0])


def test_a_list_that_would_not_come_back_is_sent_to_the_command(client, administrator, monkeypatch):
    monkeypatch.setattr("sheets.pages.yearly_list._SPARE", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    page = upload(client, listed(EnterpriseFactory()))
    assert "load it with the command import_above_scale" in text_of(page)
    assert 'name="list"' not in page.content.decode()


def test_an_excel_file_is_taken(client, administrator):
    enterprise = EnterpriseFactory()
    page = upload(client, xlsx([["统一社会信用代码"], [enterprise.uscc]]))
    assert confirm(client, page).status_code == 302
    assert above() == {enterprise}


def test_the_page_costs_the_same_for_one_and_three(client, administrator, django_assert_num_queries):
    for count in (1, 3):
        rows = listed(*EnterpriseFactory.create_batch(count))
        EnterpriseFactory.create_batch(count, above_scale_from=BEFORE)
        client.get(ADDRESS)
        with django_assert_num_queries(8):
            upload(client, rows)


def test_a_form_without_its_token_is_refused(administrator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert client.post(ADDRESS, {"list": "x"}).status_code == 403
