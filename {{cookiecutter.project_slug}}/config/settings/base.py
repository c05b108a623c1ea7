"""The project, its address, its apps and its pages."""

import tomllib
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.env_file import BASE_DIR
from mcp_server.settings import PUBLIC_BASE_URL
from operations.environment import boolean, env, hosts, is_development

PROJECT_NAME = "{{ cookiecutter.project_name }}"
PROJECT_VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]

DEBUG = boolean("DEBUG", default=is_development())

SECRET_KEY = env.str("SECRET_KEY", default="") or ("insecure-development-key" if DEBUG else "")
if not SECRET_KEY.strip():
    raise ImproperlyConfigured("SECRET_KEY is not set: put one into .env, as .env.example shows.")

_public = urlsplit(PUBLIC_BASE_URL)
IS_HTTPS = _public.scheme == "https"

# The loopback names are for health checks, which run inside the container.
ALLOWED_HOSTS = [
    _public.hostname or "",
    *hosts("ALLOWED_HOSTS"),
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

INSTALLED_APPS = [
    "accounts",
    # % if cookiecutter.example_app
    "inventory",
    # % endif
    "mcp_server",
    "operations",
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
    "operations.nul.NulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.private_pages.PrivatePagesMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "operations.body_size.AnonymousBodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.throttle.ThrottleMiddleware",
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
LOGIN_REDIRECT_URL = "mcp_server:tokens"
LOGOUT_REDIRECT_URL = "mcp_server:home"
SESSION_ENGINE = "accounts.sessions"  # with the user, so that people can see and end their own

# Language, time, static files

# The language of pages for browsers that ask for none of these, and of mail that a command sends. Texts for
# AI clients, models and logs are always English.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("zh-hans", "简体中文"),
    ("zh-hant", "繁體中文"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]  # for templates/; each app has its own
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
