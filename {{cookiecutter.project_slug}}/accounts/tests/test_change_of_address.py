"""A new address needs the password, and proof that a message arrives there."""

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts.links import address_link
from accounts.models import User
from accounts.tests.conftest import Sent, link_in
from mcp_server.tests.fixtures import PASSWORD

pytestmark = pytest.mark.django_db

CHANGE = reverse("change_email")
NEW = "new@example.com"


def test_the_link_in_the_message_changes_the_address(client: Client, user: User, sent: Sent) -> None:
    client.force_login(user)

    client.post(CHANGE, {"email": "NEW@example.com", "password": PASSWORD})
    (message,) = sent()
    assert message.to == [NEW]
    link = link_in(message)
    assertContains(client.get(link), NEW)
    user.refresh_from_db()
    assert user.email == "user@example.com"  # mail scanners open links, too
    client.post(link)

    user.refresh_from_db()
    assert user.email == NEW
    assert sent()[-1].to == ["user@example.com"]
    assertContains(client.post(link), "This link does not work")  # once


def test_an_open_session_is_not_enough(client: Client, user: User, sent: Sent) -> None:
    client.force_login(user)

    assertContains(client.post(CHANGE, {"email": NEW, "password": "wrong"}), "This is not your password.")

    assert sent() == []


def test_answers_do_not_say_who_has_an_account(client: Client, user: User, admin: User, sent: Sent) -> None:
    client.force_login(user)

    answers = [
        client.post(CHANGE, {"email": email, "password": PASSWORD}, follow=True).content.decode()
        for email in (admin.email, NEW)
    ]

    assert answers[0].replace(admin.email, NEW).count(NEW) == answers[1].count(NEW)
    assert [message.to for message in sent()] == [[NEW]]


def test_the_link_of_another_account_changes_nothing(client: Client, user: User, admin: User) -> None:
    """Catches a link for one account that changes the address of another, whose user opens it."""
    client.force_login(admin)

    answer = client.post(address_link(user, NEW))

    assertContains(answer, "This link does not work")
    assert set(User.objects.values_list("email", flat=True)) == {user.email, admin.email}


@pytest.mark.parametrize("salt", ["accounts.change_email", "other"])
def test_a_link_that_was_made_up_or_used_after_another_changes_nothing(
    client: Client, user: User, salt: str
) -> None:
    token = signing.dumps([user.pk, "before@example.com", NEW], salt=salt)
    client.force_login(user)

    assertContains(client.post(reverse("confirm_email", args=[token])), "This link does not work")


def test_an_address_that_was_taken_meanwhile_stays_with_its_owner(client: Client, user: User) -> None:
    link = address_link(user, NEW)
    User.objects.create_user(email=NEW)
    client.force_login(user)

    assertContains(client.post(link), "This link does not work")


def test_who_is_not_signed_in_signs_in_first(client: Client, user: User) -> None:
    link = address_link(user, NEW)

    assertRedirects(client.get(link), f"{reverse('login')}?next={client.get(link).request['PATH_INFO']}")
