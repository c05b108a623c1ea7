"""Addresses of the web process. `/mcp/` and what is below it belong to the MCP process."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

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
    # Choosing a language does no harm, so it needs no CSRF token, for which every page would set a cookie.
    path("language/", csrf_exempt(login_not_required(set_language)), name="set_language"),
    # % if cookiecutter.file_tools
    path("files/", include("documents.urls")),
    # % endif
    path("health", health.health),
    path("ready", health.ready),
    path("metrics", metrics.metrics),
]
