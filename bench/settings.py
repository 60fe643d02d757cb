"""The site's settings, with an empty view beside it and no limit to the requests of one address."""

from registry.settings import *  # noqa: F403
from registry.settings import REST_FRAMEWORK

ROOT_URLCONF = "bench.urls"
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"statistics": None, "writes": None}}
