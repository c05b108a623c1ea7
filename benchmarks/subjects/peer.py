"""What the sites of the peers share: the settings of a new project, products, a user with permissions."""

import json
import os
from decimal import Decimal
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

COLUMNS = ("id", "sku", "name", "category__name", "price", "stock")
PRODUCTS = 60


def configure(*apps: str, **more: Any) -> None:
    """Configure Django as `startproject` does, but with persistent connections, which suit threads best."""
    settings.configure(
        SECRET_KEY="benchmark",  # noqa: S106 - protects nothing here
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=[
            "shop",
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
    """Create tables, as many products as the project's demo shop has, and a user. Return the user."""
    from django.contrib.auth.models import User
    from shop.models import Category, Product

    call_command("migrate", run_syncdb=True, verbosity=0)
    categories = Category.objects.bulk_create(Category(name=f"Category {i}") for i in range(PRODUCTS // 10))
    Product.objects.bulk_create(
        Product(sku=f"SKU-{i:03}", name=f"A thing to sell {i}", category=category, price=Decimal(i), stock=i)
        for i, category in zip(range(PRODUCTS), categories * 10, strict=True)
    )
    return User.objects.create_user("bench")


def product_rows(limit: int) -> list[tuple[Any, ...]]:
    """Return the first products."""
    from shop.models import Product

    return list(Product.objects.values_list(*COLUMNS)[:limit])
