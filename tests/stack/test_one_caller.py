"""One caller cannot use up the resources of the processes, with or without nginx."""

import json
import socket
import time
import urllib.request
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from testing.stack import Stack

MEGABYTE = 2**20
STREAMS = 20  # MCP_USER_STREAMS


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def front(stack: Stack) -> int:
    port = urlsplit(stack.url).port
    assert port
    return port


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"GET /mcp/health HTTP/1.1\r\nHost: localhost\r\n", b"X: " + b"x" * 1000 + b"\r\n"),
        (b"GET /mcp/health HTTP/1.1\r\nHost: localhost\r\nX: ", b"x" * 1000),
        (b"GET /mcp/health HTTP/1.1\r\nHost: localhost\r\n", b"x" * 1000),
        (
            b"POST /mcp/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n",
            b"X: " + b"x" * 1000 + b"\r\n",
        ),
        (
            b"POST /mcp/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: ",
            b"x" * 1000,
        ),
        (b"POST /mcp/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * 1000),
    ],
    ids=["headers", "a value", "a name", "trailers", "a value in trailers", "an extension of a chunk"],
)
def test_headers_without_end(stack: Stack, start: bytes, more: bytes) -> None:
    """Catches endless headers, which Uvicorn would collect in memory up to hundreds of megabytes."""
    with connect(stack.processes["mcp"].port) as connection:
        connection.sendall(start)
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            connection.sendall(more * (30 * MEGABYTE // len(more)))


def test_clients_that_never_close_do_not_stop_gunicorn(stack: Stack) -> None:
    port = stack.processes["web"].port
    with ExitStack() as cleanup:
        for _ in range(40):
            connection = cleanup.enter_context(connect(port))
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
        start = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
            assert answer.status == 200
        # Gunicorn once waited two seconds for each of the twenty connections of a worker.
        assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "half",
    [b"GET / HTTP/1.1\r\nHost: loc", b"POST /mcp/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1"],
    ids=["headers", "body"],
)
def test_nginx_does_not_wait_for_the_rest_of_a_request(stack: Stack, half: bytes) -> None:
    with connect(front(stack)) as connection:
        connection.sendall(half)
        start = time.monotonic()
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass
        assert 5 < time.monotonic() - start < 20


def test_one_token_opens_so_many_streams(stack: Stack, token: str) -> None:
    """nginx counts the streams of a token, and the process counts the streams of a user."""
    answers = []
    with ExitStack() as cleanup:
        for port in [front(stack)] * (STREAMS + 3) + [stack.processes["mcp-sse"].port]:
            connection = cleanup.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=30)))
            connection.request("GET", "/mcp/sse/", headers={"Authorization": f"Bearer {token}"})
            answers.append(connection.getresponse())
        assert [answer.status for answer in answers] == [200] * STREAMS + [429] * 4
        by_nginx, by_the_process = (answer.read().decode() for answer in answers[-2:])
        assert "error" in json.loads(by_nginx)
        assert "as many as one user may have" in by_the_process
