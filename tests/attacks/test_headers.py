"""Attacks with the request itself: its headers, and requests that can be read in two ways."""

import json
import ssl

import httpx2
import pytest

from attacks import wire
from attacks.credentials import personal_token
from oauth.client import LIST_TOOLS, MCP_HEADERS
from oauth.people import Person
from testing.stack import Stack

BEARER = "Authorization: Bearer "


@pytest.fixture
def token(alice: Person, site: Stack, http: httpx2.Client) -> str:
    return personal_token(alice, "alice@example.com", site, http).value


@pytest.fixture
def other(mallory: Person, site: Stack, http: httpx2.Client) -> str:
    return personal_token(mallory, "mallory@example.com", site, http).value


def test_a_plain_request_is_let_in(site: Stack, trust: ssl.SSLContext, token: str) -> None:
    """Without this test, the refusals below would prove nothing."""
    for line in (BEARER + token, "authorization:bearer " + token, f"AUTHORIZATION:\t{BEARER[15:]}{token} \t"):
        status, answer = wire.post(site.url, trust, line)
        assert (status, "alice@example.com" in answer) == (200, True)


@pytest.mark.parametrize(
    "lines",
    [
        ["{alice}", "{mallory}"],
        ["{mallory}", "{alice}"],
        ["Authorization: Bearer x", "{alice}"],
        ["{alice}", "Authorization: Basic eDp5"],
        ["{alice}", "Authorization:"],
        ["Authorization: Bearer x\r\n {token}"],
        ["Authorization : Bearer {token}"],
    ],
)
def test_two_readings_of_a_credential(
    site: Stack, trust: ssl.SSLContext, token: str, other: str, lines: list[str]
) -> None:
    """Catches a request in which the proxy and the process read two different credentials."""
    values = {"alice": BEARER + token, "mallory": BEARER + other, "token": token}
    status, answer = wire.post(site.url, trust, *(line.format(**values) for line in lines))
    assert status == 400
    assert "@example.com" not in answer


@pytest.mark.parametrize(
    "header",
    [
        "Proxy-Authorization", "X-Authorization", "X-Forwarded-Authorization", "HTTP_AUTHORIZATION",
        "X_Authorization", "X-Access-Token", "X-API-Key", "MCP-Authorization",
    ],
)  # fmt: skip
def test_a_credential_in_another_header(site: Stack, trust: ssl.SSLContext, token: str, header: str) -> None:
    assert wire.post(site.url, trust, f"{header}: Bearer {token}")[0] == 401


@pytest.mark.parametrize("name", ["access_token", "token", "api_key", "authorization"])
def test_a_credential_in_the_address(site: Stack, trust: ssl.SSLContext, token: str, name: str) -> None:
    """Catches access with a token in the address, which ends up in logs (RFC 9700, section 4.3.2)."""
    for path in ("/mcp/", "/mcp", "/mcp/sse/"):
        assert wire.post(site.url, trust, path=f"{path}?{name}={token}")[0] in {401, 405}
    assert wire.post(site.url, trust, f"Cookie: {name}={token}")[0] == 401
    form = ("Content-Type: application/x-www-form-urlencoded",)
    assert wire.post(site.url, trust, *form, body=f"{name}={token}".encode())[0] in {400, 401}


def test_a_session_is_no_credential(site: Stack, alice: Person) -> None:
    """Catches access with a cookie, which a browser also sends with requests of other sites."""
    response = alice.http.post("/mcp/", json=LIST_TOOLS, headers=MCP_HEADERS)
    assert response.status_code == 401


@pytest.mark.parametrize(
    "line",
    [
        "X-Forwarded-User: admin@example.com", "X-Remote-User: admin@example.com",
        "Remote-User: admin@example.com", "REMOTE_USER: admin@example.com", "X-User-Email: admin@example.com",
        "X_Forwarded_For: 127.0.0.1",
    ],
)  # fmt: skip
def test_a_header_that_names_a_user(site: Stack, trust: ssl.SSLContext, token: str, line: str) -> None:
    assert wire.post(site.url, trust, line)[0] == 401
    _, answer = wire.post(site.url, trust, line, BEARER + token)
    assert "alice@example.com" in answer
    status, page = wire.post(site.url, trust, line, path="/tokens/")
    assert (status, "admin@example.com" in page) == (403, False)  # no CSRF token


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 3", "Content-Length: {length}"],
        ["Content-Length: {length}", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding : chunked"],
        ["Content-Length: +{length}"],
        ["Content-Length: -1"],
    ],
)
def test_two_readings_of_a_body(site: Stack, trust: ssl.SSLContext, token: str, lines: list[str]) -> None:
    """Catches a second request that is hidden in a body and runs as the next caller."""
    hidden = f"0\r\n\r\nPOST /mcp/ HTTP/1.1\r\nHost: localhost\r\n{BEARER}{token}\r\n\r\n".encode()
    headers = [line.format(length=len(hidden)) for line in lines]
    status, answer = wire.post(site.url, trust, BEARER + token, *headers, body=hidden)
    assert status in {400, 501}
    assert answer.count("HTTP/1.1 ") == 1


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example"])
def test_the_host_of_another(site: Stack, trust: ssl.SSLContext, token: str, host: str) -> None:
    """Catches another host in links and redirects."""
    for path in ("/mcp/", "/mcp", "/mcp/sse/messages/"):
        assert wire.post(site.url, trust, BEARER + token, host=host, path=path)[0] in {400, 421}
    for path in ("/", "/tokens/", "/accounts/login/", "/admin/login/"):
        assert wire.post(site.url, trust, host=host, path=path)[0] == 400


def test_the_page_of_another(site: Stack, trust: ssl.SSLContext, token: str) -> None:
    """Catches DNS rebinding: a page of another origin that reaches the server through a browser."""
    for origin in ("https://evil.example", "null", "https://localhost.evil.example"):
        assert wire.post(site.url, trust, BEARER + token, f"Origin: {origin}")[0] == 403
    assert wire.post(site.url, trust, BEARER + token, f"Origin: {site.url}")[0] == 200


@pytest.mark.parametrize(
    "value",
    ['forged","status":200,"x":"', "forged\\u000a{}", "\x1b[2Jforged", "forged" * 1000, "forged%0d%0aforged"],
    ids=["quote", "escape", "terminal", "long", "percent"],
)
def test_what_a_caller_sends_does_not_forge_log_lines(
    site: Stack, trust: ssl.SSLContext, token: str, value: str
) -> None:
    """Catches text of a caller that becomes a line of a log, or a field of a line."""
    lines = (
        f"X-Request-ID: {value}",
        f"User-Agent: {value}",
        f"MCP-Session-Id: {value}",
        f"Referer: {value}",
    )
    body = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": value, "arguments": {}}}
    )
    before = {name: len(site.log(name)) for name in site.processes}
    _, answer = wire.post(site.url, trust, *lines, BEARER + token, body=body.encode())
    for path in ("/mcp/sse/messages/", "/tokens/", "/accounts/login/"):
        wire.post(site.url, trust, *lines, BEARER + token, path=path)
    (number,) = [
        line[14:].strip() for line in answer.splitlines() if line.lower().startswith("x-request-id: ")
    ]
    assert "forged" not in number
    for name in site.processes:
        for line in site.log(name)[before[name] :].splitlines():
            if name == "nginx" and not line.startswith("{"):
                continue  # a message of nginx itself about a request
            record = json.loads(line)
            assert "forged" not in record.get("request_id", "")
            assert "\x1b" not in line
