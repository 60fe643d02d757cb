"""Changes of users."""

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from orgs.models import Area


@transaction.atomic
def create_staff(*, username: str, role: Role, area: Area | None, password: str) -> User:
    """Make a user who may sign in to the admin, with the permissions of `role`.

    `area` is the part of the register that the user may see. Raises ValidationError for a name that is
    taken or none, and for a password that the validators of the settings refuse.
    """
    user = User(username=username, area=area, is_staff=True)
    user.clean_fields(exclude=["password"])
    user.validate_unique()
    validate_password(password, user)
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get(name=role.value))
    return user
