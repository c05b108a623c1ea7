"""The Django app of the people who use this site."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Comes before `django.contrib.admin` in INSTALLED_APPS, which has templates of the same names."""

    name = "accounts"
