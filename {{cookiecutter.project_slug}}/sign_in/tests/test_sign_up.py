"""Creating an account without an invitation."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from accounts.tests.conftest import Sent, link_in
from sign_in import views
from sign_in.tests.conftest import Issuer

pytestmark = pytest.mark.django_db
PAGE = reverse("account_signup")
NEW = "a new long password"


@pytest.fixture(autouse=True)
def is_open(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SIGN_UP = ["example.com"]
    monkeypatch.setattr(views, "IS_OPEN", True)


def test_the_link_proves_the_address_and_sets_the_password(client: Client, sent: Sent) -> None:
    client.post(PAGE, {"email": "New@Example.com"})
    (message,) = sent()
    assert message.to == ["new@example.com"]

    form = client.get(link_in(message), follow=True).request["PATH_INFO"]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert client.login(username="new@example.com", password=NEW)


def test_nothing_tells_who_has_an_account(client: Client, user: User, sent: Sent) -> None:
    pages = [
        client.post(PAGE, {"email": email}).content
        for email in (user.email, "new@example.com", "new@example.org", "reports@service.invalid")
    ]

    assert len(set(pages)) == 1
    assert [message.to for message in sent()] == [[user.email], ["new@example.com"]]


def test_people_of_the_company_get_no_password(
    client: Client, issuer: Issuer, user: User, sent: Sent
) -> None:
    issuer.sign_in(client)
    before = len(sent())

    Client().post(PAGE, {"email": user.email})

    assert len(sent()) == before


def test_it_is_closed_unless_somebody_opens_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "IS_OPEN", False)

    assert client.post(PAGE, {"email": "new@example.com"}).status_code == 404
    assert not User.objects.exists()
