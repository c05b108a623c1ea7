"""Variables as people write them, in the environment and in `.env`."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from operations.environment import (
    address,
    env,
    host,
    is_url,
    origin,
    port,
    read_file,
    seconds,
    size,
    texts,
    whole,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://LOCALHOST:9102", "http://localhost:9102"),
        ("HTTPS://Example.COM/", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80/", "http://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:8001", "http://[::1]:8001"),
        (" https://example.com ", "https://example.com"),
        ("https://example.com/app", None),
        ("https://user@example.com", None),
        ("https://example.com?x", None),
        ("https://example.com:x", None),
        ("https://exam ple.com", None),
        ("https://*.example.com", None),
        ("ftp://example.com", None),
        ("example.com", None),
        ("https://", None),
        ("", None),
    ],
)
def test_an_address_is_what_clients_will_call_it(written: str, meant: str | None) -> None:
    """Catches an address in another spelling than clients use, for which tokens would be refused."""
    assert origin(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tauri://localhost", "tauri://localhost"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("vscode-webview://1a2b3c", "vscode-webview://1a2b3c"),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ("https://chat.example.com", "https://chat.example.com"),
        ("javascript://localhost", None),
        ("file://localhost", None),
        ("null", None),
        ("*", None),
    ],
)
def test_an_app_has_an_origin_of_its_own(written: str, meant: str | None) -> None:
    assert origin(written, of_apps=True) == meant


def test_blanks_in_a_list_are_not_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", " a.example,  b.example ,, ")
    assert texts("HOSTS") == ["a.example", "b.example"]
    assert texts("NOT_SET") == []


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"A=1\nDATABASE_URL = postgres://user:hunter2@db/shop\n", "line 2 is not understood"),
        (b"A=1\n\nhunter2\n", "line 3 is not understood"),
        (b" A=hunter2\n", "line 1 is not understood"),
        (b"A-B=hunter2\n", "line 1 is not understood"),
        ("A=hunter2".encode("utf-16"), "is not UTF-8"),
        (b"A=hunter2\xe9\n", "is not UTF-8"),
    ],
)
def test_a_file_that_is_not_understood_stops_the_start(tmp_path: Path, content: bytes, place: str) -> None:
    """Catches a server that prints the password, and then runs on SQLite."""
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=place) as refused:
        read_file(tmp_path / ".env")
    assert "hunter2" not in str(refused.value)
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        read_file(tmp_path)


def test_a_file_as_editors_write_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a byte order mark, CR LF, quotes, and a value that begins with a dollar sign."""
    for name in "ABCD":
        monkeypatch.setenv(name, "")  # put back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setenv("E", "kept")
    text = "\ufeffA=$1nine\r\n# comment\r\n  \r\nexport B='$x y'\r\nC=\"z\"\r\nD=\r\nE=lost\r\n"
    (tmp_path / ".env").write_text(text, "utf-8", newline="")
    read_file(tmp_path / ".env")
    read_file(tmp_path / "missing")
    assert [env.str(name, default="") for name in "ABCDE"] == ["$1nine", "$x y", "z", "", "kept"]


def test_numbers_and_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", " [::1] ")
    assert host("X", "127.0.0.1") == "::1"
    monkeypatch.setenv("X", "30M")
    assert size("X", "4m") == 30 * 1024 * 1024
    assert size("NOT_SET", "500") == 500
    assert whole("NOT_SET", 0, least=0) == 0
    monkeypatch.setenv("X", "65536")
    with pytest.raises(ImproperlyConfigured, match="X is '65536': it must be a whole number from 1 to 65535"):
        port("X", 8001)
    monkeypatch.setenv("X", "9" * 5000)
    with pytest.raises(ImproperlyConfigured, match="it must be a whole number from 1 on"):
        whole("X", 1)
    # More milliseconds than PostgreSQL accepts, so that it refused each connection.
    with pytest.raises(ImproperlyConfigured, match="it must be a number of seconds up to 2000000, or 0"):
        seconds("X", 60, most=2_000_000)
    monkeypatch.setenv("X", "65536x")
    with pytest.raises(ImproperlyConfigured, match="X is '65536x': it must look like 500k, 4m or 1g"):
        size("X", "4m")


def test_a_password_in_an_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "https://me:hunter2@example.com")
    with pytest.raises(ImproperlyConfigured, match="X has a user or password: it must look like") as refused:
        address("X", "")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("redis://:secret@redis:6379/1", True),
        ("unix:///run/redis.sock", True),
        ("redis://:secret@redis:x", False),
        ("redis://[::1", False),
        ("redis://", False),
        ("localhost:6379", False),
    ],
)
def test_urls_of_servers(url: str, is_one: bool) -> None:
    """Catches a wrong port, which ended the first request with a traceback."""
    assert is_url(url, {"redis", "rediss", "unix"}) == is_one
