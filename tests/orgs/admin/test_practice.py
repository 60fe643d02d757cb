"""Practices in the admin."""

import pytest
from django.urls import reverse

from tests.factories.admin import filled_in
from tests.factories.orgs import PracticeFactory

pytestmark = pytest.mark.django_db


def test_the_line_ends_of_a_browser_are_no_change(admin_client):
    practice = PracticeFactory(text="One line.\nAnother.")
    page = reverse("admin:orgs_practice_change", args=[practice.pk])
    form = filled_in(admin_client.get(page)) | {"title": "Told", "text": "One line.\r\nAnother."}

    assert admin_client.post(page, form).status_code == 302
    practice.refresh_from_db()
    assert (practice.title, practice.text) == ("Told", "One line.\nAnother.")
