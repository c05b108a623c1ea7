"""Sends requests byte by byte, for requests that no HTTP library would send."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

WHOAMI = json.dumps(
    {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
).encode()


def post(
    site: str, trust: ssl.SSLContext, *headers: str, path: str = "/mcp/", host: str = "", body: bytes = WHOAMI
) -> tuple[int, str]:
    """Post with exactly these header lines, besides those of every request; return status and answer."""
    usual = {
        "Host": host or urlsplit(site).netloc,
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
        "Connection": "close",
    }
    given = {line.partition(":")[0].strip().title() for line in headers}
    if not given & {"Content-Length", "Transfer-Encoding"}:
        usual["Content-Length"] = str(len(body))
    lines = [f"{name}: {value}" for name, value in usual.items() if name not in given]
    with connected(site, trust) as connection:
        connection.sendall("\r\n".join([f"POST {path} HTTP/1.1", *lines, *headers, "", ""]).encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 "), answer
    return int(answer[9:12]), answer.decode()


@contextmanager
def connected(site: str, trust: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
    address = urlsplit(site)
    assert address.hostname
    assert address.port
    with (
        socket.create_connection((address.hostname, address.port), timeout=30) as plain,
        trust.wrap_socket(plain, server_hostname=address.hostname) as connection,
    ):
        yield connection
