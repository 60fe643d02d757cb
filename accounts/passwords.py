"""What goes with a change of a password."""

from accounts.actions import end_token
from accounts.models import Token, User
from record.log import note
from record.models import Event


def password_changed(*, user: User, by: User) -> None:
    """End the API tokens of `user`, whose password was changed `by` somebody, and write it down.

    Who changes it because others may know it wants them out: sessions end by themselves, for they are
    bound to the password. Call it in the transaction of the change.
    """
    note(Event.PASSWORD_CHANGED, user=by, subject=user)
    for token in Token.objects.filter(user=user):
        end_token(token=token, by=by)
