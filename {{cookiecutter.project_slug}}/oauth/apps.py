"""The Django app that lets AI clients connect by URL: OAuth 2.1 on django-oauth-toolkit."""

from django.apps import AppConfig


class OAuthConfig(AppConfig):
    """Adds the hosted clients to the pages. It has one model, besides those of the library."""

    name = "oauth"
    verbose_name = "Connected apps"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        from mcp_server.pages import hosted_clients  # noqa: PLC0415 - the import registers them
