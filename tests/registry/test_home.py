"""The home page: headline, day form, picture, subdistricts, languages, error pages."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import path
from django.utils import timezone, translation
from django.views.defaults import server_error

from orgs.models import Area, Kind
from registry.templatetags.figures import grouped, percent
from registry.urls import urlpatterns as site_urlpatterns
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    credit_code,
)

pytestmark = pytest.mark.django_db

DAY = date(2008, 6, 19)


def fail(request):
    raise RuntimeError("broken on purpose")


def forbid(request):
    raise PermissionDenied


urlpatterns = [*site_urlpatterns, path("fail/", fail), path("forbidden/", forbid)]


class Cells(HTMLParser):
    """The texts of the cells of every table, row by row, with the table's caption before them."""

    def __init__(self, html):
        super().__init__()
        self.tables = []
        self.cell = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag in ("tr", "caption"):
            self.tables[-1].append([])
        if tag in ("th", "td", "caption"):
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in ("th", "td", "caption"):
            self.tables[-1][-1].append(self.cell.strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def table(response, caption):
    """The rows of the table with this caption, without its header."""
    tables = Cells(response.content.decode()).tables
    return next(rows[2:] for rows in tables if rows[0] == [caption])


def get(client, query="?as_of=2008-06-19", language="en", **kwargs):
    return client.get(f"/{query}", headers={"accept-language": language}, **kwargs)


@pytest.fixture
def world():
    """Two branches and a joint one in two subdistricts, four members, five enterprises above scale."""
    district = AreaFactory(code="330304", name="瓯海区", name_en="Ouhai")
    wutian, louqiao = AreaFactory(code="330304001", name="梧田街道"), AreaFactory(code="330304002")
    Area.objects.rebuild_tree()
    enterprises = [
        EnterpriseFactory(area=area, above_scale_from=date(2007, 1, 1))
        for area in (wutian, wutian, louqiao, louqiao, louqiao)
    ]
    own = OrganizationFactory(area=wutian, covers=enterprises[:1], established_on=date(2007, 3, 1))
    OrganizationFactory(area=wutian, kind=Kind.COMMITTEE, covers=enterprises[1:2])
    joint = OrganizationFactory(area=louqiao, kind=Kind.JOINT_BRANCH, covers=enterprises[2:4])
    MemberFactory.create_batch(3, organization=own)
    MemberFactory(organization=joint, full_on=None, probationary_on=date(2008, 1, 1))
    InstructorFactory(enterprise=enterprises[4])
    DesignationFactory(enterprise=enterprises[0])
    return district


def test_the_headline_is_a_sentence_in_english(client, world):
    assert "There are 3 organizations, 2 standalone, 1 joint, with 4 members." in get(client).content.decode()


def test_the_headline_is_a_sentence_in_chinese(client, world):
    html = get(client, language="zh-CN").content.decode()

    assert "共有党组织3个，其中单独组建2个、联合组建1个；党员4名。" in html
    assert "2008年6月19日" in html
    assert '<html lang="zh-hans">' in html


def test_one_organization_and_one_member_are_told_in_the_singular(client):
    MemberFactory(organization=OrganizationFactory())

    assert "There is 1 organization, 1 standalone, 0 joint, with 1 member." in get(client).content.decode()


def test_coverage_names_its_denominator(client, world):
    html = get(client).content.decode()
    assert "80%" in html
    assert "4 of 5 above-scale enterprises" in html
    assert "5 of 5 above-scale enterprises" in html

    EnterpriseFactory()
    assert "4 of 6 non-public enterprises" in get(client, "?as_of=2008-06-19&scale=all").content.decode()


def test_the_table_below_the_picture_holds_every_mode(client, world):
    assert table(get(client), "Enterprises by mode of coverage") == [
        ["Standalone organization", "2", "40%"],
        ["Joint branch", "2", "40%"],
        ["Instructor", "1", "20%"],
        ["Community general branch", "0", "0%"],
        ["Not covered", "0", "0%"],
        ["Total", "5", "100%"],
    ]


def test_the_segments_of_the_picture_fill_its_bar(client, world):
    html = get(client).content.decode()
    segments = re.findall(r'class="segment" x="([\d.]+)%" y="1" width="([\d.]+)%"', html)

    assert [(float(x), float(width)) for x, width in segments] == [(0, 40), (40, 40), (80, 20)]


def test_the_facts_tell_last_years_organizations_and_titles(client, world):
    html = re.sub(r"\s+", " ", get(client).content.decode())

    assert "<dt>Established in 2007</dt><dd>1</dd>" in html
    assert "<dt>Established in 2008 so far</dt><dd>0</dd>" in html
    assert "<dt>Vigorous and harmonious enterprises, district level</dt><dd>1</dd>" in html


BY_AREA = "Organizations, members and coverage by subdistrict"


def test_the_rows_of_the_subdistricts_add_up_to_the_total(client, world):
    assert table(get(client), BY_AREA) == [
        ["梧田街道", "2", "2", "0", "3", "2", "100%", "100%"],
        ["街道002", "1", "0", "1", "1", "3", "66.67%", "100%"],
        ["Total", "3", "2", "1", "4", "5", "80%", "100%"],
    ]


def test_what_lies_in_no_subdistrict_has_a_row(client, world):
    EnterpriseFactory(above_scale_from=date(2007, 1, 1))

    rows = table(get(client), BY_AREA)
    assert rows[-2] == ["In no subdistrict", "0", "0", "0", "0", "1", "0%", "0%"]
    assert rows[-1] == ["Total", "3", "2", "1", "4", "6", "66.67%", "83.33%"]


def test_without_subdistricts_there_is_no_table_of_them(client):
    OrganizationFactory()

    assert "By subdistrict" not in get(client).content.decode()


def test_the_title_names_the_district_where_there_is_one_alone(client, world):
    assert "enterprises of Ouhai" in get(client).content.decode()
    assert "瓯海区非公有制企业党组织" in get(client, language="zh").content.decode()

    AreaFactory(code="330302", name="鹿城区", name_en="Lucheng")
    assert "Ouhai" not in get(client).content.decode()


def test_more_subdistricts_take_no_more_queries(client, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as one:
        get(client)
    for code in ("330304003", "330304004", "330304005"):
        OrganizationFactory(area=AreaFactory(code=code), covers=[EnterpriseFactory()])
    with django_assert_max_num_queries(20) as three:
        get(client)

    assert len(one) == len(three)


def test_the_day_is_todays_by_default(client, world):
    response = get(client, "")

    assert response.context["day"] == timezone.localdate()
    assert f'value="{timezone.localdate().isoformat()}"' in response.content.decode()


def test_another_day_has_other_figures(client, world):
    html = get(client, "?as_of=2006-12-31").content.decode()

    assert "2 organizations, 1 standalone, 1 joint, with 0 members." in html


@pytest.mark.parametrize(
    "day", ["2008-02-30", "yesterday", "2008", "2008-06-19T00:00", "99999-01-01", "0000-01-01", "%00", "１"]
)
def test_what_is_no_day_is_told_at_the_field(client, world, day):
    response = get(client, f"?as_of={day}")
    html = response.content.decode()

    assert response.status_code == 400
    assert "This is not a day." in html
    assert re.search(r'<input[^>]*name="as_of"[^>]*aria-invalid="true"', html)
    assert response.context["day"] == timezone.localdate()


def test_an_unknown_scale_is_told_at_the_field(client, world):
    response = get(client, "?as_of=2008-06-19&scale=huge")

    assert response.status_code == 400
    assert "This is not one of the choices." in response.content.decode()
    assert response.context["day"] == DAY


@pytest.mark.parametrize("day", ["0001-01-01", "1949-10-01", "2024-02-29", "9999-12-31"])
def test_any_day_of_the_calendar_has_figures(client, world, day):
    assert get(client, f"?as_of={day}").status_code == 200


@pytest.mark.parametrize("query", ["?as_of=", "?as_of=&scale=", "?utm_source=letter"])
def test_empty_and_foreign_parameters_leave_the_default(client, world, query):
    response = get(client, query)

    assert response.status_code == 200
    assert response.context["day"] == timezone.localdate()


def test_an_empty_register_says_what_to_do(client):
    html = get(client, "").content.decode()

    assert "The register is empty." in html
    assert "load_sample" in html
    assert "<table" not in html


def test_with_the_sample_every_page_says_so_and_home_shows_the_day_of_the_report(client, world):
    assert "sample-notice" not in get(client, "").content.decode()

    EnterpriseFactory(uscc=credit_code(1, prefix="91330399YL")[:17] + "0")
    response = get(client, "")
    assert "sample-notice" in response.content.decode()
    assert response.context["day"] == DAY
    assert "sample-notice" in client.get("/nowhere/").content.decode()


def test_every_link_leads_somewhere(client, world):
    html = get(client).content.decode()
    links = set(re.findall(r'href="(/[^"]*)"', html))

    assert len(links) > 5
    for link in links:
        if link.startswith("/static/"):
            assert finders.find(link.removeprefix("/static/")), link
        else:
            assert client.get(link.replace("&amp;", "&"), follow=True).status_code == 200, link


def test_nothing_on_the_page_needs_inline_styles_or_scripts(client, world):
    html = get(client).content.decode()

    assert "style=" not in html
    assert "<style" not in html
    assert "<script" not in html
    assert "//" not in re.sub(r"<!doctype[^>]*>", "", html)


def test_the_page_refuses_a_post(client):
    assert client.post("/").status_code == 405


# Languages


@pytest.mark.parametrize(
    ("asked", "given"),
    [("zh-CN,zh;q=0.9", "zh-hans"), ("zh", "zh-hans"), ("zh-TW", "zh-hans"), ("en-GB", "en"), ("fr", "en")],
)
def test_the_browsers_language_is_spoken(client, asked, given):
    assert f'<html lang="{given}">' in get(client, "", asked).content.decode()


def test_without_a_stated_language_the_page_is_english(client):
    assert '<html lang="en">' in client.get("/").content.decode()


def test_the_switch_outlasts_the_browsers_language_and_keeps_page_and_query(client, world):
    here = "/?as_of=2008-06-19&scale=all"
    assert f'name="next" value="{here.replace("&", "&amp;")}"' in client.get(here).content.decode()

    response = client.post("/language/", {"language": "zh-hans", "next": here})
    assert (response.status_code, response["location"]) == (302, here)
    assert '<html lang="zh-hans">' in get(client, language="en").content.decode()


def test_the_switch_leads_to_no_other_site(client):
    response = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})

    assert "elsewhere" not in response["location"]


def test_the_switch_needs_its_token():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/language/", {"language": "en", "next": "/"})

    assert response.status_code == 403
    assert "The form was not accepted" in response.content.decode()


# Errors


@pytest.mark.parametrize(
    ("address", "status", "english", "chinese"),
    [("/nowhere/", 404, "Page not found", "页面不存在"), ("/forbidden/", 403, "Not allowed", "无权访问")],
)
@pytest.mark.urls(__name__)
def test_errors_are_told_in_the_readers_language(client, address, status, english, chinese):
    response = client.get(address, headers={"accept-language": "en"})
    assert (response.status_code, english in response.content.decode()) == (status, True)

    response = client.get(address, headers={"accept-language": "zh-CN"})
    assert chinese in response.content.decode()


@pytest.mark.urls(__name__)
def test_a_failure_is_told_in_both_languages_without_its_cause():
    response = Client(raise_request_exception=False).get("/fail/")
    html = response.content.decode()

    assert response.status_code == 500
    assert "系统出错" in html
    assert "Something went wrong" in html
    assert "purpose" not in html


def test_a_host_that_is_not_the_sites_is_a_bad_request_in_both_languages(client):
    response = client.get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert "请求有误" in response.content.decode()
    assert "Bad request" in response.content.decode()


def test_the_page_of_a_failure_asks_no_database(rf, django_db_blocker):
    with django_db_blocker.block(), translation.override(None):
        assert server_error(rf.get("/")).status_code == 500


# How figures are written


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (223, "223"), (1670, "1,670"), (1234567, "1,234,567")]
)
def test_digits_stand_in_threes(number, text):
    assert grouped(number) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, "–"),
        (0.0, "0%"),
        (1.0, "100%"),
        (0.9999, "99.99%"),
        (0.5333, "53.33%"),
        (0.563, "56.30%"),
        (0.1, "10%"),
    ],
)
def test_rates_are_per_cent_and_only_all_is_a_hundred(rate, text):
    assert percent(rate) == text
