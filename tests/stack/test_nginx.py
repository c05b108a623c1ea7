"""nginx's own behaviour: refusals, limits, headers, logs and TLS."""

import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from conftest import Bake
from stack.conftest import make_token
from testing.harness import BakedProject, free_port
from testing.http_server import Handler, serving
from testing.processes import Process
from testing.stack import Stack, nginx, status

CALL = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@pytest.mark.parametrize("path", ["/metrics", "/mcp/metrics", "//metrics", "/mcp//metrics", "/%6detrics"])
def test_metrics_are_refused(stack: Stack, path: str) -> None:
    code, text = status(stack.url + path)
    assert code == 404
    assert "mcp_" not in text


@pytest.mark.parametrize("port", ["nginx", "web"])
def test_metrics_are_at_no_other_path(stack: Stack, port: str) -> None:
    """Catches metrics under a prefix, which Gunicorn could take from a header that a proxy passes on."""
    url = f"http://localhost:{stack.processes[port].port}/x/metrics"
    assert status(url, headers={"SCRIPT_NAME": "/x"})[0] == 404


@pytest.mark.parametrize("path", ["/mcp", "/mcp/", "/mcp/sse", "/mcp/sse/"])
def test_without_a_token(stack: Stack, path: str) -> None:
    """Catches a redirect instead of a 401: clients drop their token when they follow it."""
    method = "GET" if "sse" in path else "POST"
    assert status(stack.url + path, method)[0] == 401


@pytest.mark.parametrize(
    "path",
    ["/.well-known/oauth-protected-resource/x", "/.well-known/oauth-authorization-server/x",
     "/.well-known/openid-configuration", "/register"],
)  # fmt: skip
def test_discovery_answers_json(stack: Stack, path: str) -> None:
    code, text = status(stack.url + path, "POST" if path == "/register" else "GET")
    assert code == 404
    assert json.loads(text)


@pytest.mark.parametrize("path", ["/health", "/ready", "/mcp/health", "/mcp/ready"])
def test_health(stack: Stack, path: str) -> None:
    code, text = status(stack.url + path)
    assert (code, json.loads(text)) == (200, {"status": "ok"})


def test_body_limit(stack: Stack, token: str) -> None:
    headers = CALL | {"Authorization": f"Bearer {token}"}
    code, text = status(stack.url + "/mcp/", "POST", b" " * (4 * 2**20 + 1), headers)
    assert code == 413
    assert "4m" in json.loads(text)["error"]["message"]


@pytest.mark.anyio
async def test_rate_limit(stack: Stack, token: str) -> None:
    """Catches a separate limit for another spelling of a token, and two tokens that share a limit."""
    url, value = stack.url + "/mcp/", make_token(stack)

    def refusal(number: int) -> tuple[str, str] | None:
        scheme = "".join(c.upper() if number >> place & 1 else c for place, c in enumerate("bearer"))
        headers = CALL | {"Authorization": f"{scheme} {value}"}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, b"{}", headers)):  # noqa: S310
                return None
        except urllib.error.HTTPError as error:
            with error:
                return (error.headers["Retry-After"], error.read().decode()) if error.code == 429 else None

    with ThreadPoolExecutor(20) as threads:
        refusals = [refused for refused in threads.map(refusal, range(600)) if refused]
    retry_after, text = refusals[0]
    assert retry_after == "1"
    assert "Too many requests" in json.loads(text)["error"]["message"]
    async with Client(StreamableHttpTransport(stack.url + "/mcp/", auth=token)) as client:
        assert (await client.call_tool("add_numbers", {"a": 2, "b": 3})).data == 5


def logged(stack: Stack, process: str, text: str) -> list[str]:
    """Return the log lines that contain a text. They may be written after the answer was sent."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if lines := [line for line in stack.log(process).splitlines() if text in line]:
            return lines
        time.sleep(0.1)
    raise AssertionError(f"{process} did not log {text}")


@pytest.mark.anyio
async def test_one_request_id_in_all_logs(stack: Stack, token: str) -> None:
    async with Client(StreamableHttpTransport(stack.url + "/mcp/", auth=token)) as client:
        await client.call_tool("whoami")
    call = logged(stack, "mcp", '"tool": "whoami"')[-1]
    (entry,) = logged(stack, "nginx", json.loads(call)["request_id"])
    assert json.loads(entry)["path"] == "/mcp/"
    assert token not in stack.log("nginx") + stack.log("mcp")


def test_tls(tls_stack: Stack) -> None:
    trust = ssl.create_default_context(cafile=tls_stack.folder / "certificates/live/localhost/fullchain.pem")
    with urllib.request.urlopen(tls_stack.url + "/", context=trust) as response:  # noqa: S310
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert len(response.headers.get_all("Strict-Transport-Security")) == 1
    trust.set_alpn_protocols(["h2", "http/1.1"])
    address = ("localhost", int(tls_stack.url.rpartition(":")[2]))
    with socket.create_connection(address) as raw, trust.wrap_socket(raw, server_hostname="localhost") as tls:
        assert (tls.version(), tls.selected_alpn_protocol()) == ("TLSv1.3", "h2")


def test_http_leads_to_https(tls_stack: Stack) -> None:
    """Catches a redirect that turns a POST into a GET, and a redirect of the ACME challenge."""
    assert status(tls_stack.plain_url + "/mcp/", "POST")[0] == 308
    assert status(tls_stack.plain_url + "/.well-known/acme-challenge/token") == (200, "proof")


def test_nginx_starts_before_the_certificate_is_there(bake: Bake, tmp_path: Path) -> None:
    """Catches nginx refusing to start without a certificate: certbot needs nginx to get one."""
    front = echoing_front(bake(), tmp_path, NGINX_SERVER="https", TLS_DOMAIN="example.com")
    front.start()
    front.wait()
    assert status(f"http://127.0.0.1:{front.port}/x")[0] == 308
    assert front.stop() == 0


class Echo(Handler):
    """Answers with the headers it received."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.answer(body)

    def do_POST(self) -> None:
        # Closing a connection with unread data resets it, and nginx would lose the answer.
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.do_GET()


@pytest.fixture
def echo() -> Iterator[str]:
    with serving(Echo) as port:
        yield f"127.0.0.1:{port}"


def echoing_front(project: BakedProject, folder: Path, **changes: str) -> Process:
    upstreams = dict.fromkeys(("WEB_UPSTREAM", "MCP_UPSTREAM", "MCP_SSE_UPSTREAM"), "127.0.0.1:1")
    ports = {"NGINX_HTTP_PORT": str(free_port()), "NGINX_HTTPS_PORT": str(free_port())}
    settings = (
        {"NGINX_RESOLVER": "127.0.0.1", "PUBLIC_BASE_URL": "https://example.com"}
        | upstreams
        | ports
        | changes
    )
    return nginx(project, folder / "nginx", **settings)


FORGED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=203.0.113.7;proto=https",
    "X-Request-ID": "forged",
}


@pytest.mark.parametrize("path", ["/page", "/mcp/", "/mcp/sse/"])
@pytest.mark.parametrize(
    ("trusted", "address", "scheme"),
    [("255.255.255.255", "127.0.0.1", "http"), ("127.0.0.0/8", "203.0.113.7", "https")],
    ids=["stranger", "trusted proxy"],
)
def test_forged_headers(
    bake: Bake, echo: str, tmp_path: Path, path: str, trusted: str, address: str, scheme: str
) -> None:
    upstreams = dict.fromkeys(("WEB_UPSTREAM", "MCP_UPSTREAM", "MCP_SSE_UPSTREAM"), echo)
    front = echoing_front(bake(), tmp_path, TRUSTED_PROXY=trusted, **upstreams)
    front.start()
    try:
        front.wait()
        code, text = status(f"http://127.0.0.1:{front.port}{path}", headers=FORGED | {"Host": "example.com"})
        arrived = json.loads(text)
        assert (code, arrived["host"]) == (200, "example.com")
        assert (arrived["x-forwarded-for"], arrived["x-forwarded-proto"]) == (address, scheme)
        assert "x-forwarded-host" not in arrived
        assert "forwarded" not in arrived
        assert arrived["x-request-id"] != "forged"
    finally:
        front.kill()


def test_refusals_of_the_http_api_speak_as_it_does(bake: Bake, echo: str, tmp_path: Path) -> None:
    """Catches a JSON-RPC error in an answer of the HTTP API, whose callers expect problem documents."""
    front = echoing_front(
        bake(http_api=True),
        tmp_path,
        MCP_UPSTREAM=echo,
        MAX_BODY_SIZE="1k",
        NGINX_RATE_LIMIT="1r/m",
    )
    front.start()
    try:
        front.wait()
        tools = f"http://127.0.0.1:{front.port}/api/mcp/tools"
        too_large = status(tools, "POST", b"x" * 2000)
        too_many = [status(tools) for _ in range(120)][-1]
    finally:
        front.kill()
    assert [(code, json.loads(text)["status"]) for code, text in (too_large, too_many)] == [
        (413, 413),
        (429, 429),
    ]


def test_a_long_token_is_counted_and_not_logged(bake: Bake, echo: str, tmp_path: Path) -> None:
    """Catches a token, such as a JWT, that is too long for nginx to limit, and a token in its error log."""
    front = echoing_front(bake(), tmp_path, MCP_UPSTREAM=echo, NGINX_RATE_LIMIT="1r/m")
    front.start()
    try:
        front.wait()
        client = HTTPConnection("127.0.0.1", front.port)

        def ask(ending: str) -> int:
            client.request("GET", "/mcp/", headers={"Authorization": f"Bearer {'secret' * 50}{ending}"})
            with client.getresponse() as answer:
                answer.read()
                return answer.status

        assert [ask("1") for _ in range(102)][-1] == 429
        assert ask("2") == 200
        client.close()
    finally:
        front.kill()
    assert "limiting requests" in front.log.read_text()
    assert "secretsecret" not in front.log.read_text()


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/"])
def test_guesses_of_a_password(bake: Bake, echo: str, tmp_path: Path, path: str) -> None:
    """Catches unlimited guesses, and a limit that also slows down other requests."""
    front = echoing_front(bake(), tmp_path, WEB_UPSTREAM=echo)
    front.start()
    try:
        front.wait()
        url = f"http://127.0.0.1:{front.port}"
        answers = [status(url + path, "POST", b"password=x") for _ in range(40)]
        assert [code for code, _ in answers[:20]] == [200] * 20
        assert answers[-1] == (429, "Too many attempts to sign in: wait a minute, then try again.\n")
        assert {status(url + page, method)[0] for page, method in ((path, "GET"), ("/page", "POST"))} == {200}
    finally:
        front.kill()


def test_nobody_listens(bake: Bake, tmp_path: Path) -> None:
    """Catches a request that fails immediately during a restart. nginx must retry for eight seconds."""
    front = echoing_front(bake(), tmp_path)

    def ask(path: str) -> None:
        began = time.monotonic()
        code, text = status(f"http://127.0.0.1:{front.port}{path}", "POST", b"{}")
        # MCP clients show only JSON-RPC errors.
        expected = "temporarily_unavailable" if path == "/page" else 503
        error = json.loads(text)["error"]
        assert (code, error if path == "/page" else error["code"]) == (503, expected), path
        assert 7.9 < time.monotonic() - began < 20, path

    front.start()
    try:
        front.wait()
        with ThreadPoolExecutor(3) as clients:
            list(clients.map(ask, ("/page", "/mcp/", "/mcp/sse/")))
    finally:
        front.kill()
