"""All settings of the site, read from the environment; docs/settings.md explains each."""

from datetime import time, timedelta
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from registry.logs import logging_config
from secrecy.keys import read_index_key, read_protection_keys

BASE_DIR = Path(__file__).resolve().parent.parent


def _folder_of(package: str) -> Path:
    """Where an installed package lies, of which only files are used."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ImproperlyConfigured(f"The package {package} is not installed.")
    return Path(found.origin).parent


def _time_or_never(name: str, text: str) -> time | None:
    """The time of day that the setting `name` gives by `text`, such as `03:00`; None for `never`."""
    if text == "never":
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:  # it is that of TIME_ZONE
        raise ImproperlyConfigured(f"{name} must be a time such as 03:00, or never; not {text}.")
    return found


env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)

# Below 50 characters or 5 different ones Django itself calls a key weak (security.W009).
SECRET_KEY = env.str("SECRET_KEY", default="") or ("insecure-key-for-debugging-only" if DEBUG else "")
if not DEBUG and (
    len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-")
):
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to at least 50 random characters (or set DEBUG=1 while developing)."
    )

LOG_KEY = env.str("LOG_KEY", default="") or (f"log {SECRET_KEY}" if DEBUG else "")
if len(LOG_KEY) < 32:
    raise ImproperlyConfigured(
        "LOG_KEY must be set to at least 32 random characters (or set DEBUG=1 while developing)."
    )
# What encrypts personal values, and what makes them searchable.
_debug_secret = SECRET_KEY if DEBUG else None
PROTECTION_KEYS = read_protection_keys(env.str("PROTECTION_KEYS", default=""), debug_secret=_debug_secret)
INDEX_KEY = read_index_key(
    env.str("INDEX_KEY", default=""), others=PROTECTION_KEYS, debug_secret=_debug_secret
)
REVEALS_PER_DAY = env.int("REVEALS_PER_DAY", default=20)
LOOKUPS_PER_DAY = env.int("LOOKUPS_PER_DAY", default=200)
# A form of the transfer letter in place of the one that the register brings along.
TRANSFER_LETTER = env.str("TRANSFER_LETTER", default="")
# The same of the approval letter; what approval numbers begin with; whether the district files before it is founded.
APPROVAL_LETTER = env.str("APPROVAL_LETTER", default="")
APPROVAL_PREFIX = env.str("APPROVAL_PREFIX", default="组")
TWO_STEP_APPROVAL = env.bool("TWO_STEP_APPROVAL", default=False)
# The time of day from which the checks of the register run once; None: never.
CHECKS_AT = _time_or_never("CHECKS_AT", env.str("CHECKS_AT", default="") or "03:00")
# Days after which an application that was begun and never submitted may be removed.
DRAFT_DAYS = env.int("DRAFT_DAYS", default=30)

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"

INSTALLED_APPS = [
    "registry.apps.RegistryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "registry.apps.RegistryStaticFilesConfig",
    "axes",
    "csp",
    "django_filters",
    "django_otp",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "simple_history",
    "registry.apps.RegistryConfig",
    "sample",
    "procedures",
    "stats",
    "reports",
    "work",
    "checks",
    "applications",
    "sheets",
    "members",
    "accounts",
    "orgs",
    "record",
    "secrecy",
]

MIDDLEWARE = [
    "record.origin.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "limits.middleware.PrivateAnswers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.sessions.SessionLimitMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.sessions.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "record.middleware.RefusalMiddleware",
    "limits.middleware.BodyLimit",
    "limits.middleware.OneEncoding",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sample.context_processors.sample_notice",
            ],
        },
    },
]

DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{BASE_DIR / 'data' / 'register.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"].get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
    raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:///.")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock when a transaction begins: two writers wait for each other
    # instead of failing half-way; WAL lets readers go on meanwhile.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # A server that is away is told from a slow one within seconds: /readyz shall answer, not hang.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # Compiling the statements of a page, which PostgreSQL takes for dearer than they are, takes seconds.
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off")
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Shared by the processes of the server: counted by each alone, a limit would be as many times as high.
CACHES = {
    "default": {
        "BACKEND": "limits.cache.SharedCache",
        "LOCATION": env.str("CACHE_DIR", default="") or BASE_DIR / "data" / "cache",
    }
}

# What need not be done while somebody waits; `manage.py run_tasks` does it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# How mail leaves the site (EMAIL_BACKEND, EMAIL_HOST, …), from whom, and what links in it begin with.
vars().update(env.email_url_config(env.str("EMAIL_URL", default="") or "consolemail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or "webmaster@localhost"
SITE_URL = (env.str("SITE_URL", default="") or "http://127.0.0.1:8000").rstrip("/")

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "home"
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=False)

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "accounts.sign_in.SignInHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.sign_in.answer_when_locked"
AXES_CLIENT_IP_CALLABLE = "record.origin.client_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the access log is the project's own
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = int(timedelta(minutes=30).total_seconds())  # of idleness
SESSION_LIMIT = timedelta(hours=8)  # from signing in

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "registry.formats"
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", ("echarts", _folder_of("vizly") / "assets")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # the admin's and Swagger's stylesheets carry small pictures
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # a load balancer asks without TLS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:
    # Browsers take these from this host and by https alone: a neighbour under the same domain sets none.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"

# The largest page has a row of six fields for each of an organization's enterprises.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# The addresses that take larger bodies, of users with a permission: a file of 20 MB and the form around it.
UPLOADS = {"/admin/sheets/import/add/": ("sheets.add_import", 21 * 1024 * 1024)}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["limits.throttles.WriteThrottle"],
    "DEFAULT_THROTTLE_RATES": {"statistics": "1000/min", "writes": "600/min"},
    # Without this DRF believes any X-Forwarded-For, and a limit per address is none.
    "NUM_PROXIES": env.int("PROXIES", default=0),
}
KNOX_TOKEN_MODEL = "accounts.Token"  # noqa: S105, a model
MIGRATION_MODULES = {"knox": None}  # its own would make a table of tokens that nobody uses
REST_KNOX = {"TOKEN_TTL": timedelta(days=90), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Party-organization Registry",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Without names of their own the enums of fields called alike collide.
    "ENUM_NAME_OVERRIDES": {
        "AreaLevelEnum": "orgs.models.Level",
        "DesignationLevelEnum": "orgs.models.DesignationLevel",
        "KindEnum": "orgs.models.Kind",
        "CountedKindEnum": "orgs.api.organizations.COUNTED_CHOICES",
        "EndReasonEnum": "members.models.EndReason",
        "StateEnum": "members.models.TransferState",
        "StageEnum": "members.models.Stage",
        "ApplicationStateEnum": "applications.api.applications.STATES",
        "ApplicationStageEnum": "applications.api.applications.NAMED_STAGES",
    },
}

LOGGING = logging_config(env.str("LOG_LEVEL", default="INFO"))
