"""The step of apps that the company connects."""

from http import HTTPStatus

from django.conf import settings

from mcp_server.doctor.visit import NotTriedError, StepError, Visit

PROFILE = "urn:ietf:params:oauth:grant-profile:id-jag"


def assertion_keys(visit: Visit) -> str:
    """The keys of identity assertions (ID-JAG) are available, and the metadata offers that grant."""
    if not settings.OIDC_ASSERTION_KEYS:
        raise NotTriedError("OIDC_ASSERTION_KEYS is not set.")
    answer = visit.http.get(settings.OIDC_ASSERTION_KEYS)
    is_json = answer.headers.get("Content-Type", "").partition(";")[0].endswith("json")
    keys = answer.json() if answer.status_code == HTTPStatus.OK and is_json else None
    if not isinstance(keys, dict) or not keys.get("keys"):
        raise StepError(
            f"{answer.url} answers {answer.status_code} without keys: set OIDC_ASSERTION_KEYS to the jwks_uri"
            " of the issuer."
        )
    if visit.oauth and PROFILE not in visit.oauth.get("authorization_grant_profiles_supported", []):
        raise StepError("The web process was started without OIDC_ASSERTION_KEYS: restart it.")
    return f"{len(keys['keys'])} key(s)"
