"""Addresses of the pages. A project may include them under any path."""

from django.urls import path

from mcp_server.pages import views

app_name = "mcp_server"

urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", views.favicon),
    path("usage/", views.usage, name="usage"),
    path("usage/all/", views.usage_of_all, name="usage_of_all"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
]
