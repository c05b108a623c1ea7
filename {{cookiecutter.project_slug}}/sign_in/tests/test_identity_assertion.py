"""Apps that the company connects. The issuer signs assertions, and publishes its keys over HTTP."""

import base64
import hmac
import json
import runpy
import secrets
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx2
import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from asgiref.sync import sync_to_async
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from jwt.algorithms import ECAlgorithm
from oauth2_provider.models import AccessToken, Application
from oauth2_provider.oauth2_backends import get_oauthlib_core
from pytest_django import Settings

from accounts.models import User
from mcp_server.doctor.visit import StepError, Visit
from mcp_server.tests.fixtures import ServeMCP
from oauth.models import Connection
from oauth.tests import flow
from oauth.tests.on_server import status_with
from oauth.views import IssueTokenView
from sign_in import company
from sign_in.identity_assertion import GRANT_TYPE, keys_at
from sign_in.identity_assertion_doctor import assertion_keys
from sign_in.tests.conftest import ISSUER, let_pass

pytestmark = pytest.mark.django_db

KEY, OTHER_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class KeyServer(HTTPServer):
    """Serves public keys, counts the requests, and can fail."""

    asked = 0
    status = 200
    keys: list[dict[str, Any]]


class _Answer(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.asked += 1
        body = json.dumps({"keys": self.server.keys}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def public(key: ec.EllipticCurvePrivateKey, kid: str) -> dict[str, Any]:
    return {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with KeyServer(("127.0.0.1", 0), _Answer) as server:
        server.keys = [public(KEY, "1")]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def switched_on(settings: Settings, keys: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables, as in the environment of the process."""
    url = f"http://127.0.0.1:{keys.server_port}/keys"
    monkeypatch.setenv("OIDC_ASSERTION_KEYS", url)
    monkeypatch.setattr("config.settings.sign_in.OIDC_ISSUER", ISSUER)
    settings.OIDC_ISSUER = ISSUER
    found = runpy.run_path(str(settings.BASE_DIR / "config/settings/identity_assertion.py"))
    for name in ("OIDC_ASSERTION_KEYS", "OAUTH2_PROVIDER", "OAUTH_METADATA"):
        setattr(settings, name, found[name])
    # The view keeps the first server.
    monkeypatch.setattr(IssueTokenView, "get_oauthlib_core", staticmethod(get_oauthlib_core))
    keys_at.cache_clear()


@pytest.fixture
def person(user: User) -> User:
    """A user who signed in at the company a month ago."""
    SocialAccount.objects.create(user=user, provider=company.COMPANY, uid="42")
    let_pass(timedelta(days=30))
    return user


@pytest.fixture
def app(client: Client) -> dict[str, Any]:
    """An app with a secret."""
    return flow.register(client, token_endpoint_auth_method="client_secret_post")


def sign(
    app: dict[str, Any], key: Any = KEY, algorithm: str = "ES256", header: Any = None, **claims: Any
) -> str:
    """Return an assertion of the issuer for the app, with these claims changed. None removes a claim."""
    now = int(time.time())
    said = {"iss": ISSUER, "aud": django_settings.WEB_BASE_URL, "sub": "42", "client_id": app["client_id"]}
    said |= {"iat": now, "exp": now + 300, "jti": secrets.token_hex(), "scope": "mcp:read"}
    said |= {"resource": django_settings.MCP_URL, **claims}
    header = {"typ": "oauth-id-jag+jwt", "kid": "1"} | (header or {})
    return jwt.encode({k: v for k, v in said.items() if v is not None}, key, algorithm, header)


def forge(app: dict[str, Any]) -> str:
    """Return an assertion that uses the public key as an HMAC secret, which PyJWT refuses to make."""
    start = sign(app, secrets.token_bytes(32), "HS256").rpartition(".")[0]
    signature = hmac.digest(PEM, start.encode(), "sha256")
    return f"{start}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def redeem(client: Client, app: dict[str, Any], assertion: str, **form: str) -> Any:
    """Send an assertion, and return the answer."""
    form = {"client_id": app["client_id"], "client_secret": app.get("client_secret", ""), **form}
    return client.post("/oauth/token", {"grant_type": GRANT_TYPE, "assertion": assertion, **form})


@pytest.mark.django_db(transaction=True)
async def test_an_app_acts_as_the_person_without_a_browser(
    client: Client, person: User, app: dict[str, Any], serve_mcp: ServeMCP
) -> None:
    metadata = (await sync_to_async(client.get)("/.well-known/oauth-authorization-server")).json()
    assert metadata["authorization_grant_profiles_supported"] == [
        "urn:ietf:params:oauth:grant-profile:id-jag"
    ]
    assert GRANT_TYPE in metadata["grant_types_supported"]

    answer = await sync_to_async(redeem)(client, app, sign(app))

    assert answer.status_code == 200, answer.content
    tokens = answer.json()
    assert (tokens["scope"], "refresh_token" in tokens) == ("mcp:read", False)
    assert answer["Cache-Control"] == "no-store"
    async with serve_mcp() as server, server.client(auth=tokens["access_token"]) as mcp:
        assert (await mcp.call_tool("whoami")).data.email == person.email
    await (await person.connections.aget()).adelete()
    async with serve_mcp() as server:
        assert await status_with(server, tokens["access_token"]) == 401


NOW = int(time.time())
LATER = NOW + 3600


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"iss": "https://login.example.org"}, ("invalid_grant", "Invalid issuer")),
        ({"aud": "https://other.example.com"}, ("invalid_grant", "not for http")),
        ({"aud": ["http://localhost:8000", "https://other.example.com"]}, ("invalid_grant", "alone")),
        ({"aud": None}, ("invalid_grant", "aud")),
        ({"exp": NOW - 100}, ("invalid_grant", "expired")),
        ({"exp": LATER}, ("invalid_grant", "more than 300 seconds")),
        ({"exp": None}, ("invalid_grant", "exp")),
        ({"iat": LATER}, ("invalid_grant", "not yet valid")),
        ({"nbf": LATER}, ("invalid_grant", "not yet valid")),
        ({"jti": None}, ("invalid_grant", "jti")),
        ({"client_id": "another"}, ("invalid_grant", "for another app")),
        ({"client_id": None}, ("invalid_grant", "client_id")),
        ({"sub": "43"}, ("invalid_grant", "This person has no access yet")),
        ({"sub": None, "email": "user@example.com"}, ("invalid_grant", "sub")),
        ({"scope": "admin"}, ("invalid_scope", "no scope")),
        ({"resource": "https://other.example.com/mcp/"}, ("invalid_target", "another address")),
        ({"resource": [django_settings.MCP_URL]}, ("invalid_target", "another address")),
        ({"header": {"typ": "JWT"}}, ("invalid_grant", "type")),
        ({"header": {"typ": None}}, ("invalid_grant", "type")),
        ({"header": {"kid": "2"}}, ("invalid_grant", "signing key")),
        ({"key": OTHER_KEY}, ("invalid_grant", "Signature")),
        ({"key": "", "algorithm": "none"}, ("invalid_grant", "alg")),
    ],
)
def test_what_is_refused(
    client: Client, person: User, app: dict[str, Any], said: dict[str, Any], problem: tuple[str, str]
) -> None:
    answer = redeem(client, app, sign(app, **said))

    assert (answer.status_code, answer.json()["error"]) == (400, problem[0])
    assert problem[1] in answer.json()["error_description"]
    assert not AccessToken.objects.exists()
    assert not Connection.objects.exists()


def test_a_public_key_is_no_secret(client: Client, person: User, app: dict[str, Any]) -> None:
    answer = redeem(client, app, forge(app))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert "alg" in answer.json()["error_description"]


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "e30.e30.", "\0"])
def test_what_is_no_assertion(client: Client, app: dict[str, Any], assertion: str) -> None:
    assert redeem(client, app, assertion).json()["error"] == "invalid_grant"


def test_it_is_redeemed_once(client: Client, person: User, app: dict[str, Any]) -> None:
    assertion = sign(app)

    assert [redeem(client, app, assertion).status_code for _ in range(2)] == [200, 400]
    person.connections.get().delete()
    assert "redeemed before" in redeem(client, app, assertion).json()["error_description"]


def test_a_refused_one_is_not_used_up(client: Client, person: User, app: dict[str, Any]) -> None:
    assertion = sign(app)
    User.objects.update(is_active=False)
    assert redeem(client, app, assertion).json()["error"] == "invalid_grant"

    User.objects.update(is_active=True)
    assert redeem(client, app, assertion).status_code == 200


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_who_cannot_prove_which_app_it_is(client: Client, person: User, method: str) -> None:
    app = flow.register(client, token_endpoint_auth_method=method)

    answer = redeem(client, app, sign(app), client_secret="")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_app_that_is_gone(client: Client, person: User, app: dict[str, Any]) -> None:
    Application.objects.all().delete()

    assert redeem(client, app, sign(app)).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("asked", "allowed", "granted"),
    [
        ({}, "mcp:read mcp:write", "mcp:read mcp:write"),
        ({"scope": "mcp:read"}, "mcp:read mcp:write", "mcp:read"),
        ({"scope": "mcp:read mcp:write"}, "mcp:read", "mcp:read"),
        ({}, None, "mcp:read"),
    ],
)
def test_it_has_what_both_ask_for_and_allow(
    client: Client, person: User, asked: dict[str, str], allowed: str | None, granted: str
) -> None:
    app = flow.register(client, token_endpoint_auth_method="client_secret_post")

    answer = redeem(client, app, sign(app, scope=allowed), **asked)

    assert answer.json()["scope"] == person.connections.get().scope == granted


def test_tools_that_the_person_chose_stay(client: Client, person: User, app: dict[str, Any]) -> None:
    redeem(client, app, sign(app))
    person.connections.update(allowed_tools=["whoami"])

    redeem(client, app, sign(app, scope="mcp:read mcp:write"))

    assert person.connections.get().allowed_tools == ["whoami"]


def test_who_must_have_a_second_factor_has_it_first(
    client: Client, person: User, app: dict[str, Any], settings: Settings
) -> None:
    settings.MFA_REQUIRED = "everyone"

    assert redeem(client, app, sign(app)).json()["error"] == "invalid_grant"


def test_an_unknown_key_is_asked_for_once_in_a_while(
    client: Client, person: User, app: dict[str, Any], keys: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert redeem(client, app, sign(app)).status_code == 200
    for _ in range(3):
        redeem(client, app, sign(app, OTHER_KEY, header={"kid": "2"}))
    assert keys.asked == 1

    keys.keys.append(public(OTHER_KEY, "2"))
    monkeypatch.setattr(keys_at(django_settings.OIDC_ASSERTION_KEYS), "cooldown_duration", 0)
    assert redeem(client, app, sign(app, OTHER_KEY, header={"kid": "2"})).status_code == 200
    assert keys.asked == 2


def test_an_issuer_that_does_not_answer_is_left_alone_for_a_while(
    client: Client, person: User, app: dict[str, Any], keys: KeyServer
) -> None:
    keys.status = 500
    for _ in range(3):
        answer = redeem(client, app, sign(app))
        assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert keys.asked == 1


def test_nothing_is_taken_or_promised_without_the_variable(
    client: Client, person: User, settings: Settings, app: dict[str, Any]
) -> None:
    without = runpy.run_path(str(settings.BASE_DIR / "oauth/settings.py"))
    settings.OAUTH2_PROVIDER, settings.OAUTH_METADATA = without["OAUTH2_PROVIDER"], without["OAUTH_METADATA"]

    assert redeem(client, app, sign(app)).status_code in {400, 401}
    assert not AccessToken.objects.exists()
    assert "id-jag" not in client.get("/.well-known/oauth-authorization-server").text


@pytest.mark.parametrize(
    ("issuer", "url", "sentence"),
    [("", "https://login.example.com/keys", "needs OIDC_ISSUER"), (ISSUER, "keys", "issuer's jwks_uri")],
)
def test_a_wrong_value_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, issuer: str, url: str, sentence: str
) -> None:
    monkeypatch.setenv("OIDC_ASSERTION_KEYS", url)
    monkeypatch.setattr("config.settings.sign_in.OIDC_ISSUER", issuer)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        runpy.run_path(str(settings.BASE_DIR / "config/settings/identity_assertion.py"))


def test_the_doctor_looks_at_the_keys(keys: KeyServer) -> None:
    visit = Visit(httpx2.URL("https://example.com/mcp/"))
    assert assertion_keys(visit) == "1 key(s)"

    visit.oauth = {"grant_types_supported": []}
    with pytest.raises(StepError, match="restart it"):
        assertion_keys(visit)

    keys.keys = []
    with pytest.raises(StepError, match="set OIDC_ASSERTION_KEYS to the jwks_uri"):
        assertion_keys(visit)
