"""Settings of both ways to run; what the environment may change is the table in matchmaker/options.py."""

import os
import tempfile
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from matchmaker import logs, options, redis_link

# Several processes share few cores; linear algebra that waits for its own threads is slower here than with one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
MATCHMAKER_ENV = options.mode_from(os.environ)
PRODUCTION = MATCHMAKER_ENV == options.PRODUCTION
options.refuse_unsafe(os.environ)

env = environ.Env()
env.ENVIRON = {
    option.name: options.text_of(option.name, mode=MATCHMAKER_ENV, environ=os.environ) for option in options.OPTIONS
}

SECRET_KEY = env.str("SECRET_KEY") or options.own_secret_key(options.state_folder(os.environ))
SECRET_KEY_FALLBACKS = options.listed(env.str("SECRET_KEY_FALLBACKS"))
DEBUG = env.bool("DEBUG")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "matchmaker.operators.apps.OperatorsAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "graphene_django",
    "matchmaker",
    "matchmaker.jobs",
    "matchmaker.records",
    "matchmaker.community",
    "matchmaker.notices",
    "matchmaker.needs",
    "matchmaker.matches",
    "matchmaker.lists",
    "matchmaker.privacy",
    "matchmaker.simulation",
    "matchmaker.web",
    "matchmaker.operators",
    "api",
]
AUTH_USER_MODEL = "community.User"
ROOT_URLCONF = "matchmaker.urls"
ASGI_APPLICATION = "matchmaker.asgi.application"
WSGI_APPLICATION = "matchmaker.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "matchmaker.headers.ContentPolicy",
    "matchmaker.compression.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "matchmaker.logs.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    """One dictionary for Django from DATABASE_URL, with the measured settings for each kind."""
    database: dict[str, Any] = env.db("DATABASE_URL")
    if "sqlite3" in database["ENGINE"]:
        path = ROOT / database["NAME"]
        path.parent.mkdir(parents=True, exist_ok=True)
        return database | {
            "NAME": path,
            "TEST": {"NAME": Path(tempfile.gettempdir()) / f"matchmaker-test-{os.getpid()}.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if "postgresql" in database["ENGINE"]:
        pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE"), "timeout": 20}
        return database | {"OPTIONS": {"pool": pool}, "CONN_HEALTH_CHECKS": True}  # it may have been restarted
    raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL.")


DATABASES = {"default": _database()}

REQUESTS_AT_ONCE = int(env.str("REQUESTS_AT_ONCE") or max(1, env.int("DATABASE_POOL_SIZE") - 2))
REQUESTS_WAITING = env.int("REQUESTS_WAITING")
REQUESTS_WAIT_SECONDS = env.float("REQUESTS_WAIT_SECONDS")

REDIS_URL = env.str("REDIS_URL")
REDIS_PREFIX = env.str("REDIS_PREFIX")
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},  # what callers of the API spent is counted here: it may not be pushed out
    }
}
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "matchmaker.caches.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": f"{REDIS_PREFIX}:cache",
            "OPTIONS": redis_link.PATIENCE,
        }
    }

USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE")
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "matchmaker" / "web" / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = ROOT / "staticfiles" if PRODUCTION else None  # embedded, files are served from where they lie
NPM_FILES = ROOT / "node_modules" / ".served"  # the few files that `make setup` takes from the packages
HAS_CYTOSCAPE = (NPM_FILES / "cytoscape").is_dir()  # without it the explorer shows the picture of the server alone
# In production the pages' own files alone: the API's explorer is not served there.
_SERVED = [("cytoscape", NPM_FILES / "cytoscape")] if PRODUCTION else [NPM_FILES]
STATICFILES_DIRS = _SERVED if HAS_CYTOSCAPE else []
WHITENOISE_USE_FINDERS = not PRODUCTION
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

SECURE_COOKIES = env.bool("SECURE_COOKIES")
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY")
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "matchmaker.web.views.errors.old_form"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

TRIES_PER_ADDRESS = env.int("TRIES_PER_ADDRESS")
CODE_DELIVERY = env.str("CODE_DELIVERY")
vars().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM")
NOTICE_CHANNELS = env.list("NOTICE_CHANNELS", default=[])
NOTICE_CONFIRM_HOURS = env.int("NOTICE_CONFIRM_HOURS")
QUIET_HOURS = env.str("QUIET_HOURS")
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL")
SMS_GATEWAY_KEY = env.str("SMS_GATEWAY_KEY")
WEBHOOK_TEST_HOSTS = env.list("WEBHOOK_TEST_HOSTS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL")

SNAPSHOT_FOLDER = env.str("SNAPSHOT_FOLDER")
ROUND_TIME_LIMIT_SECONDS = env.int("ROUND_TIME_LIMIT_SECONDS")
SHRED_LIST = Path(env.str("SHRED_LIST") or options.state_folder(os.environ) / "shred_list")

API_ROWS_PER_MINUTE = env.int("API_ROWS_PER_MINUTE")
API_SECONDS = env.float("API_SECONDS")

JOBS_POLL_SECONDS = env.float("JOBS_POLL_SECONDS")
JOBS_LEASE_SECONDS = env.float("JOBS_LEASE_SECONDS")
JOBS_LOCK_SECONDS = env.int("JOBS_LOCK_SECONDS")
JOBS_MAX_ATTEMPTS = env.int("JOBS_MAX_ATTEMPTS")

WORKER_ALIVE_FILE = env.str("WORKER_ALIVE_FILE")
BEAT_ALIVE_FILE = env.str("BEAT_ALIVE_FILE")
METRICS_TOKEN = env.str("METRICS_TOKEN")

# Celery carries wake-ups and nothing else: each may be lost or come twice, for the outbox holds the work.
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "global_keyprefix": f"{REDIS_PREFIX}:celery:",
        "visibility_timeout": 60,
        "unacked_restore_interval": 1,  # kombu's 10 x 10 brought back what a killed worker had after minutes
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": redis_link.CONNECT_SECONDS,
        "socket_timeout": redis_link.ANSWER_SECONDS,
        "max_retries": 0,  # without it a publisher waits for a lost Redis for ever, whatever `retry` says
    }
    if REDIS_URL
    else {}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker and beat wait for Redis as long as it takes
CELERY_TASK_DEFAULT_QUEUE = "matchmaker"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # its lines go through ours
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BEAT_SCHEDULER = "matchmaker.jobs.beat.LivelyScheduler"
CELERY_BEAT_SCHEDULE = {
    "look": {"task": "jobs.look", "schedule": JOBS_POLL_SECONDS, "options": {"expires": 60, "ignore_result": True}}
}
CELERY_BEAT_MAX_LOOP_INTERVAL = max(1.0, JOBS_POLL_SECONDS)

LOGGING_CONFIG = None
logs.configure(level=env.str("LOG_LEVEL"))
