"""The public pages of practices: what is released, to anyone, and nothing else."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import EnterpriseFactory, InstructorFactory, PracticeFactory, PracticePictureFactory

pytestmark = pytest.mark.django_db

LIST = "/practices/"
LONG_AGO = date(2008, 6, 19)


def released(**values):
    return PracticeFactory(**{"released_on": LONG_AGO, **values})


def page_of(practice, part=""):
    return f"{LIST}{practice.pk}/{part}"


def text_of(client, address, language="en"):
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_home_page_leads_to_the_list(client):
    assert text_of(client, "/").count(f'href="{LIST}"') == 2  # its head and a section of its own


def test_nothing_released_is_said_so(client):
    PracticeFactory()
    assert "No practice has been released yet." in text_of(client, LIST)
    assert client.get(f"{LIST}?page=2").status_code == 404


def test_the_newest_comes_first_with_its_enterprise_day_and_first_lines(client):
    firm = EnterpriseFactory(name="瓯海锁业有限公司")
    released(title="甲做法", day=date(2007, 1, 31), enterprise=None)
    new = released(title="乙做法", day=date(2008, 2, 29), enterprise=firm, text="一" * 100 + "二" * 100)
    released(title="丙做法", day=date(2007, 1, 31))

    page = text_of(client, LIST)
    assert re.findall(r"[甲乙丙]做法", page) == ["乙做法", "丙做法", "甲做法"]
    assert "瓯海锁业有限公司 ·" in page
    assert "Feb. 29, 2008" in page
    assert f'href="{page_of(new)}"' in page
    assert "一" * 100 + "二" * 19 + "…" in page
    assert "<img" not in page


def test_a_picture_stands_in_the_list_with_what_it_shows(client):
    practice = PracticePictureFactory(practice=released(), description='车间"培训"').practice
    page = text_of(client, LIST)
    assert f'<img src="{page_of(practice, "picture/")}" alt="车间&quot;培训&quot;" loading="lazy">' in page


def test_twelve_practices_make_a_page(client):
    for number in range(25):
        released(title=f"第{number:02}号", day=LONG_AGO + timedelta(days=number))

    def shown(number):
        return re.findall(r"第(\d\d)号", text_of(client, f"{LIST}?page={number}"))

    assert [shown(number) for number in (1, 2, 3)] == [
        [f"{number:02}" for number in range(24, 12, -1)],
        [f"{number:02}" for number in range(12, 0, -1)],
        ["00"],
    ]
    middle = text_of(client, f"{LIST}?page=2")
    assert "page 2 of 3" in middle
    assert '<a href="?page=1" rel="prev">' in middle
    assert '<a href="?page=3" rel="next">' in middle
    assert client.get(f"{LIST}?page=4").status_code == 404


def test_a_practice_has_a_page_of_its_own(client):
    firm = EnterpriseFactory(name="瓯海锁业有限公司")
    text = "第一段。\n仍是第一段。\n\n<script>alert(1)</script>第二段。"
    practice = released(title="职工<互助>会", text=text, enterprise=firm, day=date(2008, 2, 29))
    PracticePictureFactory(practice=practice, description="车间培训")

    page = text_of(client, page_of(practice))
    assert page.count("职工&lt;互助&gt;会") == 3
    assert "<p>第一段。<br>仍是第一段。</p>" in page
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;第二段。</p>" in page
    assert "瓯海锁业有限公司" in page
    assert f'<img src="{page_of(practice, "picture/")}" alt="车间培训">' in page
    assert "2008年2月29日" in text_of(client, page_of(practice), "zh-hans")


def test_what_is_not_released_not_yet_released_and_absent_is_the_same(client):
    today = timezone.localdate()
    hidden, later = PracticeFactory(), PracticeFactory(released_on=today + timedelta(days=1))
    for practice in (hidden, later):
        PracticePictureFactory(practice=practice)
    for part in ("", "picture/"):
        told = set()
        for key in (hidden.pk, later.pk, 999999):
            answer = client.get(f"{LIST}{key}/{part}")
            # The switch of languages leads back to the address, with a token of its own.
            body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
            body = body.replace(f"{LIST}{key}/", "")
            told.add((answer.status_code, body, answer["Content-Type"], answer.get("Cache-Control")))
        assert [status for status, *_rest in told] == [404]
    assert "practice-list" not in text_of(client, LIST)


def test_a_practice_is_public_on_the_very_day(client):
    practice = PracticePictureFactory(practice=released(released_on=timezone.localdate())).practice
    for part in ("", "picture/"):
        assert client.get(page_of(practice, part)).status_code == 200


def test_the_picture_is_an_image_that_may_be_kept_for_a_while(client):
    picture = PracticePictureFactory(practice=released(), jpeg=b"\xff\xd8\xff 1")
    address = page_of(picture.practice, "picture/")
    answer = client.get(address)

    assert (answer.status_code, answer.content) == (200, b"\xff\xd8\xff 1")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in answer.get("Vary", "")
    assert client.head(address)["ETag"] == answer["ETag"]
    known = client.get(address, headers={"if-none-match": answer["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known["Cache-Control"] == "public, max-age=300"

    picture.jpeg = b"\xff\xd8\xff 2"
    picture.save()
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).content == b"\xff\xd8\xff 2"


def test_a_practice_without_a_picture_has_none(client):
    assert client.get(page_of(released(), "picture/")).status_code == 404


@pytest.mark.parametrize("released_on", [None, LONG_AGO])
def test_nothing_of_who_is_signed_in_is_kept(client, released_on):
    picture = PracticePictureFactory(practice__released_on=released_on)
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    client.force_login(user)

    answer = client.get(page_of(picture.practice, "picture/"))
    assert answer.status_code == 200
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert "public" not in answer["Cache-Control"]


def test_before_the_second_factor_one_sees_what_anyone_sees(client):
    hidden, public = PracticePictureFactory(), PracticePictureFactory(practice=released())
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    with override_settings(SECOND_FACTOR=True):
        assert client.get(page_of(hidden.practice, "picture/")).status_code == 404
        for address in (LIST, page_of(public.practice), page_of(public.practice, "picture/")):
            assert client.get(address).status_code == 200
    assert client.get(page_of(hidden.practice, "picture/")).status_code == 200


def test_the_pages_name_no_people(client):
    firm = EnterpriseFactory(contact_name="赵六", contact_phone="13800138000")
    MemberFactory(name="王五", employer=firm)
    InstructorFactory(name="李四", enterprise=firm)
    practice = released(enterprise=firm)

    for address in (LIST, page_of(practice)):
        page = text_of(client, address)
        for private in ("赵六", "138", "王五", "李四", firm.uscc):
            assert private not in page


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_they_are_read_alone(client, method):
    practice = PracticePictureFactory(practice=released()).practice
    for address in (LIST, page_of(practice), page_of(practice, "picture/")):
        assert getattr(client, method)(address).status_code == 405


def test_the_list_takes_the_same_queries_for_one_practice_and_three_and_reads_no_picture(
    client, django_assert_num_queries
):
    PracticePictureFactory(practice=released())
    with CaptureQueriesContext(connection) as first:
        client.get(LIST)
    assert "jpeg" not in " ".join(query["sql"] for query in first)
    PracticePictureFactory(practice=released())
    released()
    with django_assert_num_queries(len(first)):
        client.get(LIST)


def test_images_of_the_site_are_within_the_content_policy(client):
    policy = client.get(LIST)["Content-Security-Policy"]
    assert "img-src 'self'" in policy
    assert "'unsafe-inline'" not in policy
