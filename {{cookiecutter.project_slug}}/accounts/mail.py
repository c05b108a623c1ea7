"""Messages to people. They are sent in the background, so how long an answer takes gives nothing away."""

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

# Its thread starts with the first message, and Python waits for it at the end.
_executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send(template: str, user: User, to: str = "", **context: Any) -> None:
    """Send `mail/<template>.txt` to a user, once what was saved is saved. Its first line is the subject.

    Nothing is sent without EMAIL_URL, nor to service accounts, whose addresses do not exist.

    Args:
        template: its name.
        user: whose account it is about.
        to: another address than that of the user.
        **context: what the template shows besides.
    """
    if not settings.SENDS_MAIL or user.is_service:
        return
    context |= {"user": user, "site": settings.PROJECT_NAME, "url": settings.WEB_BASE_URL}
    subject, _, body = render_to_string(f"mail/{template}.txt", context).partition("\n")
    message = EmailMessage(subject.strip(), body.strip() + "\n", to=[to or user.email])
    transaction.on_commit(partial(_executor.submit, _deliver, message))


def wait() -> None:
    """Return when all messages so far are sent, for commands and tests."""
    _executor.submit(str).result()


def _deliver(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        logger.exception("The message “%s” was not sent: check EMAIL_URL.", message.subject)
