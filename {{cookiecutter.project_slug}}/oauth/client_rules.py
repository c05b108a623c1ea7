"""Who may be a client: what apps say of themselves is checked here, however they say it."""

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
MAX_LENGTH = 4000  # of all of them: anyone may register, and what they send is kept
REDIRECT_URI = re.compile(r"[!-~]{1,2000}")
# What browsers and Python read alike: https://good.example\@evil.example leads them to two hosts.
HOST_AND_PORT = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{0,5})?", re.IGNORECASE)


def problem_with_redirect_uri(uri: str) -> str | None:
    """Return why codes are not sent to `uri`, None if they may be.

    Over plain HTTP a code could be read on its way, except to a program on the same computer
    (RFC 8252, section 7.3).
    """
    if not REDIRECT_URI.fullmatch(uri):
        return "A redirect URI has 1 to 2000 ASCII characters, without blanks."
    parts = _split(uri)
    if parts is None:
        return "A redirect URI is not a URI."
    allowed = oauth2_settings.ALLOWED_REDIRECT_URI_SCHEMES
    if parts.scheme not in allowed:
        schemes = ", ".join(f"{scheme}:" for scheme in allowed)
        return (
            f"The redirect URI {uri[:MAX_NAME]} must begin with one of {schemes}. A server takes others by"
            " its variable OAUTH_APP_SCHEMES."
        )
    if parts.scheme in {"http", "https"} and not HOST_AND_PORT.fullmatch(parts.netloc):
        return "A redirect URI has a plain host: no user or password before it, and no other signs."
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return "A redirect URI must use https, unless it leads to localhost, 127.0.0.1 or [::1]."
    return None


def problem_with_redirect_uris(uris: Any) -> str | None:
    """Return what is wrong with the redirect URIs of a client, None if nothing is."""
    if not isinstance(uris, list) or not uris or not all(isinstance(uri, str) for uri in uris):
        return "redirect_uris must be an array of strings, with one at least."
    if len(uris) > MAX_REDIRECT_URIS:
        return f"redirect_uris may hold {MAX_REDIRECT_URIS} URIs at most."
    if sum(map(len, uris)) > MAX_LENGTH:
        return f"redirect_uris may hold {MAX_LENGTH} characters at most."
    return next(filter(None, map(problem_with_redirect_uri, uris)), None)


def clean_name(name: Any) -> str:
    """Return what people are shown as the name of a client: one short line that reads left to right.

    Nobody checked it. Invisible and direction-changing characters could make it read as another's.
    """
    visible = (
        " " if unicodedata.category(c)[0] == "Z" else c
        for c in str(name or "")
        if c.isprintable() or c.isspace()
    )
    return " ".join("".join(visible).split())[:MAX_NAME]


def describe(application: Application, redirect_uri: str) -> dict[str, Any]:
    """Return what a person should know of a client before they let it in.

    A client is verified if its identity is a web address at which it was looked up (a Client ID
    Metadata Document), and codes go to the web. Another may call itself anything, and any program on
    this computer may come with the address of another and take the code.
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
    """Fetches the document in which a client describes itself, under the rules of this server.

    A document lists everything a client can do, for any server: what this one does not offer is
    left out of it, as registration does (RFC 7591, section 2.1).
    """

    def fetch(self, client_id: str) -> tuple[dict[str, Any], int]:
        """Return the document and for how many seconds it holds.

        Raises CIMDError if there is none, or none that is good enough.
        """
        try:
            return self._good(client_id)
        except CIMDError as error:
            # The library says it at INFO. Who runs a server without a way out has to learn of it.
            logger.warning("The app %r could not be looked up: %s", client_id, error)
            raise

    def _good(self, client_id: str) -> tuple[dict[str, Any], int]:
        if not client_id.isascii() or not client_id.isprintable():
            raise CIMDError("the address holds characters that are not printable ASCII")
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
