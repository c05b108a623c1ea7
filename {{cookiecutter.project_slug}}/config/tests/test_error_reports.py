"""What an error report to Sentry contains, and which secrets it never contains."""

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import sentry_sdk
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from operations.error_reports import send_errors

SECRET = "mcp_hunter2"


class Collector(Transport):
    """Keeps the reports instead of sending them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize().decode())


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    send_errors("https://key@sentry.example.com/1", transport=collector, release="1")
    yield collector
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.mark.django_db  # the session of the cookie may be looked up
def test_an_error_says_where_and_nothing_of_the_caller(
    collector: Collector, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        argument = SECRET
        raise ValueError(f"broken, with {len(argument)} characters")

    monkeypatch.setattr("operations.health.failing_part", fail)
    client.raise_request_exception = False
    client.cookies["sessionid"] = SECRET
    logging.getLogger("x").info("before: %s", SECRET)
    answer = client.get(f"/ready?token={SECRET}", headers={"Authorization": f"Bearer {SECRET}"})
    logging.getLogger("x").error("A call failed", extra={"user": SECRET})
    assert answer.status_code == 500
    assert len(collector.sent) == 2
    assert "broken, with 11 characters" in collector.sent[0]
    assert "test_error_reports.py" in collector.sent[0]
    assert "A call failed" in collector.sent[1]
    # A report contains lines of this file, because they are code. Only data of the request is a secret.
    assert [text for text in collector.sent if SECRET in text.replace(f'SECRET = \\"{SECRET}\\"', "")] == []


@pytest.mark.parametrize("dsn", ["sentry.example.com", "https://key@[::1/1", "https://key@host:99999/1"])
def test_what_is_no_address_is_refused(dsn: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN must look like"):
        send_errors(dsn)


def test_a_start_without_it_does_not_load_it() -> None:
    code = "import sys, config.wsgi, config.urls; print('sentry_sdk' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"
