"""The tests' settings with the site's own cache, and figures for three requests a minute."""

from tests.settings import *  # noqa: F403
from tests.settings import REST_FRAMEWORK, SITE_CACHES

CACHES = SITE_CACHES
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"statistics": "3/min", "writes": None}}
