"""Practices in a browser: the public pages, and an organizer who releases one with its picture."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from orgs.models import Practice
from orgs.pictures import draw_anew
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.browser.test_admin_work import save
from tests.factories.accounts import UserFactory
from tests.factories.orgs import EnterpriseFactory, PracticeFactory, PracticePictureFactory
from tests.factories.pictures import picture_file

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

DAY = date(2008, 6, 19)
HEADINGS = {"en": "Practices", "zh-hans": "典型做法"}


@pytest.fixture
def practice():
    """The newest of thirteen, with a picture and a long word."""
    PracticeFactory.create_batch(12, released_on=DAY)
    practice = PracticeFactory(
        title="职工互助会" * 8, text=f"第一段。\n\n{'Mutualaid' * 30}", day=DAY, released_on=DAY,
        enterprise=EnterpriseFactory(name="瓯海锁业有限公司"),
    )  # fmt: skip
    jpeg = draw_anew(picture_file(size=(2400, 1200)))
    PracticePictureFactory(practice=practice, jpeg=jpeg, description="车间培训")
    return practice


def is_drawn(image):
    image.scroll_into_view_if_needed()
    return image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1600


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize(("language", "width"), [("en", NARROW), ("zh-hans", BROAD)])
def test_the_pages_are_whole_in(open_page, practice, language, width, javascript):
    page = open_page("/practices/", language=language, width=width, javascript=javascript)

    assert page.get_by_role("heading", level=1, name=HEADINGS[language]).is_visible()
    assert page.locator(".practice-list li").count() == 12
    assert_fits(page)
    if javascript:
        assert is_drawn(page.get_by_role("img", name="车间培训"))
        assert_accessible(page)

    page.get_by_role("link", name=practice.title).click()
    page.wait_for_url(f"**/practices/{practice.pk}/")
    assert page.get_by_text("第一段。").is_visible()
    assert page.get_by_text("瓯海锁业有限公司").is_visible()
    assert_fits(page)
    if javascript:
        assert is_drawn(page.get_by_role("img", name="车间培训"))
        assert_accessible(page)


@pytest.mark.parametrize("width", [NARROW, BROAD])
def test_the_pages_in_the_dark(open_page, practice, width):
    for address in ("/practices/", "/practices/?page=2", f"/practices/{practice.pk}/"):
        page = open_page(address, scheme="dark", width=width)
        assert_fits(page)
        assert_accessible(page)


def test_one_comes_from_the_home_page_to_the_oldest_practice_by_the_keyboard(open_page, practice):
    page = open_page("/", width=NARROW)
    page.get_by_role("link", name="All practices").press("Enter")
    page.wait_for_url("**/practices/")
    page.get_by_role("link", name="Older").press("Enter")
    page.wait_for_url("**/practices/?page=2")
    assert page.locator(".practice-list li").count() == 1
    page.get_by_role("button", name="简体中文").click()
    page.get_by_role("link", name="较新").wait_for()
    assert page.url.endswith("/practices/?page=2")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_where_nothing_is_released(open_page, language):
    PracticeFactory()
    page = open_page("/practices/", language=language, width=NARROW)
    assert page.get_by_role("heading", level=1, name=HEADINGS[language]).is_visible()
    assert page.locator(".practice-list").count() == 0
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("width", [NARROW, BROAD])
def test_a_practice_is_told_with_a_picture_and_released(open_page, width):
    organizer = UserFactory(username="organizer", is_staff=True, is_superuser=True)
    page = open_page("/admin/orgs/practice/add/", user=organizer, width=width)
    page.get_by_label("Title").fill("职工互助会")
    page.get_by_label("Text").fill("第一家。")
    page.get_by_label("Day:", exact=True).fill("2008-06-19")
    page.get_by_label("Released on").fill("2008-06-19")
    file = BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(file, "PNG")
    page.get_by_label("New picture").set_input_files(
        {"name": "车间.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    save(page, "Save and continue editing", "what the picture shows")
    assert page.get_by_text("Say what the picture shows").is_visible()
    assert_fits(page)
    assert_accessible(page)

    page.get_by_label("What the picture shows").fill("车间培训")
    page.get_by_label("New picture").set_input_files(
        {"name": "车间.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    page.get_by_role("button", name="Save and continue editing").click()
    assert is_drawn(page.get_by_role("img", name="车间培训"))
    assert_fits(page)
    assert_accessible(page)

    practice = Practice.objects.get()
    public = open_page(f"/practices/{practice.pk}/", width=width)
    assert is_drawn(public.get_by_role("img", name="车间培训"))
    page.goto(reverse("admin:orgs_practice_history", args=[practice.pk]))
    assert page.get_by_text("Picture of a practice").is_visible()
    assert_fits(page)
    assert_accessible(page)
