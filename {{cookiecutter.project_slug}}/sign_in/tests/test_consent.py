"""The consent page for users who sign in with more than a password."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertRedirects

from accounts.models import User
from oauth.tests import flow
from sign_in.tests.conftest import Issuer, let_pass
from sign_in.tests.test_second_factor import CODE_PAGE, SECRET, code, give_password

pytestmark = pytest.mark.django_db


def test_it_is_where_the_second_factor_leads_and_not_before(client: Client, user: User) -> None:
    TOTP.activate(user, SECRET)
    consent = flow.authorize_url(flow.register(client)["client_id"])
    give_password(client, user, consent)

    assert client.get(consent)["Location"].startswith("/accounts/login/?next=/oauth/authorize")
    assert client.post(consent, {"allow": "1", "limit": "all"})["Location"].startswith("/accounts/login/")
    assert not get_user(client).is_authenticated

    assertRedirects(client.post(CODE_PAGE, {"code": code()}), consent)


def test_who_must_have_a_second_factor_connects_nothing_before(
    client: Client, user: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED = "everyone"
    app = flow.register(client)["client_id"]
    client.force_login(user)

    answer = client.post(flow.authorize_url(app), {"allow": "1"})

    assertRedirects(answer, "/accounts/2fa/")


def test_apps_of_who_left_the_company_end_and_begin_again_with_a_log_in(
    client: Client, issuer: Issuer, user: User
) -> None:
    app = flow.register(client)["client_id"]
    consent = flow.authorize_url(app)
    assertRedirects(issuer.sign_in(client, consent), consent)
    tokens = flow.exchange(client, app, flow.consent(client, app)["code"]).json()

    let_pass(timedelta(days=7, minutes=1))
    answer = flow.refresh(client, app, tokens["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")

    issuer.sign_in(client)
    assert "code" in flow.consent(client, app)
