import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from pytest_django import Settings

from documents.links import make_link
from documents.models import StoredFile

SITE = "https://site.example.com"
SCRIPT = b"<script>alert(document.domain)</script>"


@pytest.fixture
def file(settings: Settings) -> StoredFile:
    settings.WEB_BASE_URL = SITE
    file = StoredFile(name='Größe "1".html', content_type="text/html")
    storages["files"].save(file.path, ContentFile(SCRIPT))
    return file


def path(file: StoredFile) -> str:
    """Make a link, and return its path on the site."""
    link = make_link(file)
    assert link.startswith(f"{SITE}/files/?")
    return link.removeprefix(SITE)


def test_link_needs_no_log_in(client: Client, file: StoredFile) -> None:
    response = client.get(path(file))
    assert (response.status_code, response.getvalue()) == (200, SCRIPT)


def test_no_browser_shows_it(client: Client, file: StoredFile) -> None:
    """Catches a file that a browser shows: a script in it could act as the user who is signed in."""
    response = client.get(path(file))
    assert response.getvalue() == SCRIPT
    headers = response.headers
    assert headers["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe%20%221%22.html"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert "no-store" in headers["Cache-Control"]


def test_link_expires(
    client: Client, file: StoredFile, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    asked, now = path(file), time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + settings.FILE_URL_SECONDS - 5)
    assert client.get(asked).getvalue() == SCRIPT
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + settings.FILE_URL_SECONDS + 5)
    response = client.get(asked)
    assert (response.status_code, response.content) == (410, b"This link has expired: ask for a new one.")


def test_link_of_a_deleted_file(client: Client, file: StoredFile) -> None:
    asked = path(file)
    storages["files"].delete(file.path)
    response = client.get(asked)
    assert (response.status_code, response.content) == (404, b"This file was deleted.")


def test_link_cannot_be_made_up(client: Client, file: StoredFile, settings: Settings) -> None:
    with_another_key, key = settings.SECRET_KEY + "x", settings.SECRET_KEY
    link = parse_qs(urlsplit(path(file)).query)["link"][0]
    settings.SECRET_KEY = with_another_key
    foreign = parse_qs(urlsplit(path(file)).query)["link"][0]
    settings.SECRET_KEY = key
    for wrong in ("", "x", "\x00", "a:b:c", link[:-1], "x" + link, foreign, link * 100):
        response = client.get("/files/", {"link": wrong})
        assert response.status_code == 403
        assert response.content == b"This link is incomplete or was changed."


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_link_only_reads(client: Client, file: StoredFile, method: str) -> None:
    assert getattr(client, method)(path(file)).status_code == 405
