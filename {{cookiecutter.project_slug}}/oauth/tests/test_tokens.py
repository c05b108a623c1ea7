"""Tokens are issued only to the right client."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant, RefreshToken
from oauth2_provider.settings import oauth2_settings

from oauth.scopes import READ, WRITE
from oauth.tests.flow import connect, consent, exchange, refresh, register
from operations.users import User

pytestmark = pytest.mark.django_db


def test_every_gate_of_rfc_9700_is_on() -> None:
    gates = [name for name in oauth2_settings.defaults if name.startswith("COMPLIANT_BCP_RFC9700_")]
    assert len(gates) == 10
    assert [gate for gate in gates if not getattr(oauth2_settings, gate)] == []


def test_an_access_token_is_good_for_the_time_of_the_setting(signed_in: Client) -> None:
    tokens = connect(signed_in)
    assert tokens["expires_in"] == settings.OAUTH_TOKEN_SECONDS
    assert tokens["token_type"] == "Bearer"
    assert tokens["scope"].split() == [READ, WRITE]


def test_tokens_are_stored_as_hashes(signed_in: Client) -> None:
    tokens = connect(signed_in)
    rows = [*AccessToken.objects.values(), *RefreshToken.objects.values(), *Grant.objects.values()]
    assert tokens["access_token"] not in str(rows)
    assert tokens["refresh_token"] not in str(rows)


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "wrong" * 10},
        {"code_verifier": None},
        {"code": "wrong"},
        {"code": None},
        {"redirect_uri": "https://evil.example/callback"},
        {"client_id": "unknown"},
        {"client_id": None},
    ],
)
def test_a_code_is_good_only_for_who_asked_for_it(signed_in: Client, changed: dict[str, Any]) -> None:
    client_id = register(signed_in)["client_id"]
    code = consent(signed_in, client_id)["code"]
    form = {"client_id": client_id, "code": code} | changed
    answer = exchange(signed_in, form.pop("client_id"), form.pop("code"), **form)
    assert answer.status_code in {400, 401}
    assert answer.json()["error"] in {"invalid_grant", "invalid_request", "invalid_client"}
    assert not AccessToken.objects.exists()


def test_a_code_is_good_only_for_its_client(signed_in: Client) -> None:
    code = consent(signed_in, register(signed_in)["client_id"])["code"]
    answer = exchange(signed_in, register(signed_in)["client_id"], code)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_code_is_good_once_and_for_a_minute(signed_in: Client) -> None:
    client_id = register(signed_in)["client_id"]
    code = consent(signed_in, client_id)["code"]
    assert exchange(signed_in, client_id, code).status_code == 200
    assert exchange(signed_in, client_id, code).json()["error"] == "invalid_grant"
    code = consent(signed_in, client_id)["code"]
    Grant.objects.update(expires=timezone.now())
    assert exchange(signed_in, client_id, code).json()["error"] == "invalid_grant"


def test_a_code_that_is_used_again_ends_its_tokens(signed_in: Client) -> None:
    """Somebody else may know the code (RFC 6749, section 4.1.2). Other sign-ins go on.

    A client that sends its code twice by mistake, such as a page that React renders twice, stays connected.
    """
    other = connect(signed_in)
    client_id = register(signed_in)["client_id"]
    code = consent(signed_in, client_id)["code"]
    first = exchange(signed_in, client_id, code).json()
    second = refresh(signed_in, client_id, first["refresh_token"]).json()
    assert exchange(signed_in, other["client_id"], code).json()["error"] == "invalid_grant"
    assert exchange(signed_in, client_id, code).json()["error"] == "invalid_grant"
    assert AccessToken.objects.count() == 2  # neither another app nor a second try ends anything

    later = timedelta(seconds=oauth2_settings.REFRESH_TOKEN_GRACE_PERIOD_SECONDS + 1)
    RefreshToken.objects.update(created=timezone.now() - later)
    assert exchange(signed_in, other["client_id"], code).json()["error"] == "invalid_grant"
    assert AccessToken.objects.count() == 2
    assert exchange(signed_in, client_id, code).json()["error"] == "invalid_grant"

    assert refresh(signed_in, client_id, second["refresh_token"]).json()["error"] == "invalid_grant"
    assert AccessToken.objects.get().application.client_id == other["client_id"]
    assert refresh(signed_in, other["client_id"], other["refresh_token"]).status_code == 200


def test_a_client_that_refreshes_twice_at_the_same_time_gets_tokens_twice(signed_in: Client) -> None:
    """Catches empty tokens in the second answer, which the library makes because it stores only hashes."""
    first = connect(signed_in)
    answers = [refresh(signed_in, first["client_id"], first["refresh_token"]).json() for _ in range(3)]
    assert len({answer["access_token"] for answer in answers}) == 3
    assert all(answer["access_token"] and answer["refresh_token"] for answer in answers)
    # Both pairs of tokens stay valid.
    for answer in answers:
        assert refresh(signed_in, first["client_id"], answer["refresh_token"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_requests_that_meet_in_the_database_get_tokens_too(signed_in: Client) -> None:
    first = connect(signed_in)
    together = Barrier(4)

    def run(_: int) -> Any:
        together.wait()
        try:
            return refresh(Client(), first["client_id"], first["refresh_token"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(run, range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["access_token"] for answer in answers} - {""}) == 4
    assert len(set(RefreshToken.objects.values_list("token_family", flat=True))) == 1


@pytest.mark.django_db(transaction=True)
def test_of_requests_with_one_code_one_gets_tokens(signed_in: Client) -> None:
    client_id = register(signed_in)["client_id"]
    code = consent(signed_in, client_id)["code"]
    together = Barrier(4)

    def run(_: int) -> Any:
        together.wait()
        try:
            return exchange(Client(), client_id, code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(run, range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert {answer.json().get("error") for answer in answers} == {None, "invalid_grant"}


def test_a_refresh_token_used_after_the_grace_period_ends_the_whole_family(signed_in: Client) -> None:
    first = connect(signed_in)
    second, third = (refresh(signed_in, first["client_id"], first["refresh_token"]).json() for _ in range(2))
    later = timezone.now() - timedelta(seconds=oauth2_settings.REFRESH_TOKEN_GRACE_PERIOD_SECONDS + 1)
    RefreshToken.objects.exclude(revoked=None).update(revoked=later)
    assert refresh(signed_in, first["client_id"], first["refresh_token"]).json()["error"] == "invalid_grant"
    for tokens in (second, third):
        answer = refresh(signed_in, first["client_id"], tokens["refresh_token"])
        assert answer.json()["error"] == "invalid_grant"
    assert not AccessToken.objects.exists()


def test_a_refresh_token_ends_when_it_was_not_used_for_long(signed_in: Client) -> None:
    tokens = connect(signed_in)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=settings.OAUTH_IDLE_DAYS, seconds=1))
    assert refresh(signed_in, tokens["client_id"], tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_good_only_for_its_client(signed_in: Client) -> None:
    tokens = connect(signed_in)
    other = register(signed_in)["client_id"]
    assert refresh(signed_in, other, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_client_can_ask_for_less_and_never_for_more(signed_in: Client) -> None:
    client_id = register(signed_in)["client_id"]
    tokens = exchange(signed_in, client_id, consent(signed_in, client_id, scope=READ)["code"]).json()
    assert tokens["scope"] == READ
    answer = refresh(signed_in, client_id, tokens["refresh_token"], scope=f"{READ} {WRITE}")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_the_tokens_of_a_disabled_user_are_not_renewed(signed_in: Client, user: User) -> None:
    tokens = connect(signed_in)
    code = consent(signed_in, tokens["client_id"])["code"]
    user.is_active = False
    user.save()
    answer = refresh(signed_in, tokens["client_id"], tokens["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert exchange(signed_in, tokens["client_id"], code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "grant",
    ["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "x", ""],
)
def test_there_is_no_other_grant(signed_in: Client, user: User, grant: str) -> None:
    form = {"grant_type": grant, "client_id": register(signed_in)["client_id"]}
    answer = signed_in.post("/oauth/token", form | {"username": user.email, "password": "x"})
    assert answer.status_code == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "invalid_request"}


def test_a_refresh_token_that_was_used_ends_what_it_became(signed_in: Client) -> None:
    """Catches an app that stays connected: one of its processes refreshed, and the other signed out."""
    tokens = connect(signed_in)
    client_id, first = tokens["client_id"], tokens["refresh_token"]
    second, third = (refresh(signed_in, client_id, first).json() for _ in range(2))
    assert signed_in.post("/oauth/revoke", {"token": first, "client_id": client_id}).status_code == 200
    assert not AccessToken.objects.exists()
    for given in (first, second["refresh_token"], third["refresh_token"]):
        assert refresh(signed_in, client_id, given).json()["error"] == "invalid_grant"


def test_a_token_is_given_back_only_by_its_client(signed_in: Client) -> None:
    tokens = connect(signed_in)
    form = {"token": tokens["refresh_token"], "client_id": register(signed_in)["client_id"]}
    signed_in.post("/oauth/revoke", form)
    assert refresh(signed_in, tokens["client_id"], tokens["refresh_token"]).status_code == 200
