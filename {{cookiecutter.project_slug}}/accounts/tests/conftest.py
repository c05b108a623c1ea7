"""Fixtures for mail and browsers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from pytest_django import Settings

from accounts import mail

type Sent = Callable[[], list[EmailMessage]]

LINK = re.compile(r"https?://[^/\s]+(/\S+)")


def link_in(message: EmailMessage) -> Any:
    """Return the path of the first link in a message."""
    return LINK.findall(str(message.body))[0]


@pytest.fixture
def sent(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """A function that returns the messages sent so far. Tests never commit, so mails are sent at once."""
    settings.SENDS_MAIL = True
    monkeypatch.setattr("django.db.transaction.on_commit", lambda send: send())

    def read() -> list[EmailMessage]:
        mail.wait()
        return list(getattr(django_mail, "outbox", []))

    return read
