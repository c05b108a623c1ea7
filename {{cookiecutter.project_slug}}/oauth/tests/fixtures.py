"""Fixtures of connected apps, for the tests of every app."""

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, set_token_value

from oauth.models import Connection
from oauth.scopes import READ, WRITE
from operations.users import User

type MakeAppToken = Callable[..., str]


@pytest.fixture
def make_app_token(db: None) -> MakeAppToken:
    """Connect an app of a user, and return an access token: `make_app_token(user, "mcp:read")`.

    `tools` are what the user narrowed it to; other arguments change the token.
    """

    def make(user: User, scope: str = f"{READ} {WRITE}", tools: Sequence[str] = (), **fields: Any) -> str:
        app = Application.objects.create(
            name="Test app",
            redirect_uris="https://app.example/callback",
            client_type=Application.CLIENT_PUBLIC,
            client_secret="",
            hash_client_secret=False,
            authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        )
        Connection.objects.create(user=user, application=app, name=app.name, allowed_tools=list(tools))
        value = secrets.token_urlsafe(32)
        said = {"expires": timezone.now() + timedelta(hours=1), "resource": [settings.MCP_URL]} | fields
        token = AccessToken(user=user, application=app, scope=scope, **said)
        set_token_value(token, value)
        token.save()
        return value

    return make


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    """The browser of `user`."""
    client.force_login(user)
    return client
