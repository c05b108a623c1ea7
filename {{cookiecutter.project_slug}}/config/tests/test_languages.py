"""Pages are in the language of the reader, also with the texts of each app's own `locale/`."""

import re

import pytest
from django.core import mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.views.defaults import server_error
from pytest_django import Settings

from accounts.models import User
from mcp_server.models import MCPToken

# Names of tools and of the project are not translated, and neither are texts to copy.
KEPT = re.compile(
    r"<head>.*?</head>|<(pre|code)\b.*?</\1>|<fieldset>.*?</fieldset>|<ul class=.tools.>.*?</ul>"
    r"|<[^>]*>|「[^」]*」",
    re.DOTALL,
)
ENGLISH = re.compile(r"[A-Za-z]+(?: [a-z]+){2,}")
LOG_IN = {"de": "Anmelden", "es": "Iniciar sesión", "zh-hans": "登录", "zh-hant": "登入"}


def page(client: Client, name: str, language: str) -> str:
    return client.get(reverse(name), headers={"Accept-Language": language}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), LOG_IN.items())
def test_the_browser_decides(client: Client, language: str, words: str) -> None:
    html = page(client, "login", language)
    assert f'<html lang="{language}" dir="ltr">' in html
    assert f"<h1>{words}</h1>" in html
    assert all(
        f">{name}</button>" in html for name in ("English", "Deutsch", "español", "简体中文", "繁體中文")
    )
    assert "Sign in" not in html


@pytest.mark.parametrize(
    "name",
    [
        "mcp_server:home",
        "mcp_server:tokens",
        "mcp_server:usage",
        "account",
        "change_email",
        "password_change",
        "password_change_done",
        "password_reset",
        "password_reset_done",
        "password_reset_complete",
    ],
)
def test_no_english_is_left(client: Client, user: User, settings: Settings, name: str) -> None:
    settings.PROJECT_NAME = "Shop"
    client.force_login(user)
    MCPToken.objects.create(user=user, name="laptop")
    html = page(client, name, "zh-hant")
    assert '<html lang="zh-hant"' in html
    assert ENGLISH.findall(KEPT.sub(" ", html)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "language"),
    [("zh-TW,en;q=0.5", "zh-hant"), ("zh-CN", "zh-hans"), ("de-AT", "de"), ("fr", "en"), ("", "en")],
)
def test_relatives_and_strangers(client: Client, asked: str, language: str) -> None:
    assert f'<html lang="{language}" ' in page(client, "login", asked)


@pytest.mark.django_db
def test_a_choice_stays_and_leads_back(client: Client) -> None:
    address, choice = reverse("set_language"), {"language": "es"}
    answer = client.post(address, choice, headers={"Referer": "http://testserver/accounts/login/?next=/x/"})
    assert answer["Location"] == "http://testserver/accounts/login/?next=/x/"
    assert '<html lang="es" ' in page(client, "login", "de")
    for elsewhere in ({"Referer": "https://evil.example/"}, {}):
        assert client.post(address, choice, headers=elsewhere)["Location"] == "/"
    assert client.post(address, choice | {"next": "https://evil.example/"})["Location"] == "/"


def test_the_choice_repeats_no_address(client: Client) -> None:
    """Catches a query string in the form for the language, because it may contain a token."""
    assert "secret" not in client.get("/nowhere?token=secret").content.decode()


@pytest.mark.django_db
def test_strangers_get_no_cookie(client: Client) -> None:
    """Catches a CSRF token in the footer of each page, which would set a cookie."""
    assert "zh-hant" in client.get("/nowhere").content.decode()
    assert not client.cookies


@pytest.mark.django_db
def test_from_right_to_left(client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "العربيّة")]
    assert '<html lang="ar" dir="rtl">' in page(client, "login", "ar")


def test_dates_and_tools_that_are_called(client: Client, user: User) -> None:
    client.force_login(user)
    MCPToken.objects.create(user=user, name="laptop")
    MCPToken.objects.update(created_at="2026-03-05T12:00:00Z")
    html = page(client, "mcp_server:tokens", "de")
    assert "5. März 2026" in html
    assert "Ja, widerrufen: <bdi>laptop</bdi>" in html
    assert '<code class="name">whoami</code>' in html


def test_no_link_leads_away_from_a_token_that_is_shown_once(client: Client, user: User) -> None:
    client.force_login(user)
    answer = client.post(reverse("mcp_server:tokens"), {"name": "laptop", "lifetime": "30"})
    assert "mcp_" in (html := answer.content.decode())
    assert reverse("set_language") not in html


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 Minute,"), (15, "15 Minuten,"), (60, "eine Stunde,")])
def test_one_and_many(minutes: int, words: str) -> None:
    with translation.override("de"):
        assert f"Warten Sie {words}" in render_to_string("429.html", {"minutes": minutes})


def test_an_error_without_a_request(rf: RequestFactory) -> None:
    request: HttpRequest = rf.get("/")
    with translation.override("es"):
        html = server_error(request).content.decode()
    assert "Algo ha salido mal" in html
    assert reverse("set_language") not in html


def test_mail_is_in_the_language_of_the_page(
    client: Client, user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SENDS_MAIL = True
    monkeypatch.setattr("accounts.mail._executor.submit", lambda send, *arguments: send(*arguments))
    monkeypatch.setattr("django.db.transaction.on_commit", lambda send: send())
    client.post(reverse("password_reset"), {"email": user.email}, headers={"Accept-Language": "zh-TW"})
    assert mail.outbox[0].subject.endswith("設定新密碼")
