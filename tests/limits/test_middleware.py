"""Bodies that are too large, and answers that nobody may keep."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from orgs.models import Kind
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.api import signed_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
MEGABYTE = 1 << 20


@pytest.fixture
def superuser():
    return UserFactory(is_staff=True, is_superuser=True)


class TestBodies:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_one_that_is_too_large_is_413_in_json_in_the_api(self, language):
        answer = signed_in().post(
            "/api/v1/members/", b'"' + b"x" * 6 * MEGABYTE + b'"', content_type="application/json",
            headers={"accept-language": language},
        )  # fmt: skip

        assert answer.status_code == 413
        assert answer.json() == {
            "detail": "The body has more than 5 megabytes." if language == "en" else "请求内容超过 5 兆字节。"
        }

    @pytest.mark.parametrize("path", ["/admin/login/", "/language/", "/nowhere/"])
    def test_one_that_is_too_large_is_a_413_page_elsewhere(self, client, path):
        answer = client.post(path, {"username": "x" * 6 * MEGABYTE})

        assert answer.status_code == 413
        assert "提交的内容超过服务器允许的大小" in answer.content.decode()
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"

    def test_nobody_fills_the_disk_with_files(self, client):
        """No page takes a file; Django would still put one of a form in the folder for temporary files."""
        file = SimpleUploadedFile("a.bin", bytes(6 * MEGABYTE))

        assert client.post("/admin/login/", {"file": file}).status_code == 413

    def test_one_of_just_the_limit_is_read(self):
        body = b'"' + b"x" * (5 * MEGABYTE - 2) + b'"'
        answer = signed_in().post("/api/v1/members/", body, content_type="application/json")
        assert answer.status_code != 413

    @pytest.mark.parametrize("length", ["²", "9" * 5000, "five"])
    def test_one_whose_length_is_no_number_is_not_read(self, client, length):
        assert client.post("/language/", {}, CONTENT_LENGTH=length).status_code < 500

    def test_one_that_is_a_lie_is_read_as_far_as_it_goes(self, client):
        assert client.post("/admin/login/", {}, CONTENT_LENGTH="").status_code == 200

    def test_the_page_of_a_large_organization_can_be_saved(self, client, superuser):
        """One that covers 400 enterprises has more than 2,000 fields."""
        organization = OrganizationFactory(
            kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=EnterpriseFactory.create_batch(400)
        )
        client.force_login(superuser)
        address = reverse("admin:orgs_communitygeneralbranch_change", args=[organization.pk])
        fields = filled_in(client.get(address))

        assert len(fields) > 2000
        assert client.post(address, fields).status_code == 302


class TestWhoMayKeepAnAnswer:
    def test_nobody_what_somebody_got_who_is_signed_in(self, client, superuser):
        member = MemberFactory()
        client.force_login(superuser)
        for address in (
            "/", "/admin/", reverse("admin:members_member_changelist"),
            reverse("admin:members_member_change", args=[member.pk]),
            reverse("admin:members_member_history", args=[member.pk]), "/api/v1/members/", "/admin/nowhere/",
        ):  # fmt: skip
            directives = client.get(address)["Cache-Control"].split(", ")
            assert {"no-store", "private"} <= set(directives), address

    @pytest.mark.parametrize(
        "path", ["/api/v1/members/", "/api/v1/members/x/", "/api/v1/statistics/coverage/"]
    )
    def test_nobody_what_a_token_got(self, path):
        directives = signed_in().get(path)["Cache-Control"].split(", ")
        assert {"no-store", "private"} <= set(directives)

    def test_what_is_open_to_all_may_be_kept(self):
        for path in ("/", "/api/v1/statistics/coverage/"):
            assert "Cache-Control" not in Client().get(path)


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/admin/login/", "/api/v1/"])
def test_a_page_may_use_nothing_of_the_device_and_no_other_site_may_take_it_in(client, path):
    answer = client.get(path)

    assert "camera=()" in answer["Permissions-Policy"].split(", ")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
