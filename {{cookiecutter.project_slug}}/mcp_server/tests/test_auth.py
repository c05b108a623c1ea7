"""From a token to its user: each reason to refuse a token."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mcp_server.auth import MCPAuthError, check_tool_permission, resolve_mcp_user
from mcp_server.models import MCPToken
from operations.users import User

pytestmark = pytest.mark.django_db


def test_a_token_is_64_url_safe_characters_that_scanners_recognise(user: User) -> None:
    token = MCPToken.objects.create(user=user, name="laptop").token
    assert len(token) == 64
    assert token.startswith("mcp_")
    assert token.replace("-", "").replace("_", "").isalnum()


def test_the_database_holds_only_the_digest(user: User) -> None:
    token = MCPToken.objects.create(user=user, name="laptop")
    plain = token.token
    token.name = "renamed"
    token.save()
    stored = MCPToken.objects.get(pk=token.pk)
    assert stored.token == hashlib.sha256(plain.encode()).hexdigest()
    assert plain not in (stored.get_masked_token(), str(stored))
    assert stored.get_masked_token() == token.get_masked_token() == f"{plain[:8]}…"


def test_a_token_from_before_its_start_was_kept_is_known_by_its_hash(user: User) -> None:
    token = MCPToken.objects.create(user=user, name="laptop")
    MCPToken.objects.update(start="")
    digest = hashlib.sha256(token.token.encode()).hexdigest()
    assert MCPToken.objects.get().get_masked_token() == f"SHA-256 {digest[:8]}"


def test_a_valid_token_gives_its_user_and_records_the_use(user: User) -> None:
    token = MCPToken.objects.create(user=user, name="laptop")
    assert resolve_mcp_user(token.token) == (user, token)
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_a_digest_read_from_the_database_is_no_token(user: User) -> None:
    token = MCPToken.objects.create(user=user, name="laptop")
    with pytest.raises(MCPAuthError, match="unknown"):
        resolve_mcp_user(MCPToken.objects.get(pk=token.pk).token)


def _revoke(token: MCPToken) -> None:
    token.revoke()


def _expire(token: MCPToken) -> None:
    MCPToken.objects.update(expires_at=timezone.now())


def _disable_user(token: MCPToken) -> None:
    get_user_model().objects.update(is_active=False)


def _delete(token: MCPToken) -> None:
    MCPToken.objects.all().delete()


def _everything(token: MCPToken) -> None:
    token.revoke()
    _expire(token)
    _disable_user(token)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_delete, "unknown"),
        (_revoke, "revoked"),
        (_expire, "expired"),
        (_disable_user, "user_disabled"),
        (_everything, "revoked"),
    ],
)
def test_a_token_that_is_not_valid_is_refused(
    user: User, spoil: Callable[[MCPToken], None], reason: str
) -> None:
    token = MCPToken.objects.create(user=user, name="laptop", expires_at=timezone.now() + timedelta(days=1))
    plain = token.token
    spoil(token)
    with pytest.raises(MCPAuthError) as refused:
        resolve_mcp_user(plain)
    assert refused.value.reason == reason
    assert plain not in str(refused.value)
    assert not MCPToken.objects.exclude(last_used_at=None).exists()


def test_use_is_written_at_most_once_a_minute(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plain = MCPToken.objects.create(user=user, name="laptop").token
    resolve_mcp_user(plain)
    with django_assert_num_queries(1):
        resolve_mcp_user(plain)
    long_ago = timezone.now() - timedelta(minutes=2)
    MCPToken.objects.update(last_used_at=long_ago)
    resolve_mcp_user(plain)
    assert MCPToken.objects.get().last_used_at > long_ago  # type: ignore[operator]


def test_recording_a_use_does_not_undo_a_concurrent_revoke(user: User) -> None:
    token = MCPToken.objects.create(user=user, name="laptop")
    MCPToken.objects.get(pk=token.pk).revoke()
    token.record_usage()
    token.refresh_from_db()
    assert not token.is_active


def test_an_empty_list_of_tools_permits_every_tool(user: User) -> None:
    assert check_tool_permission(MCPToken(user=user), "any_tool")
    limited = MCPToken(user=user, allowed_tools=["whoami"])
    assert check_tool_permission(limited, "whoami")
    assert not check_tool_permission(limited, "add_numbers")
