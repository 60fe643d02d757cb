"""The page of a user's own tokens."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import MOST_TOKENS, note_use
from accounts.models import Token
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.turns import at_once

# What the page shows and refuses depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

PAGE = "/account/tokens/"
FORM = {"name": "feed", "days": "90", "role": ""}


@pytest.fixture
def user(client):
    user = UserFactory(username="li")
    user.groups.add(Group.objects.get(name="organizer"))
    client.force_login(user)
    return user


def noted(event):
    rows = AccessEntry.objects.filter(event=event)
    return list(rows.values_list("user__username", "subject", "detail"))


def test_a_token_is_made_and_its_key_shown_once(client, user):
    answer = client.post(PAGE, FORM | {"days": "7", "role": "analyst"})

    key = answer.context["key"]
    token = Token.objects.get()
    assert answer.status_code == 200
    assert key in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert (token.user, token.name, token.role) == (user, "feed", "analyst")
    left = token.expiry - timezone.now()
    assert timedelta(days=7, minutes=-5) < left <= timedelta(days=7)
    opened = APIClient().get("/api/v1/areas/", headers={"Authorization": f"Token {key}"})
    assert opened.status_code == 200
    again = client.get(PAGE)
    assert key not in again.content.decode()
    assert "feed" in again.content.decode()
    assert key not in str(client.session.items())


def test_making_a_token_is_noted_without_its_key_and_name(client, user):
    key = client.post(PAGE, FORM | {"role": "analyst"}).context["key"]
    token = Token.objects.get()
    detail = f"accounts.user {user.pk}; role: analyst; until: {token.expiry:%Y-%m-%d}"
    assert noted(Event.TOKEN_MADE) == [("li", f"accounts.token {token.pk}", detail)]
    assert key[:8] not in detail


def test_a_form_sent_again_makes_no_second_token(client, user):
    client.post(PAGE, FORM)
    answer = client.post(PAGE, FORM)
    assert answer.status_code == 400
    assert "You have a token of this name already." in answer.content.decode()
    assert Token.objects.count() == 1
    other = UserFactory()
    client.force_login(other)
    assert client.post(PAGE, FORM).status_code == 200  # names are each user's own


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"days": "0"}, "days"),
        ({"days": "366"}, "days"),
        ({"days": "many"}, "days"),
        ({"role": "administrator"}, "role"),
        ({"role": "emperor"}, "role"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_no_token_is_made(client, user, wrong, field):
    answer = client.post(PAGE, FORM | wrong)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Token.objects.exists()
    assert not noted(Event.TOKEN_MADE)


def test_the_form_offers_ninety_days_and_the_roles_within_the_own(client, user):
    form = client.get(PAGE).context["form"]
    assert form["days"].value() == 90
    assert [value for value, _label in form.fields["role"].choices] == [
        "",
        "organizer",
        "reviewer",
        "analyst",
    ]


def test_a_user_has_no_more_than_so_many_tokens(client, user):
    for number in range(MOST_TOKENS):
        assert client.post(PAGE, FORM | {"name": f"feed {number}"}).status_code == 200
    Token.objects.create(user)  # made on the command line: does not count
    answer = client.post(PAGE, FORM)
    assert answer.status_code == 400
    assert f"You have {MOST_TOKENS} tokens" in answer.content.decode()
    assert Token.objects.exclude(name="").count() == MOST_TOKENS
    client.post(f"{PAGE}{Token.objects.filter(name='feed 0').get().pk}/end/")
    assert client.post(PAGE, FORM).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_made_than_one_may_have(client, user):
    for number in range(MOST_TOKENS - 1):
        Token.objects.create(user, name=f"feed {number}")
    answers = at_once(*(lambda n=name: client.post(PAGE, FORM | {"name": n}) for name in "abc"))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]


def test_the_list_tells_of_each_token_what_it_may_and_until_when(client, user):
    Token.objects.create(user, name="old", role="analyst")
    Token.objects.create(user, name="new", expiry=timedelta(days=1))
    Token.objects.create(user)
    Token.objects.create(UserFactory(), name="of another")
    Token.objects.filter(name="old").update(expiry=timezone.now())
    note_use(token=Token.objects.get(name="new"), day=timezone.localdate())

    answer = client.get(PAGE)

    text = answer.content.decode()
    assert [(token.name, expired) for token, expired in answer.context["rows"]] == [
        ("", False),
        ("new", False),
        ("old", True),
    ]
    assert text.count("Expired:") == 1
    assert text.count(">Never</td>") == 2
    assert "(made on the command line)" in text
    assert "All that I may do" in text
    assert "of another" not in text
    for token in Token.objects.all():
        assert token.digest not in text
        assert token.token_key not in text


def test_the_list_costs_the_same_for_one_and_for_many(client, user, django_assert_max_num_queries):
    for number in range(10):
        token, _key = Token.objects.create(user, name=f"feed {number}")
        note_use(token=token, day=timezone.localdate())
    with django_assert_max_num_queries(6):  # session, user, notice of the sample, permissions twice, tokens
        client.get(PAGE)


def test_a_token_ends_by_post_after_a_question(client, user):
    token, key = Token.objects.create(user, name="feed")
    address = f"{PAGE}{token.pk}/end/"
    asked = client.get(address)
    assert "feed" in asked.content.decode()
    assert Token.objects.exists()

    answer = client.post(address, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert "The token “feed” has ended." in answer.content.decode()
    assert not Token.objects.exists()
    assert noted(Event.TOKEN_ENDED) == [("li", f"accounts.token {token.pk}", f"accounts.user {user.pk}")]
    opened = APIClient().get("/api/v1/areas/", headers={"Authorization": f"Token {key}"})
    assert opened.status_code == 401
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_token_of_another_is_not_found(client, user, method):
    token, _key = Token.objects.create(UserFactory(), name="feed")
    assert getattr(client, method)(f"{PAGE}{token.pk}/end/").status_code == 404
    assert Token.objects.exists()


def test_who_is_not_signed_in_is_led_to_the_login(client):
    token, _key = Token.objects.create(UserFactory(), name="feed")
    for address in (PAGE, f"{PAGE}{token.pk}/end/", f"{PAGE}999/end/"):
        for method in (client.get, client.post):
            answer = method(address)
            assert answer.status_code == 302
            assert answer.url.startswith("/admin/login/")
    assert Token.objects.exists()


def test_a_key_does_not_open_the_page_of_tokens(client):
    _token, key = Token.objects.create(UserFactory())
    assert client.get(PAGE, headers={"Authorization": f"Token {key}"}).status_code == 302


def test_another_site_makes_and_ends_no_token(user):
    strict = type(APIClient())(enforce_csrf_checks=True)
    strict.force_login(user)
    token, _key = Token.objects.create(user, name="feed")
    for address in (PAGE, f"{PAGE}{token.pk}/end/"):
        assert strict.post(address, FORM).status_code == 403
    assert Token.objects.count() == 1


def test_the_admin_leads_to_the_page(client):
    client.force_login(UserFactory(is_staff=True))
    assert f'href="{PAGE}"' in client.get("/admin/").content.decode()


def test_an_administrator_sees_name_and_role_of_every_token_and_never_a_key(client):
    administrator = UserFactory(is_staff=True)
    administrator.groups.add(Group.objects.get(name="administrator"))
    client.force_login(administrator)
    token, key = Token.objects.create(UserFactory(username="li"), name="feed", role="analyst")
    note_use(token=token, day=timezone.localdate())
    for page in ("", f"{token.pk}/change/", f"{token.pk}/delete/"):
        text = client.get(f"/admin/accounts/token/{page}").content.decode()
        assert "li" in text
        for secret in (key, key[:15], token.digest):
            assert secret not in text
    text = client.get("/admin/accounts/token/").content.decode()
    assert "feed" in text
    assert "analyst" in text


@pytest.mark.parametrize("path", ["delete", "action"])
def test_an_administrator_ends_a_token_and_that_is_noted(client, path):
    administrator = UserFactory(username="chief", is_staff=True)
    administrator.groups.add(Group.objects.get(name="administrator"))
    client.force_login(administrator)
    holder = UserFactory()
    token, _key = Token.objects.create(holder, name="feed")
    note_use(token=token, day=timezone.localdate())
    if path == "delete":
        client.post(f"/admin/accounts/token/{token.pk}/delete/", {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": token.pk, "post": "yes"}
        client.post("/admin/accounts/token/", data)
    assert not Token.objects.exists()
    assert noted(Event.TOKEN_ENDED) == [("chief", f"accounts.token {token.pk}", f"accounts.user {holder.pk}")]
