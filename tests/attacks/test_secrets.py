"""No credential is written to a log, a metric or a page."""

import json
import re
import ssl
from collections.abc import Callable, Iterator

import httpx2
import pytest

from attacks import wire
from attacks.credentials import KINDS, Credential
from oauth.people import Person
from stacks import PASSWORD
from testing.stack import Stack


@pytest.fixture(params=KINDS)
def credential(request: pytest.FixtureRequest, alice: Person, site: Stack, http: httpx2.Client) -> Credential:
    make: Callable[..., Credential] = KINDS[request.param]
    return make(alice, "alice@example.com", site, http)


def misplaced(credential: Credential) -> Iterator[tuple[str, list[str], bytes]]:
    """Yield requests with a credential in the wrong place, and requests with an incomplete body."""
    value = credential.value
    bearer = f"Authorization: Bearer {value}"
    yield f"/mcp/?token={value}", [], b"{}"
    yield f"/tokens/?token={value}", [], b"{}"
    yield f"/nothing/here?token={value}", [], b"{}"
    yield "/mcp/", [f"Authorization: Bearer {value}x"], wire.WHOAMI
    yield "/mcp/", [bearer], f'{{"token":"{value}"'.encode()
    for name in ("no_such_tool", "add_numbers", "adjust_stock"):
        call = {"name": name, "arguments": {"a": value, "b": 1, "password": PASSWORD}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        yield "/mcp/", [bearer], json.dumps(body).encode()
    yield "/mcp/", [bearer, f"MCP-Session-Id: {value}", f"MCP-Protocol-Version: {value}"], wire.WHOAMI
    form = ["Content-Type: application/x-www-form-urlencoded"]
    yield "/accounts/login/", form, f"username=alice@example.com&password={PASSWORD}".encode()


def test_nothing_writes_a_credential_down(credential: Credential, site: Stack, trust: ssl.SSLContext) -> None:
    """Catches a credential in a log, the metrics, or the answer to another caller."""
    session = credential.owner.http.cookies["sessionid"]
    for path, lines, body in misplaced(credential):
        wire.post(site.url, trust, *lines, f"Cookie: sessionid={session}", path=path, body=body)
    assert credential.call_tool("whoami").status_code == 200
    written = {name: site.log(name) for name in site.processes}
    for name, path in (("web", "/metrics"), ("mcp", "/mcp/metrics"), ("mcp-sse", "/mcp/metrics")):
        port = site.processes[name].port
        written[f"metrics of {name}"] = httpx2.get(f"http://127.0.0.1:{port}{path}").text
    for name in ("add_numbers", "whoami"):
        assert name in written["metrics of mcp"]
    written["database"] = site.manage("dumpdata", "--exclude=accounts.session")
    for name, text in written.items():
        for secret in (credential.value, PASSWORD, session):
            assert secret not in text, f"{name} contains a secret"


def test_an_error_answer_repeats_no_credential(
    credential: Credential, site: Stack, trust: ssl.SSLContext
) -> None:
    for path, lines, body in misplaced(credential):
        if b"arguments" in body:
            continue  # the caller is told what is wrong with its arguments
        _, answer = wire.post(site.url, trust, *lines, path=path, body=body)
        assert credential.value not in answer
        assert PASSWORD not in answer
        assert "Traceback" not in answer


def test_the_pages_show_a_credential_once(credential: Credential, site: Stack, trust: ssl.SSLContext) -> None:
    """Catches a page that shows a credential again, to its owner or to an administrator."""
    pages = [credential.owner.http.get("/tokens/").text]
    assert credential.name in pages[0]
    with Person.signed_in(site.url, "admin@example.com", PASSWORD, trust) as admin:
        index = admin.http.get("/admin/").text
        lists = set(re.findall(r'href="(/admin/(?:mcp_server|oauth\w*)/\w+/)"', index))
        assert "/admin/mcp_server/mcptoken/" in lists
        for address in lists:
            pages.append(admin.http.get(address).text)
            rows = re.findall(rf'href="({address}\d+/change/)', pages[-1])
            pages += [admin.http.get(row).text for row in rows]
    for secret in credential.secrets:
        assert not [page for page in pages if secret in page]


def test_a_page_with_a_credential_is_kept_nowhere(alice: Person) -> None:
    """Catches a page with a credential in the cache of a shared computer."""
    page = alice.fill_in("/tokens/", name="Kept nowhere", lifetime="30")
    assert "mcp_" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert (
        "strict-origin" in page.headers["Referrer-Policy"] or page.headers["Referrer-Policy"] == "same-origin"
    )
