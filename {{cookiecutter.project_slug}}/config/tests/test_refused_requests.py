"""The requests of scanners are logged, but not as errors, which somebody would have to look at."""

import io
import json
import logging
from typing import Any

import pytest
import sentry_sdk
from django.test import Client
from django.urls import reverse

from config.tests.test_error_reports import Collector, collector
from operations.log_format import JsonFormatter

__all__ = ["collector"]  # a fixture

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the console gets, in the format of production."""
    written = io.StringIO()
    console = logging.getHandlerByName("console")
    monkeypatch.setattr(console, "stream", written)
    monkeypatch.setattr(console, "formatter", JsonFormatter())
    return written


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        ({"headers": {"Host": "evil.example"}}, "ALLOWED_HOSTS"),
        ({"data": "a&" * 1001, "content_type": FORM}, "DATA_UPLOAD_MAX_NUMBER_FIELDS"),
        ({"data": {"x": [io.BytesIO(b"x")] * 101}}, "DATA_UPLOAD_MAX_NUMBER_FILES"),
    ],
)
def test_a_refused_request_is_a_warning(
    client: Client, collector: Collector, log: io.StringIO, refused: dict[str, Any], reason: str
) -> None:
    answer = client.post(reverse("login"), **refused)
    assert answer.status_code == 400
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["level"], line["status_code"]) == ("WARNING", 400)
    assert reason in line["message"]
    assert "exc_info" not in line
    sentry_sdk.flush()
    assert collector.sent == []
