"""Apps that the company connects (enterprise-managed authorization), while OIDC_ASSERTION_KEYS is set."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import IS_HTTPS
from config.settings.sign_in import OIDC_ISSUER
from mcp_server.settings import MCP_DOCTOR_STEPS
from oauth.settings import OAUTH2_PROVIDER
from operations.environment import env

MCP_DOCTOR_STEPS += ["sign_in.identity_assertion_doctor.assertion_keys"]

OIDC_ASSERTION_KEYS = env.str("OIDC_ASSERTION_KEYS", default="").strip()
if OIDC_ASSERTION_KEYS:
    if not OIDC_ISSUER:
        raise ImproperlyConfigured("OIDC_ASSERTION_KEYS needs OIDC_ISSUER as well.")
    if not OIDC_ASSERTION_KEYS.startswith("https://" if IS_HTTPS else ("https://", "http://")):
        raise ImproperlyConfigured(
            f"OIDC_ASSERTION_KEYS is {OIDC_ASSERTION_KEYS!r}: it must be the issuer's jwks_uri, such as"
            " https://login.example.com/keys."
        )
    OAUTH2_PROVIDER = OAUTH2_PROVIDER | {
        "OAUTH2_SERVER_CLASS": "sign_in.identity_assertion.Server",
        "OAUTH2_VALIDATOR_CLASS": "sign_in.identity_assertion.AssertionValidator",
        "OAUTH2_GRANT_TYPES_SUPPORTED": [
            *OAUTH2_PROVIDER["OAUTH2_GRANT_TYPES_SUPPORTED"],
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ],
    }
    OAUTH_METADATA = {
        "authorization_grant_profiles_supported": ["urn:ietf:params:oauth:grant-profile:id-jag"]
    }
