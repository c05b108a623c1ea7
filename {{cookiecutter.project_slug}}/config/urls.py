"""Addresses of the web process. `/mcp/` and what is below it belong to the MCP process."""

from django.contrib import admin
from django.urls import include, path

from operations import health, metrics

urlpatterns = [
    path("", include("mcp_server.urls")),
    # % if cookiecutter.oauth
    path("", include("oauth.urls")),
    # % endif
    # % if cookiecutter.sign_in == "allauth"
    path("accounts/", include("sign_in.urls")),  # before those of accounts, of which it serves some
    # % endif
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    # % if cookiecutter.file_tools
    path("files/", include("documents.urls")),
    # % endif
    path("health", health.health),
    path("ready", health.ready),
    path("metrics", metrics.metrics),
]
