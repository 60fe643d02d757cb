"""Users, roles and tokens in the admin."""

from accounts.admin import role, token, user

__all__ = ["role", "token", "user"]
