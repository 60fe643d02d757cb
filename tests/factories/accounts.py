"""Factories of users."""

from typing import Any

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from accounts.models import User


class UserFactory(DjangoModelFactory[User]):
    """A user without a role, unless `role=` names one; the password is `correct horse battery`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    password = factory.django.Password("correct horse battery")

    @factory.post_generation
    def role(user: Any, create: bool, role: str | None, **_: Any) -> None:
        """Put the user into the group of the role."""
        if create and role is not None:
            user.groups.add(Group.objects.get(name=role))
