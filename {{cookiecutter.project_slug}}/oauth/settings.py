"""OAuth: apps connect by URL, and their users sign in here.

The settings of django-oauth-toolkit:
https://django-oauth-toolkit.readthedocs.io/en/3.4.1/settings.html

Import them after those of mcp_server, two of which they override.
"""

from typing import Any

from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

from mcp_server.settings import MCP_DOCTOR_STEPS, WEB_BASE_URL
from oauth.scopes import SCOPES
from operations.environment import CENTURY, boolean, is_app_scheme, texts, whole

MCP_TOKEN_VERIFIER = "oauth.resource_server.verifier.Verifier"  # noqa: S105 - no password
MCP_CLIENTS_SIGN_IN = True
MCP_DOCTOR_STEPS += [
    "oauth.doctor.metadata",
    "oauth.doctor.registration",
    "oauth.doctor.sign_in",
    "oauth.doctor.introduction",
]

# The view that asks a user whether an app may act for them.
OAUTH_CONSENT_VIEW = "oauth.consent.AuthorizeView"

# A function that takes an audience and a user, and returns whether the user may have a token for it.
OAUTH_AUDIENCE_RULE = ""

# A regular expression for the part after /mcp in an address of the MCP server. A token is valid for one
# address.
OAUTH_RESOURCE_PART = ""

OAUTH_CIMD = boolean("OAUTH_CIMD", default=True)
# The URL schemes of redirect URIs, besides https:// and http:// for loopback addresses.
OAUTH_APP_SCHEMES = ["claude", "cursor", "vscode", "vscode-insiders", *texts("OAUTH_APP_SCHEMES")]
for _scheme in OAUTH_APP_SCHEMES:
    if not is_app_scheme(_scheme):
        raise ImproperlyConfigured(
            f"OAUTH_APP_SCHEMES has {_scheme!r}: a scheme must be a word in lower case such as claude,"
            " without ://, and not one that browsers know."
        )
OAUTH_TOKEN_SECONDS = whole("OAUTH_TOKEN_SECONDS", default=3600, most=CENTURY * 24 * 3600)
OAUTH_IDLE_DAYS = whole("OAUTH_IDLE_DAYS", default=30, most=CENTURY)
OAUTH_REGISTRATIONS_PER_HOUR = whole("OAUTH_REGISTRATIONS_PER_HOUR", default=1000)

# Further members of the server metadata (RFC 8414), for added grants.
OAUTH_METADATA: dict[str, Any] = {}

PASSWORD_HASHERS = [*global_settings.PASSWORD_HASHERS, "oauth.hashers.ClientSecretHasher"]
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"  # its default, for migrations
OAUTH2_PROVIDER: dict[str, Any] = {
    "OIDC_ISS_ENDPOINT": WEB_BASE_URL,  # without it, the Host header of a request would be trusted
    "SCOPES": SCOPES,
    # Only the grants authorization code and refresh token.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.WebApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "oauth.validator.Validator",
    "CLIENT_SECRET_HASHER": "client_secret",
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "refresh_token"],
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": ["none", "client_secret_post", "client_secret_basic"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": OAUTH_TOKEN_SECONDS,
    "REFRESH_TOKEN_EXPIRE_SECONDS": OAUTH_IDLE_DAYS * 24 * 3600,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # Agents may refresh twice at the same time.
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 60,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http", *OAUTH_APP_SCHEMES],
    "ALLOW_LOCALHOST_LOOPBACK": True,
    # Anyone may add an app, by registration or by the address of its description.
    "DCR_ENABLED": True,
    "CIMD_ENABLED": OAUTH_CIMD,
    "CIMD_METADATA_FETCHER": "oauth.client_rules.MetadataFetcher",
    "CIMD_REGISTRATION_PERMISSION_CLASSES": ("oauth.metadata_fetcher.IsAnswering",),
    # In each process. It must be less than the number of threads, because a slow address blocks one.
    "CIMD_MAX_CONCURRENT_FETCHES": 2,
    # The recommendations of RFC 9700, which will be the library's defaults from version 4 on.
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}
