"""The addresses for which tokens can be issued: those of the MCP server (RFC 8707)."""

import re

from django.conf import settings

from operations.environment import origin

WELL_KNOWN = "/.well-known/oauth-protected-resource"

# Every spelling is answered with itself, because a client compares the address in the metadata with its own,
# letter by letter (RFC 9728, section 3.3).
_PATH = re.compile(rf"/mcp(?P<part>{settings.OAUTH_RESOURCE_PART})(/sse)?/?")


def resource_at(path: str) -> str | None:
    """Return the address of the MCP server as `path` spells it, or None if `path` is not the server's."""
    return settings.PUBLIC_BASE_URL + path if _PATH.fullmatch(path) else None


def audience_of(url: str) -> str | None:
    """Return the audience of tokens for any spelling of `url`, or None if `url` is not the server's."""
    if not url.startswith(settings.PUBLIC_BASE_URL):
        url = _with_usual_host(url)
    path = url.removeprefix(settings.PUBLIC_BASE_URL)
    spelled = _PATH.fullmatch(path) if path != url else None
    return f"{settings.PUBLIC_BASE_URL}/mcp{spelled['part']}/" if spelled else None


def _with_usual_host(url: str) -> str:
    """Return `url` with scheme and host in lower case and without the usual port (RFC 3986, section 6.2)."""
    scheme, colon, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{origin(scheme + colon + host)}{slash}{path}"


def part_of(audience: str) -> str:
    """Return the part of an audience that OAUTH_RESOURCE_PART matches, such as /t/<slug>."""
    spelled = _PATH.fullmatch(audience.removeprefix(settings.PUBLIC_BASE_URL))
    return spelled["part"] if spelled else ""


def metadata_url(path: str) -> str:
    """Return the address of the metadata for `path` (RFC 9728, section 3.1)."""
    return f"{settings.PUBLIC_BASE_URL}{WELL_KNOWN}{path if resource_at(path) else '/mcp/'}"
