"""The rules for people who sign in at the company's issuer (OIDC_ISSUER). This is policy.

When the company closes an account, its owner cannot sign in here any more. Their access ends on its own: a
session after OIDC_SESSION_HOURS, tokens and apps OIDC_SIGN_IN_DAYS after their last log-in at the company.
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

# Until when each user has access without another query: a log-in can only make this time later. The query
# would take as long as the rest of the check of a token.
fresh_until: dict[int, datetime] = {}
MANY = 100_000


def is_of_company(user: User) -> bool:
    """Whether `user` signs in at the issuer, and so may not sign in any other way."""
    return bool(settings.OIDC_ISSUER) and _accounts(user).exists()


def reason_to_refuse(user: User) -> str | None:
    """Return why tokens and apps of `user` are refused, or None. `mcp_server/auth.py` asks this."""
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
    """Raise PermissionDenied if the claims are from another issuer, or about two different people."""
    id_token, userinfo = claims.get("id_token") or {}, claims.get("userinfo") or {}
    issuers = {id_token.get("iss"), request.GET.get("iss", id_token.get("iss"))}  # RFC 9207, section 2.4
    if {str(issuer).rstrip("/") for issuer in issuers} != {settings.OIDC_ISSUER.rstrip("/")}:
        raise PermissionDenied(
            f"The issuer calls itself {issuers}, not {settings.OIDC_ISSUER} (OIDC_ISSUER)."
        )
    if userinfo.get("sub", id_token.get("sub")) != id_token.get("sub"):  # OpenID Connect Core, section 5.3.2
        raise PermissionDenied("The ID token and the user info are about different people.")


def begin_session(request: HttpRequest, user: User, claims: dict[str, Any]) -> None:
    """Set the end of a new session, and give its user the groups that the company names."""
    request.session.set_expiry(timezone.now() + timedelta(hours=settings.OIDC_SESSION_HOURS))
    # When they last authenticated at the issuer, perhaps long before this log-in. Few issuers say so unasked.
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
