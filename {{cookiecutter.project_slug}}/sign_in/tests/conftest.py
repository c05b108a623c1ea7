"""A fake OpenID Connect issuer of the company."""

import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from requests.adapters import BaseAdapter

from accounts.tests.conftest import sent
from sign_in import company
from sign_in.adapters import SocialAccountAdapter

__all__ = ["sent"]  # a fixture

ISSUER = "https://login.example.com/acme"
CLIENT_ID = "this-site"
LOGIN = "/accounts/oidc/company/login/"


class Issuer(BaseAdapter):
    """Answers like an OpenID Connect issuer, for the person in `claims`."""

    def __init__(self) -> None:
        super().__init__()
        self.claims: dict[str, Any] = {
            "sub": "1",
            "email": "user@example.com",
            "email_verified": True,
            "name": "Ada King",
        }
        self.id_token: dict[str, Any] = {"iss": ISSUER, "aud": CLIENT_ID, "exp": 4_000_000_000, "sub": "1"}
        self.redeemed: list[dict[str, str]] = []

    def be(self, subject: str, **claims: Any) -> None:
        """Answer for this person from now on."""
        self.id_token["sub"] = subject
        self.claims = {"sub": subject, **claims}

    def send(self, request: requests.PreparedRequest, *_: Any, **_options: Any) -> requests.Response:
        """Answer without using the network."""
        answer: dict[str, Any] = self.claims
        if "/.well-known/" in str(request.url):
            answer = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", "userinfo_endpoint": f"{ISSUER}/me"}
            answer |= {"token_endpoint": f"{ISSUER}/token", "authorization_endpoint": f"{ISSUER}/auth"}
        elif request.url == f"{ISSUER}/token":
            self.redeemed.append(dict(parse_qsl(str(request.body))))
            answer = {"access_token": "a", "token_type": "bearer"}
            answer["id_token"] = jwt.encode(self.id_token, "k" * 32)
        response = requests.Response()
        response.status_code = 200
        response.headers["Content-Type"] = "application/json"
        response.raw = io.BytesIO(json.dumps(answer).encode())
        return response

    def close(self) -> None:
        """Do nothing, because nothing is open."""

    def sign_in(self, client: Client, next_page: str = "", **answer: str) -> Any:
        """Go to the issuer and back like a browser, and return the last answer."""
        return client.get(f"{LOGIN}callback/", {"code": "c", "state": leave(client, next_page), **answer})


def leave(client: Client, next_page: str = "") -> str:
    """Follow the log-in page to the issuer, and return the state for the way back."""
    query = {"process": "login"} | ({"next": next_page} if next_page else {})
    answer = client.post(LOGIN, query_params=query)
    assert answer["Location"].startswith(f"{ISSUER}/auth?"), answer.content
    return dict(parse_qsl(urlsplit(answer["Location"]).query))["state"]


def let_pass(time: timedelta) -> None:
    """Advance the clock for users who signed in at the issuer."""
    SocialAccount.objects.update(last_login=timezone.now() - time)
    company.fresh_until.clear()


@pytest.fixture
def issuer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    """An issuer that knows user@example.com."""
    app = settings.OIDC_APP | {"client_id": CLIENT_ID, "secret": "s", "name": "Acme"}
    app["settings"] = app["settings"] | {"server_url": f"{ISSUER}/.well-known/openid-configuration"}
    settings.OIDC_ISSUER, settings.OIDC_NAME = ISSUER, "Acme"
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    monkeypatch.setattr(company, "fresh_until", {})
    issuer = Issuer()

    def get_requests_session(_: SocialAccountAdapter) -> requests.Session:
        session = requests.Session()
        session.mount("https://", issuer)
        return session

    monkeypatch.setattr(SocialAccountAdapter, "get_requests_session", get_requests_session)
    return issuer


@pytest.fixture
def login_page() -> str:
    """Return the address to which a refused log-in redirects."""
    return reverse("login")
