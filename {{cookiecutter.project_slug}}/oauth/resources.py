"""Which addresses tokens are for: those of the MCP server, and no others (RFC 8707)."""

import re

from django.conf import settings

WELL_KNOWN = "/.well-known/oauth-protected-resource"

# As they can be asked for: a client compares what it typed with what it is told, letter by letter
# (RFC 9728, section 3.3).
# % if cookiecutter.multi_tenancy
_PATH = re.compile(r"/mcp(?P<tenant>/t/[A-Za-z0-9_-]+)?(/sse)?/?")


# % else
_PATH = re.compile(r"/mcp(?P<tenant>)(/sse)?/?")


# % endif
def resource_at(path: str) -> str | None:
    """Return the address of the MCP server as `path` spells it, None if it is not there."""
    return settings.PUBLIC_BASE_URL + path if _PATH.fullmatch(path) else None


def audience_of(url: str) -> str | None:
    """Return the audience of tokens for the MCP server at `url`, however spelled, None if it is not there."""
    path = url.removeprefix(settings.PUBLIC_BASE_URL)
    spelled = _PATH.fullmatch(path) if path != url else None
    return f"{settings.PUBLIC_BASE_URL}/mcp{spelled['tenant'] or ''}/" if spelled else None


# % if cookiecutter.multi_tenancy
def tenant_of(audience: str) -> str | None:
    """Return the slug of the tenant whose address `audience` is, None if it names none."""
    path = audience.removeprefix(settings.PUBLIC_BASE_URL)
    spelled = _PATH.fullmatch(path)
    return spelled["tenant"].removeprefix("/t/") if spelled and spelled["tenant"] else None


# % endif
def metadata_url(path: str) -> str:
    """Return where the metadata of the resource at `path` is (RFC 9728, section 3.1)."""
    return f"{settings.PUBLIC_BASE_URL}{WELL_KNOWN}{path if resource_at(path) else '/mcp/'}"
