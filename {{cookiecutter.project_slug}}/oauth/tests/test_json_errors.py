"""Endpoints for programs answer in JSON, also for every error."""

import pytest
from django.conf import settings
from django.test import Client

from oauth.tests.flow import connect, register
from operations.users import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Client:
    """A program, which has no CSRF token."""
    return Client(enforce_csrf_checks=True)


BODIES = ["", "grant_type=authorization_code&code=%00&client_id=%00", "%zz=%zz", "token=%ff", "a=b&a=b"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/.well-known/openid-configuration", 404),
        ("GET", "/.well-known/oauth-authorization-server/other", 404),
        ("GET", "/.well-known/%ff", 404),
        ("POST", "/register", 404),
        ("GET", "/oauth/register", 405),
        ("GET", "/oauth/token", 405),
        ("DELETE", "/oauth/revoke", 405),
        ("POST", "/oauth/token", 400),
        ("POST", "/oauth/revoke", 400),
        ("POST", "/oauth/register", 400),
        ("POST", "/oauth/token?grant_type=authorization_code&code=x", 400),
        ("POST", "/oauth/token?%zz", 400),
        ("POST", "/oauth/revoke?token=x", 400),
    ],
)
def test_errors_are_json(program: Client, method: str, path: str, status: int) -> None:
    answer = program.generic(method, path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"]
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/register"])
@pytest.mark.parametrize(
    "media_type", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data"]
)
def test_malformed_input_is_a_refusal(program: Client, path: str, body: str, media_type: str) -> None:
    answer = program.generic("POST", path, body, media_type)
    assert answer.status_code in {400, 401}
    assert answer.json()["error"]


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
@pytest.mark.parametrize("credentials", ["\xe9", "=", "", "YQ==", "/w=="])
def test_malformed_credentials_are_a_refusal(program: Client, path: str, credentials: str) -> None:
    form = {"grant_type": "authorization_code", "code": "x", "token": "x"}
    answer = program.post(path, form, headers={"Authorization": f"Basic {credentials}"})
    assert answer.status_code in {400, 401}


def test_programs_ask_without_cookies(signed_in: Client, program: Client, user: User) -> None:
    """Catches CSRF protection on endpoints that programs call."""
    tokens = connect(signed_in)
    form = {"client_id": tokens["client_id"], "refresh_token": tokens["refresh_token"]}
    answer = program.post("/oauth/token", form | {"grant_type": "refresh_token"})
    assert answer.status_code == 200
    form = {"client_id": tokens["client_id"], "token": answer.json()["access_token"]}
    assert program.post("/oauth/revoke", form).status_code == 200
    assert not user.connections.live().exists()


def test_a_host_that_is_not_ours_is_refused_in_json(program: Client) -> None:
    answer = program.post("/oauth/token", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_an_error_of_ours_is_json_too(program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    program.raise_request_exception = False
    monkeypatch.setattr("oauth.registration.clean_name", lambda _name: 1 / 0)
    metadata = '{"redirect_uris": ["https://app.example/"]}'
    answer = program.post("/oauth/register", metadata, "application/json")
    assert (answer.status_code, answer.json()["error"]) == (500, "server_error")


def test_programs_in_a_browser_may_ask_before_they_ask(program: Client) -> None:
    for path in ("/oauth/token", "/oauth/register", "/.well-known/oauth-authorization-server"):
        answer = program.options(path, headers={"Origin": "http://localhost:6274"})
        assert answer.status_code == 204
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Content-Type" in answer["Access-Control-Allow-Headers"]


def test_pages_for_people_are_for_no_other_origin(program: Client) -> None:
    register(program)
    for path in ("/", "/tokens/", "/oauth/authorize"):
        assert "Access-Control-Allow-Origin" not in program.get(path)


@pytest.mark.parametrize("path", ["/oauth/register", "/oauth/token", "/oauth/revoke"])
def test_large_bodies_are_refused_whoever_is_signed_in(signed_in: Client, path: str) -> None:
    """Catches the larger limit of signed-in users here, because these addresses use no session."""
    answer = signed_in.post(path, {"x": "x" * settings.ANONYMOUS_MAX_BODY_SIZE})
    assert (answer.status_code, answer.json()["error"]) == (413, "invalid_request")
    assert f"{settings.ANONYMOUS_MAX_BODY_SIZE} bytes" in answer.json()["error_description"]
