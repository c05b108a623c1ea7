"""The Django app that lets AI clients connect by URL: OAuth 2.1 on django-oauth-toolkit."""

from django.apps import AppConfig


class OAuthConfig(AppConfig):
    """Its models are those of the library, and the connection of a user to an app."""

    name = "oauth"
    verbose_name = "Connected apps"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        from mcp_server.pages import hosted_clients  # noqa: PLC0415 - they enter themselves
