"""Changes of users and of their tokens; each is noted in the access log, in one transaction with it."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Token, TokenUse, User
from accounts.roles import Role, roles_within
from orgs.models import Area
from record.log import note
from record.models import AccessEntry, Event
from record.origin import current_origin
from record.patience import waiting_at_most

MOST_TOKENS = 20
"""So many tokens with a name a user may have; those made on the command line have none and do not count."""

MOST_REFUSED_KEYS = 20
"""So many refused keys are noted in a minute."""

_PATIENCE = 0.2
"""Seconds that a request waits to note a key: it holds up a thread meanwhile."""


class NoAdministratorLeft(Exception):
    """After the change nobody could administer the site."""

    def __init__(self) -> None:
        super().__init__(
            _("This is the last active administrator. Make another user an administrator first.")
        )


class TooManyTokens(Exception):
    """The user has MOST_TOKENS already."""

    def __init__(self) -> None:
        message = _("You have %(most)d tokens, which is as many as one may have. End one first.")
        super().__init__(message % {"most": MOST_TOKENS})


class RoleTooWide(Exception):
    """The role permits what the user may not do."""

    def __init__(self) -> None:
        super().__init__(_("A token may do no more than you may."))


@dataclass(frozen=True)
class Account:
    """What the access log tells of an account: what it may do in clear, of the rest only that it changed."""

    roles: str
    area: str
    active: bool
    staff: bool
    superuser: bool
    username: str
    last_name: str
    first_name: str
    email: str

    NAMES = ("username", "last_name", "first_name", "email")

    @classmethod
    def of(cls, user: User) -> "Account":
        """The account as it is stored."""
        stored = User.objects.select_related("area").get(pk=user.pk)
        return cls(
            roles=" ".join(stored.groups.order_by("name").values_list("name", flat=True)),
            area=stored.area.code if stored.area else "",
            active=stored.is_active,
            staff=stored.is_staff,
            superuser=stored.is_superuser,
            **{name: getattr(stored, name) for name in cls.NAMES},
        )

    def changes(self, before: "Account | None") -> str:
        """What differs from `before` (None: there was no account), as `field: before -> after` or `field`."""
        told = []
        for name in (field.name for field in fields(self)):
            was, now = _told(getattr(before, name, None)), _told(getattr(self, name))
            if was != now and name not in self.NAMES:
                told.append(f"{name}: {was} -> {now}")
            elif was != now and before is not None:
                told.append(name)
        return "; ".join(told)


def _told(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or "none"


def account_to_change(user: User) -> Account:
    """The account of `user` as it is stored, locked until the transaction ends.

    Other changes of accounts wait: of two that would each leave the other as the last administrator, the
    second finds that it is.
    """
    list(Group.objects.select_for_update(no_key=True).filter(name=Role.ADMINISTRATOR).values_list("pk"))
    list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))
    return Account.of(user)


def note_account_change(*, user: User, before: Account | None, by: User | None) -> None:
    """Note what became of the account of `user` since `account_to_change` gave `before`; None: it is new.

    Call it after the change, inside its transaction. `by` is None on the command line. Raises
    NoAdministratorLeft where the site had an administrator and has none any more.
    """
    after = Account.of(user)
    changes = after.changes(before)
    if not changes:
        return
    # Whom the admin lets in and shows the users; one who never administered takes nothing away.
    administers = Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR)
    taken_away = before is not None and _administers(before) and not _administers(after)
    if taken_away and not User.objects.filter(administers, is_active=True, is_staff=True).exists():
        raise NoAdministratorLeft
    note(Event.ACCOUNT_CHANGED, user=by, subject=user, detail=changes)


def _administers(account: Account) -> bool:
    role = account.superuser or Role.ADMINISTRATOR in account.roles.split()
    return role and account.active and account.staff


@transaction.atomic
def create_staff(
    *, username: str, role: Role, area: Area | None, password: str, by: User | None = None
) -> User:
    """Make a user who may sign in to the admin, with the permissions of `role`.

    `area` is the part of the register that the user may see. Raises ValidationError for a name that is
    taken or none, and for a password that the validators of the settings refuse.
    """
    user = User(username=User.normalize_username(username), area=area, is_staff=True)
    user.clean_fields(exclude=["password"])
    user.validate_unique()
    validate_password(password, user)
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get(name=role.value))
    note_account_change(user=user, before=None, by=by)
    return user


@transaction.atomic
def make_token(
    *, user: User, valid_for: timedelta, by: User | None, name: str = "", role: Role | None = None
) -> tuple[Token, str]:
    """Make a token of `user`; gives it and its key, which is not stored and cannot be shown again.

    `role` None: the key permits all that the user may. Raises RoleTooWide; with a name, TooManyTokens, and
    ValidationError where the user has a token of that name.
    """
    list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))
    if role is not None and role not in roles_within(user.get_all_permissions()):
        raise RoleTooWide
    if name:
        named = Token.objects.filter(user=user).exclude(name="")
        if named.filter(name=name).exists():
            raise ValidationError(_("You have a token of this name already."))
        if named.count() >= MOST_TOKENS:
            raise TooManyTokens
    token, key = Token.objects.create(user, expiry=valid_for, name=name, role=role or "")
    detail = f"{_owner(token)}; role: {token.role or 'all'}; until: {token.expiry:%Y-%m-%d}"
    note(Event.TOKEN_MADE, user=by, subject=token, detail=detail)
    return token, key


@transaction.atomic
def end_token(*, token: Token, by: User | None) -> None:
    """Take `token` away: its key opens nothing any more. One that is gone already stays gone."""
    for found in Token.objects.select_for_update().filter(pk=token.pk):
        note(Event.TOKEN_ENDED, user=by, subject=found, detail=_owner(found))
        found.delete()


def _owner(token: Token) -> str:
    return f"{User._meta.label_lower} {token.user_id}"


def note_use(*, token: Token, day: date) -> bool:
    """Note the first use of `token` on `day` from the address of the request; gives whether there is such a token.

    Costs one statement for every use but the first. Raises OperationalError where a long import writes.
    """
    address = current_origin().address
    if TokenUse.objects.filter(token=token, address=address, day__gte=day).exists():
        return True
    with waiting_at_most(_PATIENCE), transaction.atomic():
        # Of two first uses at once, one waits here, and finds the other's.
        if not Token.objects.select_for_update(no_key=True).filter(pk=token.pk).values("pk"):
            return False
        use, made = TokenUse.objects.get_or_create(token=token, address=address, defaults={"day": day})
        if made or use.day < day:
            use.day = day
            use.save(update_fields=["day"])
            note(Event.TOKEN_USED, user=token.user, subject=token)
    return True


def note_refused_key(*, token: Token | None, now: datetime) -> None:
    """Note that a key was refused: one of `token`, which has expired or whose user is not active, or one of none.

    The access log keeps its rows for years, and anybody may send keys without end: it gets one refusal in
    a minute from an address, and no more than MOST_REFUSED_KEYS in all. Raises OperationalError where a long
    import writes.
    """
    lately = AccessEntry.objects.filter(
        event=Event.REFUSED, at__gt=now - timedelta(minutes=1), detail__startswith=_REFUSED_KEY
    )
    addresses = list(lately.values_list("client_address", flat=True)[:MOST_REFUSED_KEYS])
    if len(addresses) == MOST_REFUSED_KEYS or current_origin().address in addresses:
        return
    why = "unknown" if token is None else "expired" if token.is_expired(now) else "inactive user"
    with waiting_at_most(_PATIENCE):
        note(Event.REFUSED, subject=token, detail=_REFUSED_KEY + why)


_REFUSED_KEY = "API key: "
