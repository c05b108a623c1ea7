"""How people get in: by the company's OpenID Connect, by password with a second factor, or by passkey.

The settings of django-allauth: https://docs.allauth.org/en/latest/account/configuration.html
"""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.settings.base import INSTALLED_APPS, IS_HTTPS, MIDDLEWARE, PROJECT_NAME
from mcp_server.settings import MCP_DOCTOR_STEPS, MCP_USER_RULES
from operations.environment import CENTURY, env, is_url, texts, whole

MCP_DOCTOR_STEPS += ["sign_in.doctor.issuer"]
MCP_USER_RULES += ["sign_in.company.reason_to_refuse"]

# Who may make an account: nobody ("closed": by invitation alone), "open", or addresses of these domains.
SIGN_UP = [text.lower() for text in texts("SIGN_UP")] or ["closed"]
if SIGN_UP not in (["closed"], ["open"]) and not all(
    re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) for domain in SIGN_UP
):
    raise ImproperlyConfigured(
        f"SIGN_UP is {','.join(SIGN_UP)!r}: it must be closed, open, or domains such as"
        " example.com,example.org."
    )

MFA_REQUIRED = env.str("MFA_REQUIRED", default="").strip() or "nobody"
if MFA_REQUIRED not in {"nobody", "staff", "everyone"}:
    raise ImproperlyConfigured(f"MFA_REQUIRED is {MFA_REQUIRED!r}: it must be nobody, staff or everyone.")

# The company

OIDC_ISSUER = env.str("OIDC_ISSUER", default="").strip()
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="").strip()
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="").strip()
OIDC_NAME = env.str("OIDC_NAME", default="").strip() or _("your company account")
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="").strip()
OIDC_SESSION_HOURS = whole("OIDC_SESSION_HOURS", default=12, most=CENTURY * 24)
OIDC_SIGN_IN_DAYS = whole("OIDC_SIGN_IN_DAYS", default=7, most=CENTURY)

if OIDC_ISSUER:
    _is_here = is_url(OIDC_ISSUER, {"http"}) and urlsplit(OIDC_ISSUER).hostname in {"localhost", "127.0.0.1"}
    if not is_url(OIDC_ISSUER, {"https"}) and not _is_here:
        raise ImproperlyConfigured("OIDC_ISSUER must look like https://login.example.com/tenant.")
    if not OIDC_CLIENT_ID or not OIDC_CLIENT_SECRET:
        raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as well.")

OIDC_APP: dict[str, Any] = {
    "provider_id": "company",
    "name": OIDC_NAME,
    "client_id": OIDC_CLIENT_ID,
    "secret": OIDC_CLIENT_SECRET,
    "settings": {
        "server_url": f"{OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration",
        "scope": (env.str("OIDC_SCOPES", default="").strip() or "openid profile email").split(),
        "oauth_pkce_enabled": True,
        # An existing user is found by an address that the issuer says is verified, or that is in one of these
        # domains.
        "email_authentication": True,
        "verified_email": [domain.lower() for domain in texts("OIDC_EMAIL_DOMAINS")],
    },
}
# Others, such as GitHub: add them in project.py, and their app to INSTALLED_APPS (docs/company.md).
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": [OIDC_APP] if OIDC_ISSUER else []}}

# django-allauth

INSTALLED_APPS[:0] = ["sign_in"]  # before accounts, because it overrides templates of it
INSTALLED_APPS += [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "django.contrib.humanize",  # its pages say how long ago something was
]
MIDDLEWARE += [
    "allauth.account.middleware.AccountMiddleware",
    "sign_in.second_factor.SecondFactorMiddleware",
]

ACCOUNT_ADAPTER = "sign_in.adapters.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # sign_in/templates/mail/ says where a message comes from
ACCOUNT_EMAIL_VERIFICATION = "none"  # a mailed link, the issuer or an administrator vouches for the address
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # accounts/throttle.py counts for all processes together
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
SOCIALACCOUNT_ADAPTER = "sign_in.adapters.SocialAccountAdapter"
# After a user was found by a verified address, later log-ins find them by the issuer's own id.
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are proven as above
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = PROJECT_NAME
MFA_TOTP_TOLERANCE = 1  # for clocks that are half a minute off (RFC 6238, section 5.2)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS  # without HTTPS, browsers allow passkeys only at localhost
