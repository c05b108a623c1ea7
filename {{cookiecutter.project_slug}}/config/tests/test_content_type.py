"""A Content-Type that no browser sends is not an error of the site."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import RequestFactory

from config.wsgi import application

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="language"\r\n\r\nde\r\n--x--\r\n'


def choose_german(content_type: str, body: bytes, method: str = "POST") -> tuple[int, bool]:
    """Return the status, and whether German was chosen."""
    environ = RequestFactory().get("/language/?x=%C3%A4").environ
    environ |= {"REQUEST_METHOD": method, "CONTENT_TYPE": content_type, "HTTP_HOST": "localhost"}
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
    answers = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[..., object]:
        answers.append((int(status[:3]), "django_language=de" in dict(headers).get("Set-Cookie", "")))
        return len

    application(environ, start).close()
    return answers[0]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (f"{FORM}; charset=latin-1", b"language=de"),
        (f"{FORM}; charset=utf8", b"language=de"),
        (f"{FORM};Charset=rot13", b"language=de"),
        (f"{FORM}; x*=unknown''y", b"language=de"),
        (f"{FILES}; charset=rot13", PART),
        (FILES.replace("; b", "; charset=cp037;B"), PART),
    ],
)
def test_a_form_is_read_as_utf_8(content_type: str, body: bytes) -> None:
    assert choose_german(content_type, body) == (302, True)


@pytest.mark.parametrize("parameter", ["charset=rot13", "charset=idna", "x*=unknown''y", f"x*{'9' * 5000}=y"])
def test_a_request_without_a_body(parameter: str) -> None:
    assert choose_german(f"text/plain; {parameter}", b"", method="GET") == (302, False)
