"""Apps that the company connects for its people: enterprise-managed authorization, an extension of MCP.

The issuer signs an identity assertion (ID-JAG) for one person, one app and this server. The app exchanges it
for a token at /oauth/token, without a browser or a consent page. OIDC_ASSERTION_KEYS switches this on.

https://modelcontextprotocol.io/extensions/auth/enterprise-managed-authorization
https://datatracker.ietf.org/doc/draft-ietf-oauth-identity-assertion-authz-grant/
"""

import json
import time
import uuid
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import jwt
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from oauth2_provider.models import Application, IDToken
from oauthlib.common import Request
from oauthlib.oauth2 import OAuth2Error, WebApplicationServer
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase

from oauth.client_rules import clean_name
from oauth.models import Connection
from oauth.resources import audience_of
from oauth.scopes import READ, SCOPES, common
from oauth.validator import Validator, asked_audience, invalid_target
from sign_in.company import COMPANY
from sign_in.second_factor import is_missing

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Neither "none" nor HMAC, for which the issuer's public key would pass as the secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CLAIMS = ["iss", "sub", "aud", "client_id", "jti", "iat", "exp"]
LIFETIME, LEEWAY = 300, 30  # seconds
RETRY = 30  # seconds until the keys are fetched again, after a failure or for an unknown key


class Keys(jwt.PyJWKClient):
    """The keys of the issuer, kept for five minutes."""

    failed = -float(RETRY)

    def fetch_data(self) -> Any:
        """Fetch the keys, unless that has just failed: each attempt holds a thread until it times out."""
        if time.monotonic() < self.failed + RETRY:
            raise jwt.PyJWKClientConnectionError
        try:
            return super().fetch_data()
        except (jwt.PyJWTError, ValueError) as error:  # ValueError: the answer is not JSON
            self.failed = time.monotonic()
            raise jwt.PyJWKClientConnectionError from error


keys_at = cache(partial(Keys, timeout=5, cooldown_duration=RETRY))  # one for each address


class Server(WebApplicationServer):
    """The authorization server, with one more grant."""

    def __init__(self, validator: Validator, *args: Any, **kwargs: Any) -> None:
        super().__init__(validator, *args, **kwargs)
        self.grant_types[GRANT_TYPE] = IdentityAssertionGrant(validator)


class AssertionValidator(Validator):
    """Leaves the audience of a token to the grant, which takes it from the assertion."""

    def _check_and_set_request_resource(self, request: Request) -> None:
        if request.grant_type != GRANT_TYPE:
            super()._check_and_set_request_resource(request)


class IdentityAssertionGrant(GrantTypeBase):
    """Issues a token for an assertion (RFC 7523).

    There is no refresh token: the app gets a new assertion instead.
    """

    def create_token_response(self, request: Request, token_handler: Any) -> tuple[dict[str, str], str, int]:
        """Return headers, body and status."""
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        try:
            # A public app has no secret, so anyone with a stolen assertion could use it (security
            # considerations).
            known = self.request_validator.authenticate_client(request)
            if not known or request.client.client_type != Application.CLIENT_CONFIDENTIAL:
                raise errors.InvalidClientError("Send the id and the secret of the app.", request=request)
            with transaction.atomic():
                redeem(read(request), request)
                token = token_handler.create_token(request)
                self.request_validator.save_token(token, request)
        except OAuth2Error as error:
            return headers | error.headers, error.json, error.status_code
        return headers, json.dumps(token), 200


def read(request: Request) -> dict[str, Any]:
    """Return the claims of an assertion, if it is for this server and for the app that sent it."""
    issuer, server = settings.OIDC_ISSUER.rstrip("/"), settings.WEB_BASE_URL
    try:
        header = jwt.get_unverified_header(assertion := request.assertion or "")
        if str(header.get("typ")).lower() != "oauth-id-jag+jwt":
            raise jwt.InvalidTokenError("its type is not oauth-id-jag+jwt")
        key = keys_at(settings.OIDC_ASSERTION_KEYS).get_signing_key(str(header.get("kid")))
        options: Any = {"require": CLAIMS, "verify_aud": False}
        said = jwt.decode(assertion, key, ALGORITHMS, options, issuer=[issuer, f"{issuer}/"], leeway=LEEWAY)
        if said["aud"] not in (server, f"{server}/", [server], [f"{server}/"]):
            raise jwt.InvalidTokenError(f"it is not for {server} alone")
        if int(said["exp"]) > time.time() + LIFETIME + LEEWAY:
            raise jwt.InvalidTokenError(f"it is valid for more than {LIFETIME} seconds")
        if said["client_id"] != request.client.client_id:
            raise jwt.InvalidTokenError("it is for another app")
    except jwt.PyJWKClientConnectionError as error:
        text = f"The keys of {issuer} are unavailable: retry in {RETRY} s."
        raise errors.TemporarilyUnavailableError(text, request=request, status_code=503) from error
    except jwt.PyJWTError as error:
        raise errors.InvalidGrantError(f"The assertion is refused: {error}.", request=request) from error
    return dict(said)


def redeem(said: dict[str, Any], request: Request) -> None:
    """Connect the app as the assertion says, and set the user, audience and scopes of its token on `request`.

    Raises OAuth2Error if the user has no access, or if the assertion is for something else or was used
    before.
    """
    # Only by the issuer's id, because the address may belong to somebody else by now.
    account = SocialAccount.objects.filter(provider=COMPANY, uid=said["sub"]).select_related("user").first()
    if account is None or not account.user.is_active or is_missing(account.user):
        text = f"This person has no access yet: sign in once at {settings.WEB_BASE_URL}/accounts/login/."
        raise errors.InvalidGrantError(text, request=request)
    audience = audience_of(str(said.get("resource", settings.MCP_URL)))
    if audience is None or asked_audience(request) not in {None, audience}:
        raise invalid_target("The assertion is for another address.", request)
    rule = settings.OAUTH_AUDIENCE_RULE
    if rule and not import_string(rule)(audience, account.user):
        raise invalid_target("There is no such address for this user.", request)
    request.scopes = common(request.scopes or SCOPES, str(said.get("scope", READ)))
    if not request.scopes:
        raise errors.InvalidScopeError("The assertion allows no scope that was asked for.", request=request)
    request.user, request.resource = account.user, [audience]
    of_app = {"user": account.user, "application": request.client}
    once = uuid.uuid5(uuid.NAMESPACE_URL, f"{said['iss']} {said['jti']}")
    until = datetime.fromtimestamp(int(said["exp"]) + LEEWAY, UTC)
    if not IDToken.objects.get_or_create(jti=once, defaults=of_app | {"expires": until})[1]:
        raise errors.InvalidGrantError("The assertion was redeemed before.", request=request)
    # This counts as a log-in at the company. The assertion replaces an earlier consent, but the user's limits
    # for the app stay: its tools and its tenant.
    SocialAccount.objects.filter(pk=account.pk).update(last_login=timezone.now())
    consent = {"name": clean_name(request.client.name), "scope": " ".join(request.scopes)}
    Connection.objects.update_or_create(**of_app, defaults=consent)
