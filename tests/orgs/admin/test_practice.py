"""Practices in the admin, with their pictures and their release."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from orgs.models import Practice, PracticePicture
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, send
from tests.factories.orgs import AreaFactory, EnterpriseFactory, PracticeFactory, PracticePictureFactory
from tests.factories.pictures import picture_file
from tests.orgs.admin.test_organization import errors_of, saved

pytestmark = pytest.mark.django_db

ADD = "/admin/orgs/practice/add/"
TOLD = {"title": "职工互助", "text": "两百万元奖励职工", "day": "2008-06-01"}
SHOWS = "picture_description"


def page_of(practice, page="change"):
    return reverse(f"admin:orgs_practice_{page}", args=[practice.pk])


def signed_in(client, role, area):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def faulty(answer):
    """The fields at which the page says what is wrong."""
    return {name for name in errors_of(answer) if name}


def deeds(model):
    """What the history tells of all rows of `model`, the first first."""
    return list(model.history.order_by("pk").values_list("history_type", flat=True))


def test_the_line_ends_of_a_browser_are_no_change(admin_client):
    practice = PracticeFactory(text="One line.\nAnother.")
    saved(send(admin_client, page_of(practice), title="Told", text="One line.\r\nAnother."))
    practice.refresh_from_db()
    assert (practice.title, practice.text) == ("Told", "One line.\nAnother.")


def test_a_practice_is_entered_with_its_picture(admin_client, admin_user):
    saved(send(admin_client, ADD, TOLD, picture=picture_file(), **{SHOWS: "车间培训"}))

    practice = Practice.objects.get()
    with Image.open(BytesIO(practice.picture.jpeg)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (300, 200))
    assert practice.picture.description == "车间培训"
    assert practice.released_on is None
    assert [row.history_user for row in PracticePicture.history.all()] == [admin_user]
    page = admin_client.get(page_of(practice))
    assert f'src="/practices/{practice.pk}/picture/" alt="车间培训"' in page.content.decode()


def test_the_kind_of_a_picture_is_told_by_what_is_in_it(admin_client):
    named = picture_file(form="WEBP", name="letter.docx")
    saved(send(admin_client, ADD, TOLD, picture=named, **{SHOWS: "车间培训"}))
    assert bytes(PracticePicture.objects.get().jpeg).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\0", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not a picture"),
        (picture_file(form="JPEG").read()[:400], "not a picture"),
        (picture_file(form="GIF").read(), "not a picture"),
        (picture_file(size=(9000, 9000), mode="1", colour=0).read(), "more than 40 million pixels"),
        (b"", "empty"),
    ],
)
def test_what_cannot_be_drawn_is_told_at_its_field_and_nothing_is_saved(admin_client, content, words):
    file = SimpleUploadedFile("picture.jpg", content, content_type="image/jpeg")
    errors = errors_of(send(admin_client, ADD, TOLD, picture=file, **{SHOWS: "车间培训"}))
    assert words in str(errors["picture"])
    assert not Practice.objects.exists()


def test_a_body_that_is_too_large_is_no_error_of_the_server(admin_client):
    file = SimpleUploadedFile("picture.jpg", b"\xff" * (5 * 1024 * 1024))
    assert send(admin_client, ADD, TOLD, picture=file).status_code == 413
    assert not Practice.objects.exists()


@pytest.mark.parametrize("description", ["", "  "])
def test_a_picture_is_not_kept_without_a_description(admin_client, description):
    answer = send(admin_client, ADD, TOLD, picture=picture_file(), **{SHOWS: description})
    assert faulty(answer) == {SHOWS}
    assert not Practice.objects.exists()
    assert not Practice.history.exists()


def test_a_description_of_no_picture_is_refused(admin_client):
    assert faulty(send(admin_client, ADD, TOLD, **{SHOWS: "车间培训"})) == {SHOWS}
    assert not Practice.objects.exists()


def test_the_description_of_a_picture_may_not_be_taken_away_alone(admin_client):
    practice = PracticePictureFactory(description="车间培训").practice
    assert faulty(send(admin_client, page_of(practice), title="新题", **{SHOWS: ""})) == {SHOWS}
    practice.refresh_from_db()
    assert (practice.title, practice.picture.description) != ("新题", "")


def test_a_page_that_is_saved_untouched_leaves_no_history(admin_client):
    practice = PracticePictureFactory().practice
    saved(send(admin_client, page_of(practice)))
    assert deeds(Practice) == deeds(PracticePicture) == ["+"]


def test_only_what_was_changed_has_a_history(admin_client):
    practice = PracticePictureFactory(description="培训").practice
    saved(send(admin_client, page_of(practice), **{SHOWS: "车间培训"}))
    assert PracticePicture.objects.get().description == "车间培训"
    assert bytes(PracticePicture.objects.get().jpeg) == b"\xff\xd8\xff"
    assert (deeds(Practice), deeds(PracticePicture)) == (["+"], ["+", "~"])


def test_a_new_picture_takes_the_place_of_the_old_one(admin_client, admin_user):
    practice = PracticePictureFactory(description="培训").practice
    # Whoever chooses a new one and removes the old one wants the new one.
    saved(send(admin_client, page_of(practice), picture=picture_file(size=(40, 30)), without_picture="on"))
    with Image.open(BytesIO(PracticePicture.objects.get().jpeg)) as picture:
        assert picture.size == (40, 30)
    assert deeds(PracticePicture) == ["+", "-", "+"]
    assert {row.history_user for row in PracticePicture.history.order_by("pk")[1:]} == {admin_user}


def test_a_picture_is_removed(admin_client):
    practice = PracticePictureFactory().practice
    saved(send(admin_client, page_of(practice), without_picture="on"))
    assert not PracticePicture.objects.exists()
    assert (deeds(Practice), deeds(PracticePicture)) == (["+"], ["+", "-"])
    assert "Remove the picture" not in admin_client.get(page_of(practice)).content.decode()


def test_a_picture_goes_with_its_practice(admin_client):
    practice = PracticePictureFactory().practice
    page = page_of(practice, "delete")
    answer = admin_client.post(page, {"post": "yes", "changes": admin_client.get(page).context["changes"]})
    assert answer.status_code == 302
    assert not PracticePicture.objects.exists()
    assert deeds(PracticePicture) == ["+", "-"]


@pytest.mark.parametrize("change", [{"picture": "new"}, {SHOWS: "另一说明"}, {"without_picture": "on"}])
def test_a_page_is_stale_when_the_picture_was_changed_meanwhile(client, change):
    area = AreaFactory()
    practice = PracticePictureFactory(practice__enterprise=EnterpriseFactory(area=area)).practice
    signed_in(client, "organizer", area)
    opened = filled_in(client.get(page_of(practice)))
    saved(
        send(client, page_of(practice), {k: picture_file() if v == "new" else v for k, v in change.items()})
    )

    answer = client.post(page_of(practice), opened | {"title": "旧页"})
    assert "was changed after you opened this page" in answer.content.decode()
    assert "Picture of a practice" in answer.content.decode()
    practice.refresh_from_db()
    assert practice.title != "旧页"


def test_the_history_tells_of_the_picture_and_of_no_protected_values(client):
    area = AreaFactory()
    practice = PracticeFactory(enterprise=EnterpriseFactory(area=area))
    signed_in(client, "organizer", area)
    for shows in ("培训", "互助"):
        saved(send(client, page_of(practice), picture=picture_file(), **{SHOWS: shows}))
    saved(send(client, page_of(practice), without_picture="on"))

    changes = client.get(page_of(practice, "history")).context["page"].object_list
    told = [(change.record, change.deed) for change in changes]
    assert told[:-1] == [
        ("Picture of a practice", deed) for deed in ("Deleted", "Created", "Deleted", "Created")
    ]
    assert not any(change.is_of_protected for change in changes)


def test_who_only_views_sees_the_picture_and_no_way_to_change_it(client):
    area = AreaFactory()
    practice = PracticePictureFactory(practice__enterprise=EnterpriseFactory(area=area)).practice
    signed_in(client, "reviewer", area)

    page = client.get(page_of(practice)).content.decode()
    assert f"/practices/{practice.pk}/picture/" in page
    assert 'type="file"' not in page
    assert client.post(page_of(practice), {"without_picture": "on"}).status_code == 403
    assert PracticePicture.objects.exists()


def test_practices_are_released_and_found_by_it(admin_client):
    today = timezone.localdate()
    shown, later, hidden = PracticeFactory.create_batch(3)
    saved(send(admin_client, page_of(shown), released_on=today.isoformat()))
    saved(send(admin_client, page_of(later), released_on=(today + timedelta(days=1)).isoformat()))

    def listed(**asked):
        page = admin_client.get("/admin/orgs/practice/", asked)
        return {row.pk for row in page.context["cl"].result_list}

    assert listed(released="yes") == {shown.pk}
    assert listed(released="no") == {later.pk, hidden.pk}
    assert listed() == {shown.pk, later.pk, hidden.pk}


def test_the_list_takes_the_same_queries_for_one_row_and_three(admin_client, django_assert_num_queries):
    PracticePictureFactory()
    admin_client.get("/admin/orgs/practice/")
    with CaptureQueriesContext(connection) as first:
        admin_client.get("/admin/orgs/practice/")
    PracticePictureFactory.create_batch(2)
    with django_assert_num_queries(len(first)):
        admin_client.get("/admin/orgs/practice/")
