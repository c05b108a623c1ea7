"""Users who sign in at the company's issuer."""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from accounts.tests.conftest import Sent
from mcp_server.models import MCPToken
from mcp_server.tests.fixtures import PASSWORD
from sign_in.tests.conftest import LOGIN, Issuer, leave, let_pass

pytestmark = pytest.mark.django_db


def test_who_was_invited_gets_in_and_is_known_by_the_issuers_id_from_then_on(
    client: Client, issuer: Issuer, user: User
) -> None:
    assertContains(client.get(reverse("login")), "Sign in with Acme")

    assertRedirects(issuer.sign_in(client, "/accounts/"), "/accounts/")
    assert get_user(client) == user

    issuer.be("1", email="renamed@example.com", email_verified=True)
    issuer.sign_in(other := Client())
    assert get_user(other) == user
    assert "code_verifier" in issuer.redeemed[0]


def test_who_was_not_invited_stays_out(client: Client, issuer: Issuer) -> None:
    assertContains(issuer.sign_in(client), "Ask an administrator to invite you")

    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("sign_up", "may"), [(["example.com"], True), (["example.org"], False), (["open"], True)]
)
def test_an_account_is_made_for_a_domain(
    client: Client, issuer: Issuer, settings: Settings, sign_up: list[str], may: bool
) -> None:
    settings.SIGN_UP = sign_up

    issuer.sign_in(client)

    assert [(user.email, user.is_staff) for user in User.objects.all()] == [("user@example.com", False)] * may
    assert get_user(client).is_authenticated is may


@pytest.mark.parametrize("address", ["user@example.com", "new@example.com"])
def test_an_address_that_is_not_verified_is_nobodys(
    client: Client, issuer: Issuer, user: User, settings: Settings, address: str
) -> None:
    settings.SIGN_UP = ["open"]
    issuer.be("1", email=address, email_verified=False)

    issuer.sign_in(client)

    assert not get_user(client).is_authenticated
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1

    # Entra marks no address as verified. The owner may name a domain whose addresses are.
    (app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    app["settings"]["verified_email"] = ["example.com"]
    issuer.sign_in(client)
    assert get_user(client).is_authenticated


def test_the_address_of_somebody_who_left_gives_nobody_their_account(
    client: Client, issuer: Issuer, user: User
) -> None:
    issuer.sign_in(client)
    issuer.be("2", email=user.email, email_verified=True)

    issuer.sign_in(successor := Client())

    assert not get_user(successor).is_authenticated


def test_nobody_signs_in_as_a_service_account(client: Client, issuer: Issuer, settings: Settings) -> None:
    settings.SIGN_UP = ["open"]
    User.objects.create_user("reports@service.invalid", is_service=True)
    for address in ("reports@service.invalid", "other@service.invalid"):
        issuer.be("1", email=address, email_verified=True)
        issuer.sign_in(client)

    assert not get_user(client).is_authenticated
    assert User.objects.count() == 1


def test_an_account_that_was_closed_here_is_closed(client: Client, issuer: Issuer, user: User) -> None:
    User.objects.update(is_active=False)

    assertRedirects(issuer.sign_in(client), reverse("account_inactive"))
    assert not get_user(client).is_authenticated


def test_people_of_the_company_come_no_other_way(
    client: Client, issuer: Issuer, user: User, login_page: str
) -> None:
    issuer.sign_in(client)
    user.refresh_from_db()
    assert not user.has_usable_password()
    user.set_password(PASSWORD)  # as an administrator may
    user.save()
    issuer.sign_in(client)
    assertNotContains(client.get(reverse("account")), "Change ")

    answer = Client().post(login_page, {"username": user.email, "password": PASSWORD}, follow=True)

    assertContains(answer, "Sign in with Acme.")
    assert not answer.wsgi_request.user.is_authenticated


def test_groups_are_those_of_the_company(
    client: Client, issuer: Issuer, user: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OIDC_GROUPS_CLAIM = "groups"
    sales, _ = Group.objects.create(name="sales"), user.groups.create(name="support")
    claims: dict[str, Any] = {"email": user.email, "email_verified": True, "is_superuser": True}

    issuer.be("1", groups=["sales", "unknown"], **claims)
    issuer.sign_in(client)
    assert list(user.groups.all()) == [sales]
    assert not Group.objects.filter(name="unknown").exists()

    issuer.be("1", **claims)
    issuer.sign_in(client)
    assert not user.groups.exists()
    assert "sent no claim 'groups'" in caplog.text
    user.refresh_from_db()
    assert not user.is_superuser


def test_access_of_who_left_ends_by_itself(client: Client, issuer: Issuer, user: User) -> None:
    issuer.sign_in(client)
    user.refresh_from_db()
    (session,) = user.live_sessions()
    assert timedelta(hours=11) < session.expire_date - timezone.now() <= timedelta(hours=12)
    token = MCPToken.objects.create(user=user, name="laptop")
    assert token.is_valid

    let_pass(timedelta(days=7, minutes=1))
    assert token.refusal == "sign in again"

    issuer.sign_in(client)
    assert token.is_valid


def test_others_keep_their_access_and_nobody_is_looked_up_twice(
    issuer: Issuer, user: User, django_assert_num_queries: Any
) -> None:
    token = MCPToken.objects.create(user=user, name="laptop")
    with django_assert_num_queries(1):
        assert token.is_valid
        assert token.is_valid


def test_who_has_no_password_signs_in_again_before_a_second_factor_changes(
    client: Client, issuer: Issuer, user: User
) -> None:
    issuer.sign_in(client)
    page = reverse("mfa_activate_totp")
    assert client.get(page).status_code == 200

    session = client.session
    session["started_at"] = (timezone.now() - timedelta(minutes=6)).isoformat()
    session.save()
    again = f"{LOGIN}?next={page.replace('/', '%2F')}"
    assertRedirects(client.get(page), again, fetch_redirect_response=False)
    asked = dict(parse_qsl(urlsplit(client.post(again)["Location"]).query))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")

    issuer.id_token["auth_time"] = int(time.time()) - 3600  # it asked for nothing
    assert issuer.sign_in(client, page)["Location"] == page
    assert client.get(page)["Location"].startswith(LOGIN)

    issuer.id_token["auth_time"] = int(time.time())
    assertRedirects(issuer.sign_in(client, page), page)


def test_people_hear_of_a_new_way_to_sign_in_as_them(
    client: Client, issuer: Issuer, user: User, sent: Sent
) -> None:
    issuer.sign_in(client)

    (message,) = sent()
    assert "Connected" in message.subject
    assert message.to == [user.email]


def test_an_issuer_that_is_away_is_said_in_a_sentence(
    client: Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_to_connect(*_: Any, **_options: Any) -> None:
        raise requests.ConnectionError("no route")

    monkeypatch.setattr(Issuer, "send", fail_to_connect)

    assertContains(client.post(LOGIN), "The log-in with Acme did not work.", status_code=401)


# Attacks


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "http://127.0.0.1:33418/callback"]
)
def test_nobody_is_led_to_another_site(client: Client, issuer: Issuer, user: User, address: str) -> None:
    assert issuer.sign_in(client, address)["Location"] == reverse("mcp_server:tokens")


def test_an_answer_is_taken_once_and_by_the_browser_that_asked(
    client: Client, issuer: Issuer, user: User
) -> None:
    answer = {"code": "c", "state": leave(client)}
    stranger = Client()
    assert stranger.get(f"{LOGIN}callback/", answer).status_code == 401
    assert client.get(f"{LOGIN}callback/", answer).status_code == 302
    client.logout()

    assert client.get(f"{LOGIN}callback/", answer).status_code == 401
    assert not get_user(client).is_authenticated
    assert len(issuer.redeemed) == 1


def test_nobody_takes_a_second_account_at_the_company(client: Client, issuer: Issuer, user: User) -> None:
    client.force_login(user)
    query = {"process": "connect"}
    state = dict(parse_qsl(urlsplit(client.post(LOGIN, query_params=query)["Location"]).query))["state"]

    answer = client.get(f"{LOGIN}callback/", {"code": "c", "state": state}, follow=True)

    assertContains(answer, "Sign out, and sign in with Acme.")
    assert not SocialAccount.objects.exists()


def test_issuers_are_not_mixed_up(client: Client, issuer: Issuer, user: User, settings: Settings) -> None:
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps.append(apps[0] | {"provider_id": "other", "client_id": "other"})
    other = "/accounts/oidc/other/login/callback/"
    assert client.get(other, {"code": "c", "state": leave(client)}).status_code == 401
    assert issuer.redeemed == []

    assert issuer.sign_in(client, iss="https://evil.example").status_code == 401
    for claim, value in {"iss": "https://evil.example", "aud": "other", "exp": 1, "sub": "2"}.items():
        right, issuer.id_token = issuer.id_token, issuer.id_token | {claim: value}
        assert issuer.sign_in(client).status_code == 401, claim
        issuer.id_token = right
    assert not SocialAccount.objects.exists()
