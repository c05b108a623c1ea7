"""The daily command that deletes unused apps and expired tokens."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from oauth.models import Connection
from oauth.tests.flow import connect, consent, refresh, register
from operations.users import User

pytestmark = pytest.mark.django_db


def clear(**options: int) -> str:
    out = StringIO()
    call_command("clear_oauth", stdout=out, **options)
    return out.getvalue()


def test_registered_apps_that_nobody_uses_are_deleted(signed_in: Client) -> None:
    """Catches apps that pile up: anyone can register one, and most are never used."""
    used = connect(signed_in)["client_id"]
    register(signed_in)
    Application.objects.update(updated=timezone.now() - timedelta(days=31))
    new = register(signed_in)["client_id"]
    assert "1 registered app" in clear()
    assert set(Application.objects.values_list("client_id", flat=True)) == {used, new}
    Application.objects.create(
        name="By hand", client_type="public", authorization_grant_type="authorization-code"
    )
    assert "1 registered app" in clear(days=0)
    assert Application.objects.filter(name="By hand").exists()


def test_an_app_outlives_its_last_user_for_a_while(signed_in: Client, user: User) -> None:
    tokens = connect(signed_in)
    Application.objects.update(updated=timezone.now() - timedelta(days=31))
    user.connections.get().delete()
    clear()
    assert Application.objects.filter(client_id=tokens["client_id"]).exists()


def test_apps_that_were_never_connected_are_kept_for_a_day(signed_in: Client, user: User) -> None:
    disconnected, never = connect(signed_in)["client_id"], register(signed_in)["client_id"]
    registered = timezone.now() - timedelta(days=3)
    Application.objects.update(created=registered, updated=registered)
    user.connections.get().delete()
    Application.objects.filter(client_id=disconnected).update(updated=timezone.now() - timedelta(days=2))
    new = register(signed_in)["client_id"]
    assert "1 registered app" in clear()
    assert set(Application.objects.values_list("client_id", flat=True)) == {disconnected, new}
    assert not Application.objects.filter(client_id=never).exists()


def test_it_asks_for_all_connections_at_once(
    signed_in: Client, user: User, django_assert_max_num_queries: Any
) -> None:
    """Catches NOT IN, for which PostgreSQL reads all live connections for each row: hours for a million."""
    for _ in range(5):
        connect(signed_in)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=settings.OAUTH_IDLE_DAYS, seconds=1))
    assert " IN (SELECT" not in str(Connection.objects.ended().query)
    with django_assert_max_num_queries(40):
        assert "5 connection" in clear()
    assert not user.connections.exists()
    assert not RefreshToken.objects.exists()


def test_connections_that_can_be_used_stay(signed_in: Client, user: User) -> None:
    tokens = connect(signed_in)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=settings.OAUTH_IDLE_DAYS - 1))
    clear()
    assert refresh(signed_in, tokens["client_id"], tokens["refresh_token"]).status_code == 200
    consent(signed_in, register(signed_in)["client_id"])  # not exchanged yet
    clear()
    assert user.connections.count() == 2


def test_what_expired_is_deleted_with_its_connection(signed_in: Client, user: User) -> None:
    connect(signed_in)
    consent(signed_in, register(signed_in)["client_id"])
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=settings.OAUTH_IDLE_DAYS, seconds=1))
    Grant.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert not user.connections.live().exists()
    assert "2 connection" in clear()
    for model in (AccessToken, RefreshToken, Grant):
        assert not model.objects.exists()


@pytest.mark.parametrize("days", [-1, 99_999_999_999])
def test_impossible_days_are_refused(days: int) -> None:
    with pytest.raises(CommandError, match=f"--days is {days}"):
        call_command("clear_oauth", days=days)
