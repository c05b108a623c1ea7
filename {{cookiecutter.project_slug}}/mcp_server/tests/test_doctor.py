"""What `mcp_doctor` says about broken servers. The repository of the template tests a working one."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mcp_server.management.commands.mcp_doctor import Command
from mcp_server.models import MCPToken
from operations.users import User


class Handler(BaseHTTPRequestHandler):
    """Gives every request the same answer."""

    status = 200
    headers_to_send: dict[str, str] = {}

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_ready = self.path.endswith("/ready") and self.status != 404
        self.send_response(200 if is_ready else self.status)
        for name, value in self.headers_to_send.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("OwnHandler", (Handler,), {})) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def examine(server: ThreadingHTTPServer, *arguments: str) -> str:
    """Return the output of the doctor."""
    output = StringIO()
    with pytest.raises(CommandError, match="cannot connect"):
        call_command(
            "mcp_doctor", f"http://127.0.0.1:{server.server_address[1]}/mcp/", *arguments, stdout=output
        )
    return output.getvalue()


@pytest.mark.parametrize(
    ("status", "headers", "advice"),
    [
        (404, {}, "must send /mcp/ to the MCP process"),
        (421, {}, "ALLOWED_HOSTS"),
        (200, {}, "MCP_REQUIRE_AUTH is False"),
        (401, {}, "The 401 has no WWW-Authenticate header"),
        (307, {"Location": "/mcp/"}, "/mcp/ answers 307 instead of 401"),
        (401, {"WWW-Authenticate": "Bearer"}, "A page of another site gets 401 instead of 403"),
    ],
)
def test_advice(server: ThreadingHTTPServer, status: int, headers: dict[str, str], advice: str) -> None:
    server.RequestHandlerClass.status = status  # type: ignore[attr-defined]
    server.RequestHandlerClass.headers_to_send = headers  # type: ignore[attr-defined]
    assert advice in examine(server)


def test_a_server_that_is_unavailable(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()
    said = examine(server)
    assert "Nothing answers on port" in said
    assert "localhost is that container" in said


def test_no_database_is_needed_where_a_client_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a database query of Django's checks, on a machine that has only the client."""
    monkeypatch.setattr(Command, "check", lambda *_, **__: pytest.fail("The models are checked."))
    with pytest.raises(CommandError, match="is not a URL"):
        Command().run_from_argv(["manage.py", "mcp_doctor", "somewhere", "--traceback"])


@pytest.mark.django_db
def test_the_token_for_the_visit_is_gone_afterwards(server: ThreadingHTTPServer, user: User) -> None:
    server.RequestHandlerClass.status = 401  # type: ignore[attr-defined]
    assert "The token is refused" in examine(server, "--user", user.email)
    assert not MCPToken.objects.exists()


@pytest.mark.parametrize("status", [403, 503])
def test_a_token_that_is_let_in_nowhere(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("MCP_TOKEN", "mcp_x")
    server.RequestHandlerClass.status = status  # type: ignore[attr-defined]
    assert f"The token is accepted: The server answers {status}" in examine(server)


PROXY = "http://user:hunter2@127.0.0.1:9"


def test_a_proxy_is_named_and_never_asked_for_this_machine(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, PROXY)
    server.RequestHandlerClass.status = 421  # type: ignore[attr-defined]
    assert "ALLOWED_HOSTS" in examine(server)
    output = StringIO()
    with pytest.raises(CommandError, match="cannot connect"):
        call_command("mcp_doctor", "https://mcp.example.com/mcp/", stdout=output)
    said = output.getvalue()
    assert "the proxy http://127.0.0.1:9 of HTTPS_PROXY" in said
    assert "The proxy http://127.0.0.1:9 cannot reach mcp.example.com" in said
    assert "hunter2" not in said


def test_a_socks_proxy_is_one_sentence(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    server.RequestHandlerClass.status = 421  # type: ignore[attr-defined]
    assert "ALLOWED_HOSTS" in examine(server)
    output = StringIO()
    with pytest.raises(CommandError, match="cannot connect"):
        call_command("mcp_doctor", "https://mcp.example.com/mcp/", stdout=output)
    assert "is a SOCKS proxy, which mcp_doctor cannot use" in output.getvalue()


def test_a_token_with_other_characters(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCP_TOKEN", "mcp_…")
    with pytest.raises(CommandError, match="copy the token again"):
        call_command("mcp_doctor", "http://localhost/mcp/")


@pytest.mark.parametrize("url", ["localhost:8001", "mcp", "ftp://localhost/", "http://", "http://h:abc/"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(CommandError, match="is not a URL"):
        call_command("mcp_doctor", url)
