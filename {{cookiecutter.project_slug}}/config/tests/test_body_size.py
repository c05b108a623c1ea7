"""A too large body of a stranger is refused by its length, before it is read."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from config.wsgi import application
from operations.users import User

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
LIMIT = settings.ANONYMOUS_MAX_BODY_SIZE
PAGES = [
    "/",
    "/accounts/login/",
    "/accounts/password_change/",
    "/admin/",
    "/admin/login/",
    # % if cookiecutter.oauth
    "/oauth/authorize",
    "/oauth/register",
    "/oauth/revoke",
    "/oauth/token",
    # % endif
    "/tokens/",
]


class Unread(BytesIO):
    """A body that fails the test if it is read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("The body was read.")

    readline = readinto = read  # type: ignore[assignment]


def post(path: str, length: str | None, media_type: str = FORM, **environment: str) -> int:
    """Return the answer of the web process to a body that must not be read."""
    environ = RequestFactory().post(path).environ | environment
    environ |= {"wsgi.input": Unread(), "CONTENT_TYPE": media_type, "HTTP_HOST": "localhost"}
    environ.pop("CONTENT_LENGTH", None)
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    statuses = []

    def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        statuses.append(int(status[:3]))
        return len

    application(environ, start).close()
    return statuses[0]


@pytest.mark.parametrize("media_type", [FORM, "application/json", "multipart/form-data; boundary=x", ""])
@pytest.mark.parametrize("path", PAGES)
def test_a_large_body_of_a_stranger_is_not_read(path: str, media_type: str) -> None:
    for length in (LIMIT + 1, 2_400_000, 10**1000):
        assert post(path, str(length), media_type) in {302, 405, 413}
    forged = {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=forged"}
    assert post(path, str(LIMIT + 1), media_type, **forged) in {302, 405, 413}


@pytest.mark.parametrize("path", PAGES)
def test_a_body_of_unknown_length_is_not_read(path: str) -> None:
    """Catches a chunked body, which has no length, that is read to its end."""
    for length in (None, "", "x", "-1"):
        assert post(path, length, HTTP_TRANSFER_ENCODING="chunked") != 500


# % if cookiecutter.sign_in == "allauth"
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password_reset/"])
# % else
@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/"])
# % endif
def test_the_answer_is_one_sentence(client: Client, path: str) -> None:
    answer = client.post(path, {"username": "x" * LIMIT})
    assert (answer.status_code, answer["Content-Type"]) == (413, "text/plain")
    assert answer.text == "The body may have 65536 bytes at most."
    assert client.post(path, {"username": "x" * (LIMIT - 1000)}).status_code == 200


def test_who_is_signed_in_may_send_more(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.post(reverse("mcp_server:tokens"), {"name": "x" * (LIMIT + 1)}).status_code == 200
