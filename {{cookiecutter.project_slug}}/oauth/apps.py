"""The Django app that lets AI clients connect by URL: OAuth 2.1 on django-oauth-toolkit."""

from django.apps import AppConfig


class OAuthConfig(AppConfig):
    """Its models are those of the library, and the connection of a user to an app."""

    name = "oauth"
    verbose_name = "Connected apps"
