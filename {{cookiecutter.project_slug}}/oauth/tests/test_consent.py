"""The consent page, on which a user allows an app."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from oauth2_provider.models import Application, Grant

from mcp_server.tests.fixtures import PASSWORD
from mcp_server.tests.helpers import tool_info
from oauth.models import Connection
from oauth.scopes import READ
from oauth.tests.cimd import CLIENT_ID, publish
from oauth.tests.flow import authorize_url, connect, consent, register
from operations.users import User

pytestmark = pytest.mark.django_db


def page(client: Client, client_id: str, **parameters: object) -> str:
    """Return the text of the page."""
    html = client.get(authorize_url(client_id, **parameters)).content.decode()
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)))


def test_it_says_who_wants_what_as_whom_and_for_how_long(signed_in: Client, user: User) -> None:
    text = page(signed_in, register(signed_in, client_name="Nice app")["client_id"])
    assert "Let Nice app act as you?" in text
    assert "read and change data" in text
    assert user.email in text
    assert "app.example" in text
    assert "Not verified" in text
    assert "whoami" in text
    html = signed_in.get(authorize_url(Application.objects.get().client_id)).content.decode()
    assert html.index(">Connect</button>") < html.index('name="limit"')  # not below all the tools, on a phone
    assert f"{settings.OAUTH_IDLE_DAYS} days" in text


def test_nothing_can_be_unticked_that_is_allowed_all_the_same(signed_in: Client) -> None:
    html = signed_in.get(authorize_url(register(signed_in)["client_id"])).content.decode()
    assert re.search(r'<link rel="stylesheet" href="/static/oauth/consent[^"]*css">', html)
    # The names that the style sheet uses.
    assert re.search(r'name="limit" value="all"[^>]*checked', html)
    assert 'name="allowed_tools" value="whoami"' in html


def test_a_client_that_was_looked_up_at_its_address_is_verified(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch)
    text = page(signed_in, CLIENT_ID)
    assert "Verified: the app belongs to app.example." in text
    assert "Not verified" not in text


def test_a_program_on_this_computer_is_not_verified(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches "verified" for a program on the computer, which any other could imitate."""
    uri = "http://localhost:4444/callback"
    publish(monkeypatch, redirect_uris=[uri])
    assert "Not verified" in page(signed_in, CLIENT_ID, redirect_uri=uri)


def test_a_client_that_only_reads_is_shown_only_tools_that_read(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = [
        tool_info("look", "Look", "Look at everything.", read_only=True),
        tool_info("wipe", "Wipe", "Delete it.", read_only=False),
    ]
    monkeypatch.setattr("mcp_server.pages.forms.registered_tools", lambda: tools)
    client_id = register(signed_in)["client_id"]
    text = page(signed_in, client_id)
    assert "Delete it." in text
    assert "Change data" in text
    text = page(signed_in, client_id, scope=READ)
    assert "Look at everything." in text
    assert "Delete it." not in text
    assert "Change data" not in text


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("http://localhost:1/", "runs on this computer (localhost)"),
        ("cursor://x/y", "runs on this computer (cursor:)"),
    ],
)
def test_a_client_on_this_computer_is_called_one(signed_in: Client, uri: str, words: str) -> None:
    client_id = register(signed_in, redirect_uris=[uri])["client_id"]
    assert words in page(signed_in, client_id, redirect_uri=uri)


def test_the_name_of_a_client_is_text(signed_in: Client) -> None:
    name = "<script>alert(1)</script>"
    connect(signed_in)
    client_id = register(signed_in, client_name=name)["client_id"]
    for html in (
        signed_in.get(authorize_url(client_id)).content.decode(),
        (consent(signed_in, client_id) and signed_in.get(reverse("mcp_server:tokens"))).content.decode(),
    ):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_without_a_session_the_user_signs_in_first_and_comes_back(client: Client, user: User) -> None:
    url = authorize_url(register(client)["client_id"])
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/oauth/authorize")
    back = client.post(answer["Location"], {"username": user.email, "password": PASSWORD})
    assert client.get(back["Location"]).status_code == 200


def test_nobody_signs_in_for_a_client_that_does_not_exist(client: Client) -> None:
    answer = client.get(authorize_url("unknown"))
    assert answer.status_code == 400
    assert "could not be connected" in answer.content.decode()


def test_the_answer_has_the_state_and_who_answers(signed_in: Client) -> None:
    client_id = register(signed_in)["client_id"]
    answer = consent(signed_in, client_id)
    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("a-state", settings.WEB_BASE_URL)


def test_a_refusal_has_the_state_and_who_answers_too(signed_in: Client, user: User) -> None:
    client_id = register(signed_in)["client_id"]
    answer = signed_in.post(authorize_url(client_id), {"deny": "1"})
    assert answer["Location"].startswith("https://app.example/callback?error=access_denied&")
    assert "error_description=The+user+did+not+connect" in answer["Location"]
    assert "state=a-state" in answer["Location"]
    assert f"iss={settings.WEB_BASE_URL}".replace(":", "%3A").replace("/", "%2F") in answer["Location"]
    assert not user.connections.exists()
    assert not Grant.objects.exists()


def test_what_belongs_to_openid_is_ignored(signed_in: Client) -> None:
    client_id = register(signed_in)["client_id"]
    assert consent(
        signed_in, client_id, nonce="x" * 500, claims='{"userinfo": {}}', prompt="login", max_age="x"
    )


def test_the_user_is_asked_every_time(signed_in: Client) -> None:
    """Catches a consent that is skipped: a program could use the name of an app that was allowed before."""
    client_id = connect(signed_in)["client_id"]
    Application.objects.update(skip_authorization=True)
    for parameters in ({}, {"approval_prompt": "auto"}, {"prompt": "none"}):
        assert signed_in.get(authorize_url(client_id, **parameters)).status_code == 200


def test_the_user_may_allow_some_of_the_tools(signed_in: Client, user: User) -> None:
    client_id = register(signed_in)["client_id"]
    consent(signed_in, client_id, tools=["whoami"])
    assert user.connections.get().allowed_tools == ["whoami"]
    html = signed_in.get(authorize_url(client_id)).content.decode()
    assert re.search(r'value="whoami"[^>]* checked', html)
    assert not re.search(r'value="add_numbers"[^>]* checked', html)
    consent(signed_in, client_id)
    assert user.connections.get().allowed_tools == []


@pytest.mark.parametrize(
    "form", [{"limit": "some"}, {"limit": "some", "allowed_tools": "no_such_tool"}, {"limit": "x"}, {}]
)
def test_a_form_that_allows_nothing_is_shown_again(signed_in: Client, form: dict[str, str]) -> None:
    answer = signed_in.post(authorize_url(register(signed_in)["client_id"]), {"allow": "1"} | form)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Connection.objects.exists()


def test_no_other_page_can_allow_in_the_users_name(user: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    url = authorize_url(register(browser)["client_id"])
    assert browser.post(url, {"allow": "1", "limit": "all"}).status_code == 403
    headers = browser.get(url).headers
    assert headers["X-Frame-Options"] == "DENY"
    # Chromium would not lead the user back otherwise.
    assert "form-action" not in headers.get("Content-Security-Policy", "")
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"code_challenge": "x" * 500}, "invalid_request"),
        ({"resource": "https://other.example"}, "invalid_target"),
    ],
)
def test_a_request_that_may_not_be_made_is_refused_to_the_client(
    signed_in: Client, parameters: dict[str, object], error: str
) -> None:
    answer = signed_in.get(authorize_url(register(signed_in)["client_id"], **parameters))
    assert answer["Location"].startswith(f"https://app.example/callback?error={error}")
    assert answer["Location"].count("iss=") == 1


@pytest.mark.parametrize(
    "parameters",
    [{}, {"scope": "admin"}, {"response_type": "token"}, {"prompt": "none"}, {"prompt": "create"}],
)
def test_a_stranger_is_led_to_no_client(client: Client, parameters: dict[str, object]) -> None:
    """Catches an open redirect: anyone can register a client with a page of theirs."""
    answer = client.get(authorize_url(register(client)["client_id"], **parameters))
    assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize(
    "query", ["", "%00", "client_id=%00", "client_id=%zz", "client_id=a&client_id=b", "x" * 8000]
)
def test_a_request_that_is_none_is_refused_to_the_user(client: Client, query: str) -> None:
    answer = client.get("/oauth/authorize?" + query)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/html")


def test_users_disconnect_only_their_own_apps(signed_in: Client, admin: User, user: User) -> None:
    connect(signed_in)
    signed_in.force_login(admin)
    address = f"/tokens/apps/{user.connections.get().pk}/disconnect/"
    assert signed_in.post(address).status_code == 404
    assert signed_in.get(address).status_code == 405
    assert user.connections.exists()


def test_connected_apps_are_on_the_page_of_tokens(signed_in: Client, user: User) -> None:
    assert "No app is connected." in signed_in.get(reverse("mcp_server:tokens")).content.decode()
    connect(signed_in)
    assert "Test app" in signed_in.get(reverse("mcp_server:tokens")).content.decode()
    answer = signed_in.post(f"/tokens/apps/{user.connections.get().pk}/disconnect/", follow=True)
    assert "is disconnected" in answer.content.decode()
