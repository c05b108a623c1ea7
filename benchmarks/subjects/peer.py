"""What the peers' sites share: the settings of a new project, the shop's rows, a user with rights."""

import json
import os
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

COLUMNS = ("id", "sku", "name", "category__name", "price", "stock")


def configure(*apps: str, **more: Any) -> None:
    """Set Django up as `startproject` does, with persistent connections, which suit threads best."""
    settings.configure(
        SECRET_KEY="benchmark",  # noqa: S106 - guards nothing
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=[
            "accounts",
            "inventory",
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            *apps,
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        AUTH_USER_MODEL="accounts.User",
        DATABASES={"default": json.loads(os.environ["DATABASE"]) | {"CONN_MAX_AGE": 600}},
        USE_TZ=True,
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"console": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["console"], "level": "WARNING"},
        },
        **more,
    )
    django.setup()


def prepare() -> Any:
    """Create tables, rows and a user, and return the user."""
    from accounts.models import User

    call_command("migrate", verbosity=0)
    with open(os.devnull, "w") as silent:
        call_command("create_demo_data", stdout=silent)
    return User.objects.create_user(email="bench@example.com")


def product_rows(limit: int) -> list[tuple[Any, ...]]:
    """Return the first products."""
    from inventory.models import Product

    return list(Product.objects.values_list(*COLUMNS)[:limit])
