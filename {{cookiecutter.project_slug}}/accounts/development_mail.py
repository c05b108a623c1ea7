"""Development without a mail server: messages are logged, and shown at `/accounts/mail/`."""

import logging
import time
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)
LATEST = 20


class EmailBackend(BaseEmailBackend):
    """Keeps each message in a file of `.mail/`, where every process of the project finds it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write and log the messages."""
        settings.MAIL_FOLDER.mkdir(exist_ok=True)
        for message in email_messages:
            path = settings.MAIL_FOLDER / f"{time.time_ns()}.eml"
            path.write_bytes(message.message().as_bytes())
            logger.info("Mail to %s: %s\n\n%s", ", ".join(message.to), message.subject, message.body)
        return len(email_messages)


def messages(request: HttpRequest) -> HttpResponse:
    """Show the latest messages to anyone: the address exists with DEBUG only."""
    return render(request, "accounts/development_mail.html", {"mails": list(_latest())})


def _latest() -> Iterator[dict[str, Any]]:
    for path in sorted(settings.MAIL_FOLDER.glob("*.eml"), reverse=True)[:LATEST]:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        yield {"to": message["To"], "subject": message["Subject"], "text": message.get_content()}
