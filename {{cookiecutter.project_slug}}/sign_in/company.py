"""People who sign in at the company's issuer (OIDC_ISSUER): what follows from what it says of them.

When their account is closed there, they cannot sign in here any more. What they have here ends by itself:
a session after OIDC_SESSION_HOURS, tokens and apps OIDC_SIGN_IN_DAYS after they signed in the last time.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from operations.users import User

logger = logging.getLogger(__name__)
COMPANY = "company"  # the id of its provider in SOCIALACCOUNT_PROVIDERS

# Until when the database need not be asked about a user: a log-in, also a first one, makes that later and
# never earlier. The query would take as long as all else that is asked about a token.
fresh_until: dict[int, datetime] = {}
MANY = 100_000


def is_of_company(user: User) -> bool:
    """Whether `user` signs in at the issuer, and so nowhere else."""
    return bool(settings.OIDC_ISSUER) and _accounts(user).exists()


def reason_to_refuse(user: User) -> str | None:
    """Return why requests with tokens and apps of `user` are refused, or None, for `mcp_server/auth.py`."""
    now = timezone.now()
    if not settings.OIDC_ISSUER or fresh_until.get(user.pk, now) > now:
        return None
    days = timedelta(days=settings.OIDC_SIGN_IN_DAYS)
    until = max(_accounts(user).values_list("last_login", flat=True), default=now) + days
    if until < now:
        return "sign_in_again"
    if len(fresh_until) > MANY:
        fresh_until.clear()
    fresh_until[user.pk] = until
    return None


def _accounts(user: User) -> QuerySet[Any]:
    accounts: QuerySet[Any] = SocialAccount.objects.filter(user=user.pk, provider=COMPANY)
    return accounts


def check_claims(request: HttpRequest, claims: dict[str, Any]) -> None:
    """Refuse what another issuer says, or what two answers say of two people. Raises PermissionDenied."""
    id_token, userinfo = claims.get("id_token") or {}, claims.get("userinfo") or {}
    issuers = {id_token.get("iss"), request.GET.get("iss", id_token.get("iss"))}  # RFC 9207, section 2.4
    if {str(issuer).rstrip("/") for issuer in issuers} != {settings.OIDC_ISSUER.rstrip("/")}:
        raise PermissionDenied(
            f"The issuer calls itself {issuers}, not {settings.OIDC_ISSUER} (OIDC_ISSUER)."
        )
    if userinfo.get("sub", id_token.get("sub")) != id_token.get("sub"):  # OpenID Connect Core, section 5.3.2
        raise PermissionDenied("The ID token and the user info are of two people.")


def begin_session(request: HttpRequest, user: User, claims: dict[str, Any]) -> None:
    """Let the session of somebody who just signed in end in time, and give them the groups of the company."""
    request.session.set_expiry(timezone.now() + timedelta(hours=settings.OIDC_SESSION_HOURS))
    # When they showed who they are, which may be long before this log-in. Few issuers say it unasked.
    proven_at = (claims.get("id_token") or {}).get("auth_time")
    request.session["proven_at"] = proven_at and datetime.fromtimestamp(int(proven_at), UTC).isoformat()
    if settings.OIDC_GROUPS_CLAIM:
        user.groups.set(Group.objects.filter(name__in=_names_of_groups(claims)))


def _names_of_groups(claims: dict[str, Any]) -> list[str]:
    both = (claims.get("id_token") or {}) | (claims.get("userinfo") or {})
    names = both.get(settings.OIDC_GROUPS_CLAIM)
    if names is None:
        logger.warning("The issuer sent no claim %r: its user is in no group.", settings.OIDC_GROUPS_CLAIM)
    return [str(name) for name in ([names] if isinstance(names, str) else names or [])]
