"""Addresses and lists in variables, as people write them."""

import pytest

from operations.environment import origin, texts


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
    """They compare letter by letter, and what is issued for another spelling is refused."""
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
