"""Clients of the API, signed in by a token."""

from django.contrib.auth.models import Group, Permission
from rest_framework.test import APIClient

from accounts.models import Token, User
from orgs.models import Area
from tests.factories.accounts import UserFactory


def token_client(user: User, **token: object) -> APIClient:
    """A client that sends a new token of `user`; `token` goes to knox (`expiry=`)."""
    _instance, key = Token.objects.create(user, **token)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def signed_in(*permissions: str) -> APIClient:
    """A client of a new user who sees the whole register, with `permissions` ("members.view_member")."""
    user = UserFactory()
    for permission in ("accounts.see_everything", *permissions):
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return token_client(user)


def keys(response, key: str) -> list:
    """The keys of the rows of a list; fails unless the answer is 200."""
    assert response.status_code == 200, response.content
    return [row[key] for row in response.json()["results"]]


def staff_client(role: str, area: Area | None = None) -> APIClient:
    """A client of a new user with `role`, who sees `area`."""
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=role))
    return token_client(user)


def patched(client: APIClient, address: str, body: object, **headers: str):
    """The answer to a change of what `client` has just read at `address`."""
    etag = client.get(address).headers["ETag"]
    return client.patch(address, body, format="json", headers={"If-Match": etag, **headers})


def added(client: APIClient, address: str, body: object, **headers: str):
    """The answer to a POST of `body`."""
    return client.post(address, body, format="json", headers=headers)
