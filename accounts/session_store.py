"""Sessions in the database (SESSION_ENGINE), of which one save may be left out."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError

from record.patience import waiting_at_most


class SessionStore(db.SessionStore):
    """Django's; with `only_seen`, nothing but the moment at which the user was last seen has changed.

    That is saved with the next request where a long import holds the lock now.
    """

    only_seen = False

    def save(self, must_create: bool = False) -> None:
        """Save the session. Raises UpdateError where it was removed meanwhile."""
        if not self.only_seen:
            super().save(must_create)
            return
        try:
            with waiting_at_most(0.2):
                super().save()
        except UpdateError as refusal:
            if not isinstance(refusal.__context__, OperationalError):
                raise
