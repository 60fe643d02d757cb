"""The tests' settings for a server of its own: styles and scripts from where they lie, before they are collected."""

from tests.settings import *  # noqa: F403

WHITENOISE_USE_FINDERS = True
