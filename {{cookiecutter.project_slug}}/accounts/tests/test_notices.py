"""Users get a mail about each new credential that can act as them."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from accounts.development_mail import EmailBackend, messages
from accounts.models import User
from accounts.tests.conftest import Sent
from mcp_server.models import MCPToken

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(user: User) -> User:
    """A user who has signed in before."""
    user.last_login = timezone.now()
    user.save()
    return user


def test_of_a_new_token(person: User, sent: Sent) -> None:
    token = MCPToken.objects.create(user=person, name="Bob & Co\nBcc: evil@example.com")
    token.revoke()

    (message,) = sent()
    assert message.to == [person.email]
    assert message.subject == "A new token at " + message.subject.partition(" at ")[2]
    assert "Bob & Co" in message.body
    assert token.token not in message.body
    assert message.recipients() == [person.email]


def test_who_never_signed_in_has_nothing_to_check(user: User, sent: Sent) -> None:
    MCPToken.objects.create(user=user, name="made by an administrator")

    assert sent() == []


def test_in_development_messages_are_logged_and_on_a_page(
    rf: RequestFactory, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAIL_FOLDER = tmp_path / "mail"
    caplog.set_level("INFO")

    for subject in ("First", "Second"):
        message = EmailMessage(subject, "https://link.example/x", to=["a@example.com"])
        EmailBackend(alias="default").send_messages([message])

    request = rf.get("/accounts/mail/")
    request.user = AnonymousUser()
    page = messages(request).content.decode()
    assert page.index("Second") < page.index("First")
    assert 'href="https://link.example/x"' in page
    assert "Mail to a@example.com: First" in caplog.text
