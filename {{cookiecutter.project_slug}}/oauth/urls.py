"""Addresses of the authorization server. The library looks them up under these names."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.utils.module_loading import import_string

from oauth import consent, registration, views

app_name = "oauth2_provider"

metadata = login_not_required(views.MetadataView.as_view())

urlpatterns = [
    path("oauth/authorize", import_string(settings.OAUTH_CONSENT_VIEW).as_view(), name="authorize"),
    path("oauth/token", views.IssueTokenView.as_view(), name="token"),
    path("oauth/revoke", views.RevokeView.as_view(), name="revoke-token"),
    path("oauth/register", registration.register, name="dcr-register"),
    path(".well-known/oauth-authorization-server", metadata, name="oauth-server-metadata"),
    # Some clients append the path of the MCP server.
    path(".well-known/oauth-authorization-server/mcp", metadata),
    path(".well-known/oauth-authorization-server/mcp/", metadata),
    path("tokens/apps/<int:pk>/disconnect/", consent.disconnect, name="disconnect"),
]
