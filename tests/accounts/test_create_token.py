"""`manage.py create_token`: a key that opens the API, and nothing else on standard output."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from accounts.authentication import TokenAuthentication
from accounts.models import Token
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def create(*args):
    out = io.StringIO()
    call_command("create_token", *args, stdout=out)
    return out.getvalue()


def whom(key):
    """The user that a request with this key is taken for."""
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Token {key}")
    return TokenAuthentication().authenticate(request)[0]


def test_it_prints_the_key_alone_and_the_key_signs_the_user_in():
    user = UserFactory(username="li")
    printed = create("li")
    assert printed == printed.strip() + "\n"
    assert whom(printed.strip()) == user


def test_the_key_itself_is_not_stored():
    UserFactory(username="li")
    key = create("li").strip()
    stored = Token.objects.get()
    assert key not in (stored.digest, stored.token_key)


@pytest.mark.parametrize(("arguments", "days"), [([], 90), (["--days", "1"], 1), (["--days", "3650"], 3650)])
def test_the_key_ends_after_the_days(arguments, days):
    UserFactory(username="li")
    create("li", *arguments)
    left = Token.objects.get().expiry - timezone.now()
    assert timedelta(days=days, minutes=-5) < left <= timedelta(days=days)


def test_a_key_whose_days_are_over_signs_nobody_in():
    UserFactory(username="li")
    key = create("li", "--days", "1").strip()
    Token.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    with pytest.raises(AuthenticationFailed):
        whom(key)


def test_the_key_of_a_user_who_left_signs_nobody_in():
    user = UserFactory(username="li")
    key = create("li").strip()
    user.is_active = False
    user.save()
    with pytest.raises(AuthenticationFailed):
        whom(key)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nobody"], "no user nobody"),
        (["left"], "not active"),
        (["li", "--days", "0"], "from 1 to"),
        (["li", "--days", "-3"], "from 1 to"),
        (["li", "--days", "999999999999"], "from 1 to"),
        (["li", "--days", "many"], "many"),
    ],
)
def test_what_is_wrong_is_said_and_no_token_is_made(arguments, complaint):
    UserFactory(username="li")
    UserFactory(username="left", is_active=False)
    with pytest.raises(CommandError, match=complaint):
        create(*arguments)
    assert not Token.objects.exists()
