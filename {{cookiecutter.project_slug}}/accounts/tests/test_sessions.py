"""The list of a user's sessions, and how they end one."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Session, User
from mcp_server.tests.fixtures import PASSWORD

pytestmark = pytest.mark.django_db

ACCOUNT = reverse("account")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Safari/604.1"


def sign_in(user: User, user_agent: str = "curl/8") -> Client:
    client = Client(headers={"User-Agent": user_agent, "X-Forwarded-For": "203.0.113.7"})
    client.post(reverse("login"), {"username": user.email, "password": PASSWORD})
    return client


def test_they_are_listed_and_ended_one_by_one(user: User) -> None:
    here, phone = sign_in(user), sign_in(user, PHONE)
    page = here.get(ACCOUNT)
    assertContains(page, "Safari on iPhone")
    assertContains(page, "203.0.113.7")
    (other,) = [session for session in user.live_sessions() if "iPhone" in session.browser]

    here.post(reverse("end_session", args=[other.public_id]))

    assert not get_user(phone).is_authenticated
    assert get_user(here).is_authenticated


def test_all_others_end_at_once(user: User) -> None:
    here, *others = [sign_in(user) for _ in range(3)]

    here.post(reverse("end_other_sessions"))

    assert [get_user(client).is_authenticated for client in (here, *others)] == [True, False, False]


def test_nobody_ends_or_reads_the_session_of_another(user: User, admin: User) -> None:
    theirs, mine = sign_in(admin, PHONE), sign_in(user)
    (session,) = admin.live_sessions()

    assert mine.post(reverse("end_session", args=[session.public_id])).status_code == 404
    assertNotContains(mine.get(ACCOUNT), "iPhone")
    assert get_user(theirs).is_authenticated


def test_the_page_does_not_tell_the_key_of_a_session(user: User) -> None:
    page = sign_in(user).get(ACCOUNT).content.decode()

    assert Session.objects.exists()
    assert all(session.session_key not in page for session in Session.objects.all())


def test_a_session_that_a_new_password_ended_is_not_listed(user: User) -> None:
    sign_in(user)
    user.set_password("another long password")
    user.save()

    assert user.live_sessions() == []


def test_what_cannot_be_a_key_is_not_looked_up(django_assert_num_queries: Any) -> None:
    """PostgreSQL cannot compare a NUL: anybody got a 500 from each page with such a cookie."""
    client = Client()
    client.cookies.load(rf'{settings.SESSION_COOKIE_NAME}="\000aaaaaaaa"')
    with django_assert_num_queries(0):
        assert client.get(reverse("mcp_server:home")).status_code == 200
