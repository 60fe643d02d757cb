"""The site's settings for tests: a key of their own, fast passwords, no build of static files."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

os.environ["SECRET_KEY"] = "a key for tests alone, of enough different characters 0123456789"
os.environ["LOG_KEY"] = "a key for the record of tests alone 0123456789"
os.environ["DEBUG"] = "0"
os.environ["PROTECTION_KEYS"] = "tests:c29tZSAzMiBieXRlcyBmb3IgdGVzdHMgYWxvbmUhISE"
os.environ["INDEX_KEY"] = "b3RoZXIgMzIgYnl0ZXMsIGZvciBhIHRlc3QgaW5kZXg"
os.environ["REVEALS_PER_DAY"] = "20"
os.environ["LOOKUPS_PER_DAY"] = "200"
# Neither a developer's .env nor the shell changes what the tests see; the database they may choose.
os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1,[::1]"
os.environ["CSRF_TRUSTED_ORIGINS"] = ""
os.environ["HTTPS"] = "0"
os.environ["LANGUAGE_CODE"] = "en"
os.environ["LOG_LEVEL"] = "INFO"
os.environ["EMAIL_URL"] = ""
os.environ["DEFAULT_FROM_EMAIL"] = "register@register.example"
os.environ["SITE_URL"] = "https://register.example"
os.environ["SECOND_FACTOR"] = "0"
os.environ["CHECKS_AT"] = "never"
os.environ["TIME_ZONE"] = "Asia/Shanghai"

from registry.settings import *  # noqa: F403
from registry.settings import CACHES, DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SITE_CACHES = CACHES
# The site's own cache, but one for each process of tests; gone when it ends.
_cache = TemporaryDirectory(prefix="register-cache-")
CACHES = {"default": {**CACHES["default"], "LOCATION": _cache.name}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Look for a file when it is asked for, not at all of them for every test's client.
WHITENOISE_AUTOREFRESH = True

if DATABASES["default"]["NAME"] == ":memory:":
    # In a file, as in use: in memory, threads would share one cache, which knows no waiting for a lock. The
    # file from the start: a live server that starts before the database is made would share its connection.
    file = str(Path(gettempdir()) / f"register-{os.getpid()}.sqlite3")
    DATABASES["default"] |= {"NAME": file, "TEST": {"NAME": file}}
