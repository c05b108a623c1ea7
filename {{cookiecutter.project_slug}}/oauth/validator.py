"""The validator of django-oauth-toolkit, with the rules of this server."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error, InvalidGrantError

from mcp_server.models import hash_token
from oauth.client_rules import problem_with_redirect_uri
from oauth.models import Connection
from oauth.resources import audience_of
from oauth.scopes import common, known


class Validator(OAuth2Validator):
    """Issues tokens only for the MCP server, and only while the user's consent exists."""

    def _extract_basic_auth(self, request: Request) -> str | None:
        """Ignore credentials that cannot be Base64, on which the library would fail."""
        given = super()._extract_basic_auth(request)
        return given if given and given.isascii() else None

    def _load_application(self, client_id: str | None, request: Request) -> Application | None:
        """Return None for an id with a NUL character, on which PostgreSQL would fail."""
        return None if "\0" in (client_id or "") else super()._load_application(client_id, request)

    def validate_code(self, client_id: str, code: str, client: Application, request: Request) -> bool:
        """End the tokens of a code that is used again: somebody else may know it (RFC 6749, section 4.1.2).

        They stay in the grace period, in which a client may send its code twice by mistake. Return False for
        a code with a NUL character, on which PostgreSQL would fail.
        """
        if "\0" in code:
            return False
        if super().validate_code(client_id, code, client, request):
            return True
        grace = timedelta(seconds=oauth2_settings.REFRESH_TOKEN_GRACE_PERIOD_SECONDS)
        tokens = RefreshToken.objects.filter(application=client, token_family=_family(code))
        _end_family(tokens.filter(created__lt=timezone.now() - grace))
        return False

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Apply the rules again, for a URI from the admin or from before a change of OAUTH_APP_SCHEMES."""
        allowed = super().validate_redirect_uri(client_id, redirect_uri, request, *args, **kwargs)
        return bool(allowed) and problem_with_redirect_uri(redirect_uri) is None

    def validate_scopes(
        self,
        client_id: str,
        scopes: list[str],
        client: Application,
        request: Request,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """Ignore scopes that this server does not know, such as offline_access (RFC 6749, section 3.3)."""
        request.scopes = known(scopes) or self.get_default_scopes(client_id, request)
        return True

    def is_within_original_scope(
        self, request_scopes: list[str], refresh_token: str, request: Request
    ) -> bool:
        """Ignore unknown scopes in a refresh as well, and allow no other scopes than before."""
        original = self.get_original_scopes(refresh_token, request)
        allowed = original.split() if isinstance(original, str) else list(original)
        request.scopes = known(request_scopes) or allowed
        return set(request.scopes) <= set(allowed)

    def _check_and_set_request_resource(self, request: Request) -> None:
        """Set the audience of a token to the one of the consent, or a narrower one (RFC 8707, section 2.2).

        So no token is without an audience, which would mean any server.
        """
        if request.grant_type == "refresh_token":
            source = request.refresh_token_instance or request.superseded
        else:
            source = Grant.objects.get(code=request.code, application=request.client)
        (granted,) = source.resource or [settings.MCP_URL]
        asked = asked_audience(request) or granted
        if granted not in {asked, settings.MCP_URL}:
            raise invalid_target(f"The user allowed a token for {granted} only.", request)
        request.resource = [asked]

    def _save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        """Save new tokens, even if a client refreshes twice at the same time, as agents do.

        Within the grace period, the library would return the tokens that it issued the first time, but only
        their hashes are stored. So the client gets another pair of the same family. If the old token is used
        after the grace period, the whole family is revoked.
        """
        # With this lock, disconnecting the app waits, and then deletes these tokens too.
        consents = Connection.objects.select_for_update(of=("self",)).filter(
            user=request.user, application=request.client
        )
        consent = consents.select_related("user").first()
        if not consent or not consent.is_valid:
            raise InvalidGrantError("The user has disconnected this app, or has no access.", request=request)
        # The user may have consented to less since the code, or the token before this one, was issued.
        token["scope"] = " ".join(common(token["scope"], consent.scope))
        request.superseded = None
        if presented := getattr(request, "refresh_token_instance", None):
            # Another request may have used or revoked it in the meantime.
            known = RefreshToken.objects.select_for_update().filter(pk=presented.pk).first()
            is_superseded = known and AccessToken.objects.filter(source_refresh_token=known).exists()
            if known is None or (known.revoked and not is_superseded):
                raise InvalidGrantError(request=request)
            if known.revoked:
                request.superseded, request.refresh_token_instance = known, None
        super()._save_bearer_token(token, request, *args, **kwargs)

    def _create_refresh_token(
        self, request: Request, code: str, access_token: AccessToken, previous: RefreshToken | None
    ) -> RefreshToken:
        previous = previous or request.superseded
        created = super()._create_refresh_token(request, code, access_token, previous)
        if previous is None and request.grant_type == "authorization_code":
            created.token_family = _family(request.code)
            created.save(update_fields=["token_family"])
        return created

    def revoke_token(
        self, token: str, token_type_hint: str, request: Request, *args: Any, **kwargs: Any
    ) -> None:
        """End all tokens of a sign-in with any refresh token of it (RFC 7009, section 2.1).

        The library would do nothing for one that was used already, though the tokens it became are alive.
        """
        _end_family(RefreshToken.objects.filter(application=request.client, token_checksum=hash_token(token)))
        super().revoke_token(token, token_type_hint, request, *args, **kwargs)


def _family(code: str) -> UUID:
    """Return the family of the tokens that `code` gives, which is known when the code itself is gone."""
    return UUID(hash_token(code)[:32])


@transaction.atomic
def _end_family(tokens: QuerySet[RefreshToken]) -> None:
    """End all tokens of the sign-in to which the first of `tokens` belongs, if there is one."""
    if known := tokens.first():
        # Tokens that are being issued to the same app are saved before this, or not at all.
        consent = Connection.objects.filter(user=known.user_id, application=known.application_id)
        consent.select_for_update().first()
        RefreshToken.revoke_family(known.token_family)


def asked_audience(request: Request) -> str | None:
    """Return the audience that a client asks for, or None if it does not name one.

    Raises `invalid_target` if it names another server, or more than one address (RFC 8707, section 2).
    """
    asked = {audience_of(resource) for resource in values_of(request, "resource")}
    if None in asked:
        raise invalid_target(f"This server issues tokens only for {settings.MCP_URL}.", request)
    if len(asked) > 1:
        raise invalid_target("A token is for one address: send only one resource.", request)
    return asked.pop() if asked else None


def invalid_target(description: str, request: Request) -> CustomOAuth2Error:
    """Return the error `invalid_target` of RFC 8707."""
    return CustomOAuth2Error("invalid_target", description=description, request=request)


def values_of(request: Request, parameter: str) -> list[str]:
    """Return all values of a parameter that may be repeated, without empty ones (RFC 6749, section 3.1)."""
    pairs = [*request.uri_query_params, *(request.decoded_body or [])]
    return [value for name, value in pairs if name == parameter and value]
