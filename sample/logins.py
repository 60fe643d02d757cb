"""The users of the sample register, with passwords that everybody knows."""

from dataclasses import dataclass

from accounts.actions import create_staff
from accounts.roles import Role
from orgs.models import Area


@dataclass(frozen=True)
class Login:
    """A user of the sample."""

    role: Role
    area: str
    """The code of the area that the user may see."""
    password: str

    @property
    def username(self) -> str:
        """Named as the role."""
        return self.role.value


LOGINS = (
    Login(Role.ADMINISTRATOR, "330304", "3-committees-in-Ouhai"),
    Login(Role.ORGANIZER, "330304002", "24-joint-in-Ouhai"),
    Login(Role.REVIEWER, "330304", "199-standalone-in-Ouhai"),
    Login(Role.ANALYST, "330304", "1670-members-in-Ouhai"),
)


def create_logins() -> None:
    """Make the users; the areas must be there."""
    for login in LOGINS:
        create_staff(
            username=login.username,
            role=login.role,
            area=Area.objects.get(code=login.area),
            password=login.password,
        )
