"""A forgotten password: the link in the mail, and attacks on it."""

import threading

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.links import password_link
from accounts.models import User
from accounts.tests.conftest import Sent, link_in
from mcp_server.tests.fixtures import PASSWORD

pytestmark = pytest.mark.django_db

RESET = reverse("password_reset")
NEW = {"new_password1": "another long password", "new_password2": "another long password"}


def open_link(client: Client, user: User) -> str:
    """Open a link to set a password, and return the address of the form."""
    return client.get(password_link(user)).headers["Location"]


def test_the_link_in_the_message_sets_a_password_once(client: Client, user: User, sent: Sent) -> None:
    client.post(RESET, {"email": "USER@example.com"})
    (message,) = sent()
    assert message.to == [user.email]
    form = client.get(link_in(message)).headers["Location"]

    assertContains(client.post(form, NEW, follow=True), "Password set")

    user.refresh_from_db()
    assert user.check_password(NEW["new_password1"])
    assertContains(Client().get(link_in(message), follow=True), "This link no longer works")


def test_of_two_who_opened_the_link_only_one_sets_a_password(user: User) -> None:
    """Catches a form that somebody else keeps open, and that still works after the owner used the link."""
    thief, owner = Client(), Client()
    form, _ = open_link(thief, user), open_link(owner, user)

    owner.post(form, NEW)
    answer = thief.post(form, {"new_password1": "of the thief 1", "new_password2": "of the thief 1"})

    assertContains(answer, "This link no longer works")
    user.refresh_from_db()
    assert user.check_password(NEW["new_password1"])


def test_a_new_password_ends_all_other_sessions(client: Client, user: User) -> None:
    thief = Client()
    thief.post(reverse("login"), {"username": user.email, "password": PASSWORD})
    assert get_user(thief).is_authenticated
    user.refresh_from_db()  # a link ends with the next log-in, too

    client.post(open_link(client, user), NEW)

    assert not get_user(thief).is_authenticated
    user.refresh_from_db()
    assert user.live_sessions() == []


def test_the_address_of_the_form_has_no_token_that_a_referer_could_tell(client: Client, user: User) -> None:
    link = password_link(user)
    token = link.rstrip("/").rpartition("/")[2]

    answer = client.get(link, follow=True)

    assert token not in answer.redirect_chain[0][0]
    assert token not in answer.content.decode()
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_link_leads_to_this_site_whatever_host_a_request_claims(
    client: Client, user: User, sent: Sent, settings: Settings, host: str
) -> None:
    settings.WEB_BASE_URL = "https://this-site.example"

    client.post(RESET, {"email": user.email}, headers={"Host": host, "X-Forwarded-Host": "evil.example"})

    (message,) = sent()
    assert f"https://this-site.example{link_in(message)}" in message.body
    assert host not in message.body.replace("this-site.example", "")


def test_answers_are_the_same_for_everybody_and_wait_for_no_mail(
    client: Client, user: User, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an answer, or a time that it takes, which shows whether the account exists."""
    User.objects.create_user(email="invited@example.com")
    User.objects.create_user(email="inactive@example.com", password=PASSWORD, is_active=False)
    is_answered = threading.Event()
    waited = []
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda _: waited.append(is_answered.wait(5)))

    answers = {
        client.post(RESET, {"email": email}, follow=True).content
        for email in (user.email, "nobody@example.com", "invited@example.com", "inactive@example.com")
    }
    is_answered.set()
    sent()

    assert len(answers) == 1
    assert waited == [True]


def test_a_mail_server_that_is_away_is_logged(
    client: Client, user: User, sent: Sent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)

    assertRedirects(client.post(RESET, {"email": user.email}), reverse("password_reset_done"))

    sent()
    assert "was not sent: check EMAIL_URL." in caplog.text


def test_without_mail_nothing_is_promised(client: Client, user: User, sent: Sent, settings: Settings) -> None:
    settings.SENDS_MAIL = False

    client.post(RESET, {"email": user.email})

    assert sent() == []
