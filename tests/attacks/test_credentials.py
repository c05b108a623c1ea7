"""Attacks on credentials: guessing them, using expired ones, and using those of other users."""

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from queue import Empty, Queue

import httpx2
import pytest

from attacks.credentials import KINDS, Credential, ending, personal_token
from oauth.people import Person
from stacks import PASSWORD
from testing.stack import Stack

INITIALIZE: dict[str, object] = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "attacker", "version": "1"},
}
WHOAMI: dict[str, object] = {"name": "whoami", "arguments": {}}


@pytest.fixture(params=KINDS)
def credential(request: pytest.FixtureRequest, alice: Person, site: Stack, http: httpx2.Client) -> Credential:
    """A credential of alice, whose permissions are restored after the test."""
    make: Callable[..., Credential] = KINDS[request.param]
    credential = make(alice, "alice@example.com", site, http)
    assert "alice@example.com" in credential.call_tool("whoami").text
    return credential


def refusal(response: httpx2.Response) -> tuple[int, str, str]:
    """Return everything that a refusal shows its caller, except the request id."""
    return response.status_code, response.headers.get("WWW-Authenticate", ""), response.text


@contextmanager
def ended(credential: Credential, by: str) -> Iterator[None]:
    """While the block runs, the credential must give no access."""
    if by == "revoke":
        credential.revoke()
    elif by == "expire":
        credential.administrator(credential.expire)
    else:
        credential.administrator("user.is_active = False; user.save()")
    try:
        yield
    finally:
        if by == "disable":
            credential.administrator("user.is_active = True; user.save()")


def test_nothing_but_the_whole_credential_is_taken(credential: Credential) -> None:
    """Catches access with a part of it, another spelling, or a text from the database or the pages."""
    value = credential.value
    digest = hashlib.sha256(value.encode()).hexdigest()
    guesses = {
        value[:-1], value + "x", value[1:], value.swapcase(), value[:32] + "%" * 32, f'"{value}"',
        f"{value},{value}", f"{value} {value}", digest, digest.upper(), digest[:8],
        f"mcp_{digest[:8]}", "null", "undefined", "*", "' OR '1'='1", "x" * 7000,
    }  # fmt: skip
    answers = set()
    for guess in guesses:
        headers = credential.headers | {"Authorization": f"Bearer {guess}"}
        answers.add(refusal(credential.http.post(credential.site.url + "/mcp/", headers=headers)))
    assert len(answers) == 1
    assert answers.pop()[0] == 401
    assert credential.request().status_code == 200


@pytest.mark.parametrize("by", ["revoke", "expire", "disable"])
def test_a_refusal_does_not_tell_why(credential: Credential, by: str) -> None:
    """Catches a refusal that shows a thief that the credential was real (RFC 6750, section 3.1)."""
    unknown = refusal(replace(credential, secrets=[credential.value[::-1]]).request())
    with ended(credential, by):
        refused = {refusal(credential.request()) for _ in range(10)}  # on every worker
    assert refused == {unknown}


def test_the_database_holds_nothing_that_lets_in(credential: Credential) -> None:
    """Catches a stolen backup that gives access, and a look-up that compares plain secrets."""
    dump = credential.site.manage("dumpdata")
    assert "alice@example.com" in dump
    assert not [secret for secret in credential.secrets if secret in dump]
    assert PASSWORD not in dump


def test_permission_removed_between_list_and_call(credential: Credential) -> None:
    """Catches a call of a tool that was listed before the permission was removed."""
    change = {"product_id": 1, "change": 1, "reason": "attack"}
    assert "adjust_stock" in credential.tools()
    credential.administrator("user.user_permissions.remove(permission)")
    try:
        refused = credential.call_tool("adjust_stock", **change).text
        unknown = credential.call_tool("no_such_tool", **change).text
        assert refused.replace("adjust_stock", "no_such_tool") == unknown
        assert "adjust_stock" not in credential.tools()
    finally:
        credential.administrator("user.user_permissions.add(permission)")
    assert '"isError":false' in credential.call_tool("adjust_stock", **change).text


@pytest.mark.parametrize("by", ["revoke", "expire", "disable"])
def test_the_end_of_a_credential_in_the_middle_of_a_stream(credential: Credential, by: str) -> None:
    """Catches a message that is accepted in a stream after its credential has ended."""
    with stream(credential) as events:
        assert events.send("initialize", **INITIALIZE).status_code == 202
        assert '"protocolVersion"' in events.next()
        assert events.send("tools/call", **WHOAMI).status_code == 202
        assert "alice@example.com" in events.next()
        with ended(credential, by):
            assert events.send("tools/call", **WHOAMI).status_code == 401
            with pytest.raises(Empty):
                events.next(seconds=1)


def test_the_end_of_a_credential_in_the_middle_of_a_call(credential: Credential) -> None:
    """An accepted call is finished. Catches a second call on the same connection."""
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "count_slowly", "arguments": {"to": 6}, "_meta": {"progressToken": 1}},
    }
    with credential.http.stream(
        "POST", credential.site.url + "/mcp/", json=body, headers=credential.headers
    ) as call:
        lines = (line for line in call.iter_lines() if line.startswith("data:"))
        assert "notifications/progress" in next(lines)
        credential.revoke()
        assert credential.request().status_code == 401
        assert '"result"' in list(lines)[-1]


def test_the_stream_of_another_user(credential: Credential, mallory: Person) -> None:
    """Catches a message in another user's stream, which would run as its owner."""
    thief = personal_token(mallory, "mallory@example.com", credential.site, credential.http)
    with stream(credential) as events:
        assert events.send("initialize", **INITIALIZE).status_code == 202
        assert '"protocolVersion"' in events.next()
        for method, params in (
            ("initialize", INITIALIZE),
            ("tools/call", {"name": "whoami", "arguments": {}}),
        ):
            assert thief.request(method, path=events.address, **params).status_code in {403, 404}
        with pytest.raises(Empty):
            events.next(seconds=1)
        assert events.send("tools/call", **WHOAMI).status_code == 202
        assert "alice@example.com" in events.next()


def test_the_credential_of_another_user(credential: Credential, mallory: Person) -> None:
    """Catches access to another user's credential by its id, which is not secret."""
    address = ending(credential.owner, credential.name)
    assert credential.name not in mallory.http.get("/tokens/").text
    assert mallory.fill_in("/tokens/", to=address).status_code == 404
    (number,) = (part for part in address.split("/") if part.isdigit())
    for path in ("", f"{number}/change/", f"{number}/delete/", "add/"):
        for model in ("mcp_server/mcptoken", "oauth/connection", "oauth2_provider/accesstoken"):
            assert mallory.http.get(f"/admin/{model}/{path}").status_code in {302, 403, 404}
    assert credential.request().status_code == 200


@dataclass
class Events:
    """An open SSE stream: its events, and the address for messages."""

    credential: Credential
    messages: Queue[str] = field(default_factory=Queue)
    address: str = ""

    def next(self, seconds: float = 20) -> str:
        return self.messages.get(timeout=seconds)

    def send(self, method: str, **params: object) -> httpx2.Response:
        return self.credential.request(method, path=self.address, **params)


@contextmanager
def stream(credential: Credential) -> Iterator[Events]:
    events = Events(credential)

    def read(response: httpx2.Response) -> None:
        try:
            for line in response.iter_lines():
                if line.startswith("data: "):
                    events.messages.put(line.removeprefix("data: "))
        except httpx2.HTTPError:
            pass  # closed below

    url = credential.site.url + "/mcp/sse/"
    # A separate connection, because it is closed while the thread reads.
    with (
        httpx2.Client(verify=ssl.create_default_context(), timeout=30) as http,
        http.stream("GET", url, headers=credential.headers) as response,
    ):
        assert response.status_code == 200
        reader = threading.Thread(target=read, args=[response], daemon=True)
        reader.start()
        events.address = events.next()
        yield events


def test_a_disabled_user_is_signed_out(credential: Credential) -> None:
    assert credential.owner.http.get("/tokens/").status_code == 200
    with ended(credential, "disable"):
        assert credential.owner.http.get("/tokens/").status_code == 302
