"""Limits for guesses of passwords. Answers do not show whether an account exists."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.models import Attempt, User
from accounts.throttle import GUESSES, LIMITS, Rule
from mcp_server.tests.fixtures import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = reverse("login")
PER_ADDRESS = GUESSES[0].attempts


def guess(client: Client, email: str, password: str = "", address: str = "203.0.113.1") -> int:
    form = {"username": email, "password": password or "wrong"}
    return client.post(LOGIN, form, headers={"X-Forwarded-For": address}).status_code


@pytest.mark.parametrize("email", ["user@example.com", "nobody@example.com"])
def test_guesses_end_the_same_way_for_an_account_and_for_none(client: Client, user: User, email: str) -> None:
    answers = [guess(client, email) for _ in range(PER_ADDRESS + 2)]

    assert answers == [200] * PER_ADDRESS + [429] * 2
    # Even the right password is refused now. Otherwise, the answer would show that it is right.
    assert guess(client, email, PASSWORD) == 429
    assert not get_user(client).is_authenticated


def test_the_answer_says_how_long_to_wait(client: Client, user: User) -> None:
    for _ in range(PER_ADDRESS):
        guess(client, user.email)

    answer = client.post(LOGIN, {"username": user.email}, headers={"X-Forwarded-For": "203.0.113.1"})

    assertContains(answer, "Wait 15 minutes", status_code=429)
    assert answer.headers["Retry-After"] == "900"


def test_spellings_of_one_account_are_counted_together(client: Client, user: User) -> None:
    """Catches more guesses by spellings that the log-in accepts for one account."""
    spellings = ["user@example.com", " USER@example.com", "\uff55ser@example.com", "user@EXAMPLE.com "]
    for i in range(PER_ADDRESS):
        assert guess(client, spellings[i % 4]) == 200

    assert guess(client, "User@Example.Com") == 429


def test_one_computer_cannot_lock_anybody_out(client: Client, user: User) -> None:
    for _ in range(PER_ADDRESS + 5):
        guess(client, user.email, address="198.51.100.9")

    assert guess(client, user.email, PASSWORD, address="203.0.113.1") == 302
    assert GUESSES[1].attempts > GUESSES[0].attempts * (GUESSES[1].period / GUESSES[0].period)


def test_who_waits_is_let_in_however_often_they_tried(client: Client, user: User) -> None:
    for _ in range(PER_ADDRESS * 2):
        guess(client, user.email)
    assert guess(client, user.email, PASSWORD) == 429
    for attempt in Attempt.objects.all():
        attempt.time -= timedelta(minutes=16)
        attempt.save()

    assert guess(client, user.email, PASSWORD) == 302


def test_a_log_in_is_no_guess(user: User) -> None:
    for _ in range(PER_ADDRESS + 1):
        assert guess(Client(), user.email, PASSWORD) == 302
    assert not Attempt.objects.exists()


def test_many_addresses_are_counted_together(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "login", Rule((GUESSES[1]._replace(attempts=3),), account="username"))

    answers = [guess(client, user.email, address=f"198.51.100.{i}") for i in range(4)]

    assert answers == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "address",
    ["1.2.3.{}, 203.0.113.1", "2001:db8:0:1::{}"],
    ids=["what a client sent before the proxy", "addresses of one subscriber"],
)
def test_another_address_cannot_be_made_up(client: Client, user: User, address: str) -> None:
    for i in range(PER_ADDRESS):
        assert guess(client, user.email, address=address.format(i + 1)) == 200

    assert guess(client, user.email, address=address.format(99)) == 429


def test_who_comes_by_ipv4_to_a_server_of_ipv6_is_not_everybody(client: Client, user: User) -> None:
    """Catches counting all IPv4 visitors of a server at [::] as one, so that one keeps out the others."""
    for i in range(GUESSES[2].attempts):
        guess(client, f"{i}@example.com", address="::ffff:198.51.100.9")

    assert guess(client, "1@example.com", address="::ffff:198.51.100.9") == 429
    assert guess(client, user.email, PASSWORD, address="::ffff:203.0.113.1") == 302


def test_the_log_in_of_the_admin_counts_too(client: Client, admin: User) -> None:
    for _ in range(PER_ADDRESS):
        guess(client, admin.email)

    form = {"username": admin.email, "password": PASSWORD}
    answer = client.post(reverse("admin:login"), form, headers={"X-Forwarded-For": "203.0.113.1"})

    assert answer.status_code == 429


def test_an_open_session_is_not_enough_to_guess_the_password(client: Client, user: User) -> None:
    client.force_login(user)
    form = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}

    answers = [client.post(reverse("password_change"), form).status_code for _ in range(PER_ADDRESS + 1)]

    assert answers[-2:] == [200, 429]


@pytest.mark.parametrize("email", ["user@example.com", "nobody@example.com"])
def test_nobody_is_flooded_with_mail(client: Client, user: User, email: str) -> None:
    answers = [client.post(reverse("password_reset"), {"email": email}).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]


def test_what_is_counted_names_nobody(client: Client, user: User) -> None:
    guess(client, user.email)

    keys = " ".join(Attempt.objects.values_list("key", flat=True))
    assert keys
    assert set(keys) <= set("0123456789abcdef ")


def test_attempts_of_a_clock_that_was_ahead_keep_nobody_out(client: Client, user: User) -> None:
    for _ in range(PER_ADDRESS + 1):
        guess(client, user.email)
    Attempt.objects.update(time=timezone.now() + timedelta(hours=5))

    assert guess(client, user.email) == 200
    assert Attempt.objects.filter(time__gt=timezone.now()).count() == 0
