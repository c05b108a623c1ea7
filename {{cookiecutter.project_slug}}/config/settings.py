"""Settings of the project. What differs between machines comes from the environment.

`.env.example` is the manual of these variables. A `.env` beside `manage.py` is read when there is
one; a variable that is already set wins over it.
"""

import os
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# % if cookiecutter.oauth
from django.conf import global_settings
# % endif
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.csp import CSP

from config.environment import boolean, database, env, is_development, is_origin, seconds, whole
# % if cookiecutter.oauth
from oauth.scopes import SCOPES
# % endif
from operations.rates import validate_rate

PROJECT_NAME = "{{ cookiecutter.project_name }}"
BASE_DIR = Path(__file__).resolve().parent.parent
PROJECT_VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]

env.read_env(BASE_DIR / ".env")

DEBUG = boolean("DEBUG", default=is_development())

SECRET_KEY = env.str("SECRET_KEY", default="") or ("insecure-development-key" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: put one into .env, as .env.example shows.")

# The one address people and AI clients use. Host checks, cookies and printed URLs follow from it.
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://localhost:8001").rstrip("/")
if not is_origin(PUBLIC_BASE_URL):
    raise ImproperlyConfigured(
        f"PUBLIC_BASE_URL is {PUBLIC_BASE_URL!r}: it must look like https://example.com, without a path."
    )
_public = urlsplit(PUBLIC_BASE_URL)
IS_HTTPS = _public.scheme == "https"
# % if cookiecutter.file_tools or cookiecutter.oauth
# Where links to the pages lead, if elsewhere: in `make dev` no proxy stands before the two processes.
WEB_BASE_URL = env.str("WEB_BASE_URL", default=PUBLIC_BASE_URL).rstrip("/")
# % endif

# The loopback names are for health checks, which ask from inside the container.
ALLOWED_HOSTS = [
    _public.hostname,
    *env.list("ALLOWED_HOSTS", default=[]),
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

INSTALLED_APPS = [
    "accounts",
    # % if cookiecutter.file_tools
    "documents",
    # % endif
    # % if cookiecutter.example_app
    "inventory",
    # % endif
    # % if cookiecutter.oauth
    "oauth2_provider",
    "oauth",  # before mcp_server, to whose pages it adds
    # % endif
    "mcp_server",
    "operations",
    # % if cookiecutter.multi_tenancy
    "tenants",
    # % endif
    # % if cookiecutter.sql_tools
    "sql_access",
    # % endif
    # % if cookiecutter.multi_tenancy
    "tenants.admin_config.TenantAdminConfig",  # django.contrib.admin with another site
    # % else
    "django.contrib.admin",
    # % endif
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "operations.request_id.RequestIDMiddleware",
    "operations.request_metrics.RequestMetricsMiddleware",
    "operations.health.AnyHostMiddleware",
    # % if cookiecutter.oauth
    "oauth.json_errors.MachinesMiddleware",
    # % endif
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "operations.body_size.AnonymousBodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # % if cookiecutter.multi_tenancy
    "tenants.middleware.TenantMiddleware",
    # % endif
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEST_RUNNER = "config.test_runner.PytestRunner"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.project",
            ],
        },
    },
]

# Database

# Sync tools run in this many threads of the MCP process; more wait their turn. Raise it when tools
# wait for other services rather than for the database.
MCP_TOOL_THREADS = whole("MCP_TOOL_THREADS", default=8)

if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": database("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}

_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # Readers do not block the writer, and a writer waits for its turn instead of failing with
        # "database is locked", which a transaction that upgrades from reading would do at once.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    # A file: tests over HTTP use several threads, which cannot share a database in memory.
    _database["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}
elif _database["ENGINE"] == "django.db.backends.postgresql":
    from operations.database_pool import check_connection  # SQLite needs no psycopg

    # % if cookiecutter.multi_tenancy
    _database["ENGINE"] = "tenants.postgresql"  # tells the database which tenant is in scope
    # % endif
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),  # what the URL says after its "?", such as sslmode
        "pool": {
            "min_size": 1,
            # % if cookiecutter.multi_tenancy
            # One connection for each tool thread, and one each for the checks of tokens, of tenants and of
            # permissions, for async tools, and for the audit.
            "max_size": MCP_TOOL_THREADS + 5,
            # % else
            # One connection for each tool thread, and one each for the checks of tokens and of permissions,
            # for async tools, and for the audit.
            "max_size": MCP_TOOL_THREADS + 4,
            # % endif
            # Seconds. While the database is away, a request waits 5. The pool doubles its pauses
            # between attempts, and after 4 begins anew with the next request, so none is longer
            # than 2; by default they grow to minutes.
            "timeout": 5,
            "reconnect_timeout": 4,
            "check": check_connection,
        },
    }

# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "tokens"
LOGOUT_REDIRECT_URL = "home"

# Language, time, static files

LANGUAGE_CODE = "en-us"
TIME_ZONE = "{{ cookiecutter.timezone }}"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# % if cookiecutter.file_tools

# Files that are uploaded: on disk, where only the processes of this project may read them, or in a
# bucket of S3. Neither is ever public: documents/links.py makes links that expire.

FILE_MAX_SIZE = whole("FILE_MAX_SIZE", default=3_000_000)
FILE_QUOTA = whole("FILE_QUOTA", default=1_000_000_000)
FILE_MAX_COUNT = whole("FILE_MAX_COUNT", default=10_000)
FILE_URL_SECONDS = whole("FILE_URL_SECONDS", default=3600)
# The ending of a name and the type it stands for; no other file is accepted.
FILE_TYPES: dict[str, str] = env.dict(
    "FILE_TYPES",
    default={
        "csv": "text/csv",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "gif": "image/gif",
        "jpeg": "image/jpeg",
        "jpg": "image/jpeg",
        "json": "application/json",
        "md": "text/markdown",
        "pdf": "application/pdf",
        "png": "image/png",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "txt": "text/plain",
        "webp": "image/webp",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xml": "application/xml",
        "yaml": "application/yaml",
        "zip": "application/zip",
    },
)
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))

if bucket := env.str("AWS_STORAGE_BUCKET_NAME", default=""):
    from botocore.config import Config  # 20 MB that disks do not need

    STORAGES["files"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            # boto3 reads the other AWS_... variables by itself. A bucket that does not answer must not
            # keep the threads of the tools for minutes, which is its default.
            "client_config": Config(
                signature_version="s3v4",
                connect_timeout=5,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 2},
            ),
        },
    }
else:
    STORAGES["files"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    }
# % endif

# Security

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
# Asked by Docker, Kubernetes and Prometheus over plain HTTP, inside the network.
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$", r"^metrics$"]
# nginx sets this header itself, so a client cannot forge it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
# HSTS for subdomains (W005) and preloading (W021) bind the whole domain: its owner decides that.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# % if cookiecutter.oauth
# What these warn of is ruled out by oauth/validator.py (a grace period with hashed tokens) and by
# oauth/client_rules.py (plain HTTP for anything but loopback addresses).
SILENCED_SYSTEM_CHECKS += ["oauth2_provider.E001", "oauth2_provider.E003"]
# % endif
# Bytes that those may send who are not signed in. nginx asks no session, so it lets pages have the same.
ANONYMOUS_MAX_BODY_SIZE = whole("ANONYMOUS_MAX_BODY_SIZE", default=65_536)
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

# MCP

MCP_URL = f"{PUBLIC_BASE_URL}/mcp/"
MCP_REQUIRE_AUTH = boolean("MCP_REQUIRE_AUTH", default=True)
if not MCP_REQUIRE_AUTH and not DEBUG:
    raise ImproperlyConfigured("MCP_REQUIRE_AUTH=False serves everyone, so it needs DEBUG=True.")
MCP_STATELESS = boolean("MCP_STATELESS", default=True)

# Who checks the token of a request, and what runs around every MCP request before mcp_server's own.
# % if cookiecutter.oauth
MCP_TOKEN_VERIFIER = "oauth.resource_server.verifier.Verifier"  # noqa: S105 - no password
# % else
MCP_TOKEN_VERIFIER = "mcp_server.runtime.token_verifier.MCPTokenVerifier"  # noqa: S105 - no password
# % endif
# % if cookiecutter.multi_tenancy
MCP_MIDDLEWARE = ["tenants.mcp.TenantScope"]
# % else
MCP_MIDDLEWARE: list[str] = []
# % endif

# Whose pages may call the MCP server from a browser.
MCP_BROWSER_ORIGINS = env.list("MCP_BROWSER_ORIGINS", default=[])
for _origin in MCP_BROWSER_ORIGINS:
    if not is_origin(_origin):
        raise ImproperlyConfigured(
            f"MCP_BROWSER_ORIGINS has {_origin!r}: an origin looks like https://chat.example.com."
        )

# How often one token may call, unless it has a rate of its own; "" is without limit. Without Redis,
# every process counts for itself.
MCP_RATE_LIMIT = env.str("MCP_RATE_LIMIT", default="1200/minute")
# And all tokens and apps of a user together.
MCP_USER_RATE_LIMIT = env.str("MCP_USER_RATE_LIMIT", default="2400/minute")
for _variable, _rate in (("MCP_RATE_LIMIT", MCP_RATE_LIMIT), ("MCP_USER_RATE_LIMIT", MCP_USER_RATE_LIMIT)):
    try:
        validate_rate(_rate or "1/day")
    except ValidationError as error:
        raise ImproperlyConfigured(f"{_variable} is wrong: {error.message}") from None
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379.")
# While Redis is away: count in each process (open), or refuse calls (closed)?
MCP_RATE_LIMIT_FAIL_OPEN = boolean("MCP_RATE_LIMIT_FAIL_OPEN", default=True)

# How many names, numbers, texts and lists a request may hold: each that is wrong costs a hundred times
# what it took to send.
MCP_MAX_REQUEST_VALUES = whole("MCP_MAX_REQUEST_VALUES", default=5000)

# Seconds that a tool may take (0 is without limit), and characters that its answer may have.
MCP_TOOL_TIMEOUT = seconds("MCP_TOOL_TIMEOUT", default=60)
MCP_MAX_RESPONSE_SIZE = whole("MCP_MAX_RESPONSE_SIZE", default=1_000_000)

# % if cookiecutter.oauth
# OAuth: apps connect by URL, and their users sign in here. These are the settings of django-oauth-toolkit:
# https://django-oauth-toolkit.readthedocs.io/en/3.4.1/settings.html

OAUTH_TOKEN_SECONDS = whole("OAUTH_TOKEN_SECONDS", default=3600)
OAUTH_IDLE_DAYS = whole("OAUTH_IDLE_DAYS", default=30)
OAUTH_REGISTRATIONS_PER_HOUR = whole("OAUTH_REGISTRATIONS_PER_HOUR", default=1000)

PASSWORD_HASHERS = [*global_settings.PASSWORD_HASHERS, "oauth.hashers.ClientSecretHasher"]
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"  # its default, for migrations
OAUTH2_PROVIDER = {
    "OIDC_ISS_ENDPOINT": WEB_BASE_URL,  # without it, the host of a request would be believed
    "SCOPES": SCOPES,
    # Authorization code and refresh, and no other grant.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.WebApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "oauth.validator.Validator",
    "CLIENT_SECRET_HASHER": "client_secret",
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "refresh_token"],
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": ["none", "client_secret_post", "client_secret_basic"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": OAUTH_TOKEN_SECONDS,
    "REFRESH_TOKEN_EXPIRE_SECONDS": OAUTH_IDLE_DAYS * 24 * 3600,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # Agents refresh twice at the same time.
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 60,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http", "cursor"],
    "ALLOW_LOCALHOST_LOOPBACK": True,
    # Anyone may introduce an app, by registration or by an address where it describes itself.
    "DCR_ENABLED": True,
    "CIMD_ENABLED": True,
    "CIMD_METADATA_FETCHER": "oauth.client_rules.MetadataFetcher",
    "CIMD_REGISTRATION_PERMISSION_CLASSES": ("oauth.metadata_fetcher.IsAnswering",),
    # In each process. Fewer than its threads, which an address that answers byte by byte would hold.
    "CIMD_MAX_CONCURRENT_FETCHES": 2,
    # What RFC 9700 recommends, and the library does by itself from version 4 on.
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}

# % endif
# Calls of one user that run at once in a process; more wait.
MCP_USER_CONCURRENCY = whole("MCP_USER_CONCURRENCY", default=max(1, MCP_TOOL_THREADS // 2))
# % if cookiecutter.multi_tenancy
MCP_TENANT_CONCURRENCY = whole("MCP_TENANT_CONCURRENCY", default=max(1, MCP_TOOL_THREADS * 3 // 4))
# % endif
# Open streams, and sessions (with MCP_STATELESS=False), that one user may have in a process.
MCP_USER_STREAMS = whole("MCP_USER_STREAMS", default=20)

# What patches.py changes in FastMCP for speed alone. Switch it off to see whether it is to blame.
MCP_SPEEDUPS = boolean("MCP_SPEEDUPS", default=True)

# % if cookiecutter.sql_tools
# The database that the SQL tools read: None is the project's own.
# % if cookiecutter.multi_tenancy
if env.str("MCP_SQL_DATABASE_URL", default=""):
    raise ImproperlyConfigured(
        "MCP_SQL_DATABASE_URL is set, but in another database nothing keeps tenants apart: leave it out."
    )
MCP_SQL_DATABASE = None

# % else
MCP_SQL_DATABASE = database("MCP_SQL_DATABASE_URL") if env.str("MCP_SQL_DATABASE_URL", default="") else None

# % endif
# % endif
# Logging: readable lines in development, one JSON object a line in production.

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}: it must be DEBUG, INFO, WARNING or ERROR.")
_LIBRARIES = "INFO" if LOG_LEVEL == "DEBUG" else LOG_LEVEL  # their DEBUG shows SQL with its values

# FastMCP would print through handlers of its own; what is below then has no effect on it.
os.environ.setdefault("FASTMCP_LOG_ENABLED", "false")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "operations.log_format.TextFormatter"},
        "json": {"()": "operations.log_format.JsonFormatter"},
    },
    "filters": {
        "request_id": {"()": "operations.request_id.RequestIDFilter"},
        "refusals": {"()": "operations.log_format.RefusalFilter"},
    },
    "handlers": {
        "console": {
            "class": "operations.log_handlers.BatchingHandler",
            "formatter": "text" if DEBUG else "json",
            "filters": ["request_id"],
        },
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Without handlers of their own, these end in the one above.
        "django": {"handlers": [], "level": _LIBRARIES},
        "gunicorn.error": {"handlers": [], "level": _LIBRARIES, "propagate": True},
        "uvicorn": {"handlers": [], "level": _LIBRARIES, "propagate": True},
        # In production, nginx logs the requests.
        "uvicorn.access": {"handlers": [], "propagate": DEBUG},
        # The SDK reports every request at INFO; the line a call that matters is "mcp_server.calls".
        "mcp": {"level": "WARNING"},
        # % if cookiecutter.file_tools
        # It reports where it found the keys.
        "botocore": {"level": "WARNING"},
        # % endif
        "fastmcp.server.server": {"filters": ["refusals"]},
    },
}
