"""Fetching the metadata document of a client: slow hosts, one that answers, and the time limit."""

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from oauth2_provider import cimd
from oauth2_provider.cimd import CIMDError
from pytest_django import Settings

from oauth import metadata_fetcher
from oauth.client_rules import MetadataFetcher
from oauth.metadata_fetcher import IsAnswering
from oauth.tests.flow import authorize_url

GOOD = "https://good.example/app.json"
DOCUMENT = {"client_id": GOOD, "client_name": "Good", "redirect_uris": ["https://good.example/callback"]}
BODY = json.dumps(DOCUMENT).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"


def drip(connection: socket.socket, text: bytes) -> None:
    """Send a byte every 50 ms, which no timeout of a socket ends."""
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def answer(connection: socket.socket) -> None:
    connection.sendall(HEAD % len(BODY) + BODY)


def drip_body(connection: socket.socket) -> None:
    connection.sendall(HEAD % 10_000)
    drip(connection, b" " * 10_000)


SLOW: dict[str, Callable[[socket.socket], None]] = {
    "headers": lambda connection: drip(connection, b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000),
    "body": drip_body,
    "nothing": lambda _connection: time.sleep(8),
}


@pytest.fixture
def serve(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings
) -> Iterator[Callable[..., None]]:
    """Answer for every host of the internet. `serve(behave)` passes each connection to `behave`."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [shutil.which("openssl") or "", "req", "-x509", "-nodes", "-newkey", "ec",
         "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=x", "-addext",
         "subjectAltName=DNS:good.example,DNS:evil.example,DNS:a.evil.example",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = socket.create_server(("127.0.0.1", 0))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    port = server.getsockname()[1]
    monkeypatch.setattr(cimd, "_resolve_and_validate", lambda _host, _port: ["127.0.0.1"])
    connect = socket.socket.connect
    monkeypatch.setattr(
        socket.socket,
        "connect",
        lambda self, address: connect(self, ("127.0.0.1", port) if address[1] == 443 else address),
    )
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "CIMD_FETCH_TIMEOUT_SECONDS": 2}
    cache.clear()

    def talk(connection: socket.socket, behave: Callable[[socket.socket], None]) -> None:
        try:
            with tls.wrap_socket(connection, server_side=True) as secure:
                secure.recv(10_000)
                behave(secure)
        except OSError:
            pass

    def accept(behave: Callable[[socket.socket], None]) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection, behave), daemon=True).start()

    yield lambda behave: threading.Thread(target=accept, args=(behave,), daemon=True).start()
    server.close()
    cache.clear()


@pytest.mark.parametrize(
    "address", ["::127.0.0.1", "::ffff:0:10.0.0.1", "fec0::1", "ff02::1", "224.0.0.1", "10.0.0.1", "::1"]
)
def test_no_address_within_a_network_is_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Catches private addresses. The library takes the first five for public ones."""
    monkeypatch.setattr(cimd.socket, "getaddrinfo", lambda *_, **_options: [(0, 0, 0, "", (address, 443))])
    with pytest.raises(CIMDError, match="public"):
        MetadataFetcher().fetch(GOOD)


def may_be_asked(client_id: str) -> bool:
    return IsAnswering().has_permission(None, client_id)


def test_a_document_is_fetched(serve: Callable[..., None]) -> None:
    """Without this test, the others could pass because nothing is fetched."""
    serve(answer)
    assert MetadataFetcher().fetch(GOOD)[0]["client_name"] == "Good"


@pytest.mark.parametrize("how", SLOW)
def test_a_host_that_takes_its_time_is_left_alone(serve: Callable[..., None], how: str) -> None:
    serve(SLOW[how])
    began = time.monotonic()
    with pytest.raises(CIMDError):
        MetadataFetcher().fetch("https://evil.example/1")
    assert 1.5 < time.monotonic() - began < 6  # all three would take longer
    assert not may_be_asked("https://evil.example/2")
    assert may_be_asked(GOOD)


def test_a_site_is_asked_one_question_at_a_time(serve: Callable[..., None]) -> None:
    is_asked = threading.Event()
    errors: list[Any] = []

    def say_nothing(_connection: socket.socket) -> None:
        is_asked.set()
        time.sleep(8)

    def ask() -> None:
        with pytest.raises(CIMDError) as error:
            MetadataFetcher().fetch("https://evil.example/1")
        errors.append(error)

    serve(say_nothing)
    asking = threading.Thread(target=ask)
    asking.start()
    assert is_asked.wait(10)
    assert not may_be_asked("https://evil.example/2")
    assert not may_be_asked("https://a.evil.example/3")
    assert may_be_asked(GOOD)
    with pytest.raises(CIMDError, match="being asked"):
        MetadataFetcher().fetch("https://a.evil.example/3")
    asking.join()
    assert errors
    assert may_be_asked("https://a.evil.example/3")  # the server pauses only for a host that was slow


def test_a_host_that_says_no_at_once_is_asked_again(
    serve: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a pause after each error: anyone could block the clients of a host with a wrong address."""
    monkeypatch.setattr(metadata_fetcher, "SLOW", 10)  # the machine may be slow, too
    serve(lambda connection: connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
    with pytest.raises(CIMDError):
        MetadataFetcher().fetch("https://good.example/missing")
    assert may_be_asked(GOOD)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "client_id", ["https://[", "https://", "https:///x", "https://a:99999/x", "https://a..b/x"]
)
def test_what_is_no_address_is_no_client(client: Client, client_id: str) -> None:
    assert client.get(authorize_url(client_id)).status_code == 400
