"""Second factors, and which users need one. The template's repository tests passkeys in a browser."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User
from accounts.tests.conftest import Sent
from mcp_server.tests.fixtures import PASSWORD
from sign_in.tests.conftest import Issuer

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"
CODE_PAGE = reverse("mfa_authenticate")


def code(secret: str = SECRET) -> str:
    """Return the current code of an authenticator app."""
    _before, now, _after = yield_hotp_counters_from_time()
    return str(format_hotp_value(hotp_value(secret, now)))


@pytest.fixture
def factor(user: User) -> Authenticator:
    """Give the user an authenticator app and recovery codes."""
    RecoveryCodes.activate(user)
    return TOTP.activate(user, SECRET).instance


def give_password(client: Client, user: User, next_page: str = "") -> Any:
    form = {"username": user.email, "password": PASSWORD, "next": next_page}
    return client.post(reverse("login"), form)


def test_the_way_goes_on_after_the_code(client: Client, user: User, factor: Authenticator) -> None:
    assertRedirects(give_password(client, user, "/accounts/"), CODE_PAGE)
    assert not get_user(client).is_authenticated

    assertContains(client.post(CODE_PAGE, {"code": "000000"}), "Incorrect code.")
    assertRedirects(client.post(CODE_PAGE, {"code": code()}), "/accounts/")
    assert get_user(client) == user


def test_a_code_works_once(client: Client, user: User, factor: Authenticator) -> None:
    used = code()
    for expected in (302, 200):
        browser = Client()
        give_password(browser, user)
        assert browser.post(CODE_PAGE, {"code": used}).status_code == expected

    recovery = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
    for expected in (302, 200):
        browser = Client()
        give_password(browser, user)
        assert browser.post(CODE_PAGE, {"code": recovery}).status_code == expected


def test_no_page_is_a_way_around_it(client: Client, admin: User) -> None:
    TOTP.activate(admin, SECRET)
    give_password(client, admin)

    for page in ("/admin/", "/tokens/", "/accounts/", reverse("mfa_index")):
        assert client.get(page)["Location"].startswith(("/accounts/login/", "/admin/login/")), page
    form = {"username": admin.email, "password": PASSWORD}
    answer = Client().post("/admin/login/?next=/admin/", form)
    assertRedirects(answer, "/accounts/login/?next=%2Fadmin%2F")


def test_the_issuer_does_not_replace_it(
    client: Client, issuer: Issuer, user: User, factor: Authenticator
) -> None:
    assertRedirects(issuer.sign_in(client, "/accounts/"), CODE_PAGE)

    assertRedirects(client.post(CODE_PAGE, {"code": code()}), "/accounts/")


def test_codes_are_guessed_as_slowly_as_passwords_from_any_address(user: User, factor: Authenticator) -> None:
    answers = []
    for _ in range(11):
        browser = Client(headers={"X-Forwarded-For": "203.0.113.1"})
        give_password(browser, user)
        answers.append(browser.post(CODE_PAGE, {"code": "000000"}).status_code)

    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize("required", ["staff", "everyone"])
def test_who_must_have_one_sees_nothing_before(
    client: Client, user: User, settings: Settings, sent: Sent, required: str
) -> None:
    settings.MFA_REQUIRED = required
    User.objects.update(is_staff=required == "staff")
    give_password(client, user)

    assertRedirects(client.get("/tokens/?page=2"), reverse("mfa_index"))
    assertRedirects(client.post("/tokens/", {"name": "laptop"}), reverse("mfa_index"))
    assertContains(client.get(reverse("mfa_index")), "This site requires a second factor")

    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})

    assertContains(client.get(reverse("mfa_index")), 'href="/tokens/?page=2"')
    assert client.get("/tokens/").status_code == 200
    assert sent()[0].subject.startswith("Authenticator App Activated")


def test_others_need_none(client: Client, user: User, settings: Settings) -> None:
    settings.MFA_REQUIRED = "staff"
    give_password(client, user)

    assert client.get("/tokens/").status_code == 200


def test_an_open_session_is_not_enough_to_remove_it(
    client: Client, user: User, factor: Authenticator
) -> None:
    client.force_login(user)
    session = client.session
    session["started_at"] = "2026-01-01T00:00:00+00:00"
    session.save()

    answer = client.post(reverse("mfa_deactivate_totp"))

    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(reverse("account_reauthenticate"), {"password": "wrong"}).status_code == 200
    assert Authenticator.objects.filter(pk=factor.pk).exists()
    client.post(answer["Location"], {"password": PASSWORD})
    assert not Authenticator.objects.filter(pk=factor.pk).exists()


def test_its_pages_look_like_the_site(client: Client, user: User, factor: Authenticator) -> None:
    give_password(client, user)
    assertContains(client.get(CODE_PAGE), 'class="brand"')
    client.post(CODE_PAGE, {"code": code()})

    for page in ("mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes"):
        assertContains(client.get(reverse(page)), 'class="brand"')
    assertContains(client.get(reverse("account")), reverse("mfa_index"))
