"""Sends mail in the background: the time of a response must not reveal whether an account exists."""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User

logger = logging.getLogger(__name__)

# Its thread starts with the first message. Python waits for it before the process exits.
_executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send(template: str, user: User, to: str = "", **context: Any) -> None:
    """Send `mail/<template>.txt` to a user, after the transaction commits. Its first line is the subject.

    Nothing is sent without EMAIL_URL, nor to service accounts, whose addresses do not exist.

    Args:
        template: the name of the template.
        user: the user whose account the message is about.
        to: the address to send to, if it is not that of the user.
        **context: further variables of the template.
    """
    if not settings.SENDS_MAIL or user.is_service:
        return
    context |= {"user": user, "site": settings.PROJECT_NAME, "url": settings.WEB_BASE_URL}
    subject, _, body = render_to_string(f"mail/{template}.txt", context).partition("\n")
    message = EmailMessage(subject.strip(), body.strip() + "\n", to=[to or user.email])
    transaction.on_commit(partial(_executor.submit, _deliver, message))


def wait() -> None:
    """Wait until all messages so far are sent, for commands and tests."""
    _executor.submit(str).result()


def _deliver(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        logger.exception("The message “%s” was not sent: check EMAIL_URL.", message.subject)
