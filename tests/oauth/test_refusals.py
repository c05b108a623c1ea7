"""Attacks on the way to a token, each of which is refused."""

import hashlib
import itertools
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from oauth.client import Client
from oauth.internet import Internet
from oauth.people import Person
from oauth.profiles import PUBLIC, Profile
from stacks import PASSWORD
from testing.stack import Stack

CALLBACK = "https://client.example/callback"
PROFILE = Profile("Client", "", CALLBACK, PUBLIC | {"client_name": "Client", "redirect_uris": [CALLBACK]})


@pytest.fixture
def client(site: Stack, http: httpx2.Client) -> Client:
    """A client that has registered."""
    client = Client(PROFILE, site.url, http)
    client.discover()
    client.identify()
    return client


@pytest.fixture
def code(client: Client, alice: Person) -> str:
    """A code that the client can exchange for tokens of alice."""
    return client.code(alice.allow(client.authorization_url()))


def error(response: httpx2.Response) -> str:
    """Return the error code of a refusal, which must be JSON."""
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["Content-Type"].startswith("application/json")
    answer: dict[str, str] = response.json()
    return answer["error"]


# Registration


@pytest.mark.parametrize(
    "uri",
    [
        "http://evil.example/callback", "http://127.0.0.1.evil.example/", "http://localhost.evil.example/",
        "http://localhost@evil.example/", "http://10.0.0.1/callback", "http://0.0.0.0/",
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x",
        "blob:https://client.example/1", "about:blank", "ftp://client.example/", "//evil.example/callback",
        "/callback", "callback", "", " ", "*", "https://*", "https://*.evil.example/",
        "https://client.example/callback#fragment", "https://client.example/ https://evil.example/",
        "https://client.example/\r\nLocation: https://evil.example/", "https:///callback", "https://",
    ],
)  # fmt: skip
def test_a_redirect_uri_that_leads_elsewhere(client: Client, uri: str) -> None:
    """RFC 6749, section 10.6; RFC 8252, section 7.3: codes are sent over TLS, or stay on the computer."""
    for uris in ([uri], [CALLBACK, uri]):
        body = PROFILE.metadata | {"redirect_uris": uris}
        refused = client.http.post(client.server["registration_endpoint"], json=body)
        assert error(refused) in {"invalid_redirect_uri", "invalid_client_metadata"}


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uris": []}, {"redirect_uris": None}, {"redirect_uris": CALLBACK}, {"redirect_uris": [1]},
        {"redirect_uris": [CALLBACK] * 1000}, {"grant_types": ["password"]}, {"grant_types": ["implicit"]},
        {"grant_types": ["client_credentials"]}, {"grant_types": "authorization_code"},
        {"token_endpoint_auth_method": "tls_client_auth"}, {"token_endpoint_auth_method": ["none"]},
        {"token_endpoint_auth_method": None},
    ],
)  # fmt: skip
def test_a_registration_for_something_else(client: Client, change: dict[str, object]) -> None:
    body = PROFILE.metadata | change
    error(client.http.post(client.server["registration_endpoint"], json=body))


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'"x"', b"\xff", b"[" * 5000, b'{"redirect_uris":' + b"9" * 5000 + b"}"],
)
def test_a_registration_that_is_none(client: Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    error(client.http.post(client.server["registration_endpoint"], content=body, headers=headers))


def test_nobody_registers_as_somebody_else(client: Client) -> None:
    """Values that only the server may choose are not accepted from a client."""
    chosen = {"client_id": "https://claude.ai/oauth/mcp-oauth-client-metadata", "client_secret": "x", "id": 1,
              "skip_authorization": True, "user": 1, "registration_source": "cimd"}  # fmt: skip
    response = client.http.post(client.server["registration_endpoint"], json=PROFILE.metadata | chosen)
    assert response.status_code == 201
    assert response.json()["client_id"] != chosen["client_id"]
    assert "client_secret" not in response.json()


# The request for a code


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/callback"}, {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "/../../evil"}, {"redirect_uri": CALLBACK + "?next=https://evil.example"},
        {"redirect_uri": "https://client.example:444/callback"}, {"redirect_uri": "http://client.example/callback"},
        {"redirect_uri": "https://client.example@evil.example/callback"},
        {"redirect_uri": "https://client.example/Callback"}, {"redirect_uri": "javascript:alert(1)"},
        {"client_id": "unknown"}, {"client_id": "\0"}, {"client_id": "'"},
    ],
)  # fmt: skip
def test_no_open_redirect(client: Client, alice: Person, changes: dict[str, str]) -> None:
    """Users are only redirected to addresses that the client registered (RFC 6749, section 4.1.2.1)."""
    for http in (alice.http, client.http):
        refused = http.get(client.authorization_url(**changes))
        assert refused.status_code == 400
        assert "Location" not in refused.headers
        assert "html" in refused.headers["Content-Type"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unauthorized_client"),
        ({"resource": "https://evil.example/mcp/"}, "invalid_target"),
        ({"resource": "https://localhost/mcp/"}, "invalid_target"),
        ({"resource": "mcp"}, "invalid_target"),
    ],
)
def test_a_request_that_is_refused_to_the_client(
    client: Client, alice: Person, changes: dict[str, str], told: str
) -> None:
    """RFC 6749, section 4.1.2.1; PKCE and a resource of ours are required (RFC 9700, RFC 8707)."""
    refused = alice.http.get(client.authorization_url(**changes))
    assert refused.status_code == 302
    assert refused.headers["Location"].startswith(CALLBACK)
    answer = parse_qs(urlsplit(refused.headers["Location"]).query)
    assert answer["error"] == [told]
    assert answer["state"] == [client.state]
    assert answer["iss"] == [client.server["issuer"]]
    assert "code" not in answer


def test_a_foreign_resource_beside_ours(client: Client, alice: Person) -> None:
    url = client.authorization_url() + "&resource=https%3A%2F%2Fevil.example%2F"
    assert "error=invalid_target" in alice.http.get(url).headers["Location"]


def test_a_second_value_of_a_parameter(client: Client, alice: Person) -> None:
    """Two programs may each use a different one of two values (RFC 6749, section 3.1)."""
    for extra in ("&redirect_uri=https%3A%2F%2Fevil.example%2F", "&client_id=unknown"):
        refused = alice.http.get(client.authorization_url() + extra)
        assert "evil" not in refused.headers.get("Location", "")
        assert refused.status_code in {302, 400}
        assert "code=" not in refused.headers.get("Location", "").partition("?")[2]


def test_consent_cannot_be_forged(client: Client, alice: Person) -> None:
    """Neither a form of another site (CSRF) nor a link with the answer in its address gives consent."""
    url = client.authorization_url()
    form = {"allow": "1", "limit": "all"}
    assert alice.http.post(url, data=form).status_code == 403
    page = alice.http.get(url)
    secret = {"csrfmiddlewaretoken": alice.http.cookies["csrftoken"]}
    evil = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
    assert alice.http.post(url, data=form | secret, headers=evil).status_code == 403
    for answer in ("allow=1", "allow=1&limit=all", "approval_prompt=auto", "prompt=none"):
        again = alice.http.get(f"{url}&{answer}")
        assert "code=" not in again.headers.get("Location", "").partition("?")[2]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "no-store" in page.headers["Cache-Control"]


def test_no_consent_is_taken_for_granted(client: Client, alice: Person) -> None:
    """Any program on a computer can pretend to be an app that the user allowed before."""
    alice.allow(client.authorization_url())
    assert alice.http.get(client.authorization_url()).status_code == 200


# Mixing up two connections


def test_tampered_state(client: Client, alice: Person) -> None:
    """The client gets its state back unchanged, and the state cannot add other parameters."""
    for state in (
        "x&code=stolen&iss=https://evil.example",
        "x#y",
        "<script>",
        "ä€ \r\nLocation: https://evil",
        "x" * 1500,
    ):
        location = alice.allow(client.authorization_url(state=state))
        answer = parse_qs(urlsplit(location).query)
        assert answer["state"] == [state]
        assert len(answer["code"]) == 1
        assert answer["iss"] == [client.server["issuer"]]


def test_a_code_for_another_state_is_not_taken(client: Client, alice: Person) -> None:
    """The client of these tests checks the state, as real clients are documented to do."""
    callback = alice.allow(client.authorization_url(state="tampered"))
    with pytest.raises(AssertionError):
        client.code(callback)


# The request for tokens

PASSWORD_GRANT = {"grant_type": "password", "username": "alice@example.com", "password": PASSWORD}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code_verifier": "x" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code": "x" * 30}, "invalid_grant"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_grant"),
        ({"client_id": "unknown"}, "invalid_client"),
        (PASSWORD_GRANT, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
        ({"resource": "https://evil.example/mcp/"}, "invalid_target"),
        ({"scope": "mcp:read mcp:write admin"}, None),
    ],
)  # fmt: skip
def test_a_code_with_something_wrong(
    client: Client, code: str, changes: dict[str, str], told: str | None
) -> None:
    response = client.redeem(code, **changes)
    if told is None:
        assert set(response.json()["scope"].split()) <= {"mcp:read", "mcp:write"}
    else:
        assert {error(response)} <= {told, "invalid_request" if told == "invalid_grant" else told}


def test_a_replayed_code(client: Client, code: str) -> None:
    """The second attempt is refused, but a client that sends its code twice by mistake keeps its tokens.

    oauth/tests/test_tokens.py tests that a later second use revokes them.
    """
    assert client.redeem(code).status_code == 200
    assert error(client.redeem(code)) == "invalid_grant"
    assert client.list_tools().status_code == 200


def test_the_code_of_another_client(client: Client, code: str, site: Stack, http: httpx2.Client) -> None:
    thief = Client(PROFILE, site.url, http, verifier=client.verifier)
    thief.discover()
    thief.identify()
    assert error(thief.redeem(code)) == "invalid_grant"


def test_the_refresh_token_of_another_client(
    client: Client, code: str, site: Stack, http: httpx2.Client
) -> None:
    client.redeem(code)
    thief = Client(PROFILE, site.url, http)
    thief.discover()
    thief.identify()
    thief.tokens = client.tokens
    assert error(thief.refresh()) == "invalid_grant"


def test_a_client_without_its_secret(site: Stack, http: httpx2.Client, alice: Person) -> None:
    profile = replace(
        PROFILE, metadata=PROFILE.metadata | {"token_endpoint_auth_method": "client_secret_post"}
    )
    client = Client(profile, site.url, http)
    client.discover()
    client.identify()
    code = client.code(alice.allow(client.authorization_url()))
    for identity in ({"client_secret": ""}, {"client_secret": "x"}):
        assert error(client.redeem(code, **identity)) == "invalid_client"


# The token at the MCP server


def test_a_token_that_was_not_issued_for_this_server(client: Client, alice: Person, site: Stack) -> None:
    """A token for another API, and a token without an audience, which the library accepts everywhere."""
    foreign = [[], ["https://evil.example/mcp/"], [site.url], [site.url + "/mcp/", "https://evil.example"]]
    tokens = []
    change = "from oauth2_provider.models import AccessToken\n"
    for audience in foreign:
        client.redeem(client.code(alice.allow(client.authorization_url())))
        assert client.list_tools().status_code == 200
        tokens.append(client.tokens)
        digest = hashlib.sha256(client.tokens["access_token"].encode()).hexdigest()
        change += (
            f"assert AccessToken.objects.filter(token_checksum={digest!r}).update(resource={audience!r})\n"
        )
    site.manage("shell", "--verbosity=0", "--command", change)
    for client.tokens in tokens:
        assert client.list_tools().status_code == 401


@pytest.mark.parametrize("kind", ["refresh_token", "code"])
def test_what_is_not_an_access_token(client: Client, code: str, kind: str) -> None:
    if kind == "refresh_token":
        client.redeem(code)
    client.tokens = {"access_token": client.tokens.get("refresh_token", code)}
    assert client.list_tools().status_code == 401


def test_a_token_opens_no_pages(client: Client, code: str, site: Stack) -> None:
    """A token is only for the MCP server. The pages, which can create unlimited tokens, require a session."""
    client.redeem(code)
    headers = {"Authorization": f"Bearer {client.tokens['access_token']}"}
    for path in ("/tokens/", "/admin/"):
        assert client.http.get(site.url + path, headers=headers).status_code == 302
    assert client.http.get(client.authorization_url(), headers=headers).status_code == 302


def test_the_connection_of_another_user(client: Client, code: str, mallory: Person, alice: Person) -> None:
    """The id of a connection is not secret, and gives no access."""
    client.redeem(code)
    addresses = [part.partition('"')[0] for part in alice.http.get("/tokens/").text.split('action="')]
    disconnect = [address for address in addresses if "/apps/" in address]
    assert disconnect
    for address in disconnect:
        assert mallory.fill_in("/tokens/", to=address).status_code == 404
    assert client.list_tools().status_code == 200


# Documents of clients (CIMD)

NUMBERS = itertools.count()


def described(internet: Internet, host: str = "client.example", **changes: Any) -> str:
    """Publish a valid document with some changes, at an address that no other test uses."""
    url = f"https://{host}/{next(NUMBERS)}.json"
    return internet.publish(url, PROFILE.metadata | {"client_id": url} | changes)


def ask_as(client: Client, alice: Person, address: str) -> httpx2.Response:
    """Return the consent page that alice sees, or the refusal."""
    return alice.http.get(client.authorization_url(client_id=address))


def test_a_good_document_is_taken(client: Client, alice: Person, played_internet: Internet) -> None:
    """Without this test, the refusals below would prove nothing."""
    page = ask_as(client, alice, described(played_internet))
    assert page.status_code == 200
    assert "client.example" in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "https://claude.ai/oauth/mcp-oauth-client-metadata"},
        {"client_id": "https://client.example/"},
        {"client_id": None},
        {"redirect_uris": ["https://evil.example/callback"]},
        {"redirect_uris": [CALLBACK, "http://evil.example/callback"]},
        {"redirect_uris": [CALLBACK, "javascript:alert(1)"]},
        {"redirect_uris": []},
        {"redirect_uris": None},
        {"redirect_uris": {CALLBACK: 1}},
        {"client_secret": "known to everybody"},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"grant_types": ["client_credentials"]},
        {"grant_types": "authorization_code"},
        {"client_name": {"en": "Client"}, "client_id": 1},
        {"padding": "x" * 20_000},
    ],
    ids=str,
)
def test_a_document_with_something_wrong(
    client: Client, alice: Person, played_internet: Internet, changes: dict[str, Any]
) -> None:
    """A document must name its own address, contain no secret, and name only safe redirect URIs."""
    refused = ask_as(client, alice, described(played_internet, **changes))
    assert refused.status_code == 400
    assert "Location" not in refused.headers


def test_a_document_that_is_none(client: Client, alice: Person, played_internet: Internet) -> None:
    """A redirect, an error and an HTML page are not documents."""
    good = described(played_internet)
    for how in (
        {"status": 302, "headers": {"Location": good}},
        {"status": 404},
        {"status": 500},
        {"content_type": "text/html"},
    ):
        url = f"https://client.example/{next(NUMBERS)}.json"
        played_internet.publish(url, PROFILE.metadata | {"client_id": url}, **how)
        assert ask_as(client, alice, url).status_code == 400


@pytest.mark.parametrize(
    "host",
    [
        "loopback.example", "loopback6.example", "mapped.example", "private.example", "cloud.example",
        "shared.example", "split.example", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1",
        "169.254.169.254", "10.0.0.1", "0", "localhost",
    ],
)  # fmt: skip
def test_an_address_inside_our_own_network(
    client: Client, alice: Person, played_internet: Internet, host: str
) -> None:
    """The server must not even connect: the connection alone may be what an attacker wants (SSRF)."""
    connections = played_internet.connections
    url = described(played_internet, host)
    refused = ask_as(client, alice, url)
    assert refused.status_code == 400
    assert played_internet.connections == connections
    assert error(client.redeem("x", client_id=url)) in {"invalid_client", "invalid_grant"}
    assert played_internet.connections == connections


@pytest.mark.parametrize(
    "address",
    [
        "http://client.example/client.json", "https://client.example", "https://client.example/a/../client.json",
        "https://user:password@client.example/client.json", "https://client.example/client.json#x",
        "https://client.example:99999/client.json", "file:///etc/passwd", "https://", "https://[/",
        "https://client.example\n.evil.example/client.json", "https://client.example/" + "x" * 3000,
    ],
)  # fmt: skip
def test_an_address_that_no_client_has(client: Client, alice: Person, address: str) -> None:
    assert ask_as(client, alice, address).status_code == 400


def test_the_name_of_another(client: Client, alice: Person, played_internet: Internet) -> None:
    """The page shows the host that is proven, not a host that the document claims."""
    claims = {"client_name": "Claude (verified by claude.ai)", "client_uri": "https://claude.ai"}
    url = described(played_internet, "evil.example", **claims)
    page = ask_as(client, alice, url).text
    assert "evil.example" in page
    assert 'href="https://claude.ai"' not in page
