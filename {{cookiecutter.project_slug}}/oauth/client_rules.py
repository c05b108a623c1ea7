"""The rules for apps: their redirect URIs and names, whether they register or describe themselves."""

import logging
import re
import unicodedata
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _
from oauth2_provider.cimd import CIMDError
from oauth2_provider.models import Application
from oauth2_provider.settings import oauth2_settings

from oauth.metadata_fetcher import PoliteFetcher
from oauth.models import LOOPBACK

logger = logging.getLogger(__name__)

MAX_NAME = 100
MAX_REDIRECT_URIS = 20
MAX_LENGTH = 4000  # characters of all redirect URIs together, because anyone may register
REDIRECT_URI = re.compile(r"[!-~]{1,2000}")
# What browsers and Python read alike: https://good.example\@evil.example leads them to two hosts.
HOST_AND_PORT = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{0,5})?", re.IGNORECASE)


def problem_with_redirect_uri(uri: str) -> str | None:
    """Return why no code may be sent to `uri`, or None if it may.

    Over plain HTTP, others could read a code on its way, except to a program on the same computer (RFC 8252,
    section 7.3).
    """
    if not REDIRECT_URI.fullmatch(uri):
        return "A redirect URI must have 1 to 2000 ASCII characters, without spaces."
    parts = _split(uri)
    if parts is None:
        return "A redirect URI is not a URI."
    allowed = oauth2_settings.ALLOWED_REDIRECT_URI_SCHEMES
    if parts.scheme not in allowed:
        schemes = ", ".join(f"{scheme}:" for scheme in allowed)
        return (
            f"The redirect URI {uri[:MAX_NAME]} must begin with one of {schemes}. The server can allow more"
            " with its variable OAUTH_APP_SCHEMES."
        )
    if parts.scheme in {"http", "https"} and not HOST_AND_PORT.fullmatch(parts.netloc):
        return "A redirect URI has a plain host: no user or password before it, and no other signs."
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return "A redirect URI must use https, unless it leads to localhost, 127.0.0.1 or [::1]."
    return None


def problem_with_redirect_uris(uris: Any) -> str | None:
    """Return what is wrong with the redirect URIs of a client, or None."""
    if not isinstance(uris, list) or not uris or not all(isinstance(uri, str) for uri in uris):
        return "redirect_uris must be an array of at least one string."
    if len(uris) > MAX_REDIRECT_URIS:
        return f"redirect_uris may have {MAX_REDIRECT_URIS} URIs at most."
    if sum(map(len, uris)) > MAX_LENGTH:
        return f"redirect_uris may have {MAX_LENGTH} characters at most."
    return next(filter(None, map(problem_with_redirect_uri, uris)), None)


def clean_name(name: Any) -> str:
    """Return the name of a client for people: one short line, without invisible characters.

    The client chose it. With invisible or direction-changing characters, it could look like the name of
    another.
    """
    visible = (
        " " if unicodedata.category(c)[0] == "Z" else c
        for c in str(name or "")
        if c.isprintable() or c.isspace()
    )
    return " ".join("".join(visible).split())[:MAX_NAME]


def describe(application: Application, redirect_uri: str) -> dict[str, Any]:
    """Return what a user should know about a client before they connect it.

    A client is verified if its id is a web address from which its description was fetched (a Client ID
    Metadata Document), and codes go to the web. Other clients can choose any name; and if codes go to this
    computer, any program here can use the id of another and receive its code.
    """
    has_address = application.registration_source == Application.RegistrationSource.CIMD
    host = urlsplit(application.client_id).hostname if has_address else ""
    target = urlsplit(redirect_uri)
    is_on_this_computer = target.hostname in LOOPBACK or target.scheme not in {"http", "https"}
    return {
        "name": clean_name(application.name or host) or _("An app without a name"),
        "host": host,
        "is_verified": has_address and not is_on_this_computer,
        "is_on_this_computer": is_on_this_computer,
        "target": target.hostname if target.scheme in {"http", "https"} else f"{target.scheme}:",
    }


class MetadataFetcher(PoliteFetcher):
    """Fetches the document in which a client describes itself, and applies the rules of this server.

    A document lists everything that the client can do. What this server does not offer is removed, as in a
    registration (RFC 7591, section 2.1).
    """

    def fetch(self, client_id: str) -> tuple[dict[str, Any], int]:
        """Return the document, and for how many seconds it is valid.

        Raises CIMDError if there is none, or if it breaks a rule.
        """
        try:
            return self._good(client_id)
        except CIMDError as error:
            # A WARNING, where the library logs at INFO, because the server may have no access to the
            # internet.
            logger.warning("The description of the app %r could not be fetched: %s", client_id, error)
            raise

    def _good(self, client_id: str) -> tuple[dict[str, Any], int]:
        if not client_id.isascii() or not client_id.isprintable():
            raise CIMDError("the address has characters that are not printable ASCII")
        document, max_age = super().fetch(client_id)
        if problem := problem_with_redirect_uris(document.get("redirect_uris")):
            raise CIMDError(problem)
        if "authorization_code" in _list(document.get("grant_types")):
            document["grant_types"] = ["authorization_code"]
        if "none" in _list(document.get("token_endpoint_auth_methods_supported")):
            document["token_endpoint_auth_method"] = "none"  # noqa: S105 - no password
        return {**document, "client_name": clean_name(document.get("client_name"))}, max_age


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _split(uri: str) -> SplitResult | None:
    try:
        return urlsplit(uri)
    except ValueError:
        return None
