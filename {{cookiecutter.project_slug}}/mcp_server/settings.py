"""Default settings of the MCP server.

The settings of a project begin with `from mcp_server.settings import *`, and may override these. Add to lists
with +=, because options put their guards there. `.env.example` describes the variables of the environment.
"""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.functional import Promise

from operations.environment import (
    address,
    boolean,
    check_service,
    env,
    is_url,
    origin,
    port,
    seconds,
    size,
    texts,
    whole,
)
from operations.rates import validate_rate

# The address that people and AI clients use. Host checks, cookies and printed URLs follow from it. In
# development, it has the port of the process, so that addresses printed in another terminal work.
_is_set = bool(env.str("PUBLIC_BASE_URL", default="").strip())
PUBLIC_BASE_URL = address(
    "PUBLIC_BASE_URL", default="" if _is_set else f"http://localhost:{port('MCP_PORT', 8001)}"
)
# The address of the pages. If no address is set, no proxy serves both processes under one.
_pages = PUBLIC_BASE_URL if _is_set else f"http://localhost:{port('WEB_PORT', 8080)}"
WEB_BASE_URL = address("WEB_BASE_URL", default=_pages)
MCP_URL = f"{PUBLIC_BASE_URL}/mcp/"

# The name and version that people and clients see. A project sets its own.
PROJECT_NAME = urlsplit(PUBLIC_BASE_URL).netloc
PROJECT_VERSION = "1.0"

MCP_REQUIRE_AUTH = boolean("MCP_REQUIRE_AUTH", default=True)  # without it, only with DEBUG=True
MCP_STATELESS = boolean("MCP_STATELESS", default=True)

# The class that checks the token of each request.
MCP_TOKEN_VERIFIER = "mcp_server.runtime.token_verifier.MCPTokenVerifier"  # noqa: S105 - no password
# FastMCP middleware that runs before mcp_server's own.
MCP_MIDDLEWARE: list[str] = []
# Functions that take a user, and return why their tokens and apps are refused, or None.
# `auth.reason_to_refuse` calls them last.
MCP_USER_RULES: list[str] = []
# ASGI middleware of the MCP process that runs after the check of the token.
MCP_HTTP_MIDDLEWARE: list[str] = []
# Functions that return more routes of the MCP process. They take the routes so far, and a function that
# protects an ASGI application from pages of other sites.
MCP_ROUTES: list[str] = []
# Functions that take the request and the token of an open stream, and return whether it may go on.
MCP_STREAM_CHECKS: list[str] = []
# More steps of `manage.py mcp_doctor`, after those of the connection.
MCP_DOCTOR_STEPS: list[str] = []

# Whether clients without a token can ask their user to sign in.
MCP_CLIENTS_SIGN_IN = False

# What the home page shows besides MCP: a sentence, and the title and address of a link.
MCP_OTHER_WAYS: list[tuple[str | Promise, str, str]] = []

# The form with which users create tokens.
MCP_TOKEN_FORM = "mcp_server.pages.forms.TokenForm"  # noqa: S105 - no password

# Origins whose pages may call the MCP server from a browser.
MCP_BROWSER_ORIGINS: list[str] = []
for _text in texts("MCP_BROWSER_ORIGINS"):
    if not (_origin := origin(_text, of_apps=True)):
        raise ImproperlyConfigured(
            f"MCP_BROWSER_ORIGINS has {_text!r}: an origin looks like https://chat.example.com, or like"
            " tauri://localhost for the window of an app."
        )
    MCP_BROWSER_ORIGINS.append(_origin)

# How often one token may call, unless it has a rate of its own; "" for no limit. Without Redis, every process
# counts for itself.
MCP_RATE_LIMIT = env.str("MCP_RATE_LIMIT", default="1200/minute")
# How often all tokens and apps of a user may call together.
MCP_USER_RATE_LIMIT = env.str("MCP_USER_RATE_LIMIT", default="2400/minute")
for _variable, _rate in (("MCP_RATE_LIMIT", MCP_RATE_LIMIT), ("MCP_USER_RATE_LIMIT", MCP_USER_RATE_LIMIT)):
    try:
        validate_rate(_rate or "1/day")
    except ValidationError as error:
        raise ImproperlyConfigured(f"{_variable} is wrong: {error.message}") from None
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL and not is_url(REDIS_URL, {"redis", "rediss", "unix"}):
    raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379.")
# While Redis is unavailable, True counts in each process, and False refuses calls.
MCP_RATE_LIMIT_FAIL_OPEN = boolean("MCP_RATE_LIMIT_FAIL_OPEN", default=True)

# How clients see the list of tools if there are 40 or more.
MCP_TOOL_LIST = env.str("MCP_TOOL_LIST", default="whole")
if MCP_TOOL_LIST not in {"whole", "pages", "search"}:
    raise ImproperlyConfigured(f"MCP_TOOL_LIST is {MCP_TOOL_LIST!r}: it must be whole, pages or search.")

# The largest body, in bytes, that the web process takes from people who are not signed in. nginx, which knows
# no sessions, applies it to all pages except the admin.
ANONYMOUS_MAX_BODY_SIZE = whole("ANONYMOUS_MAX_BODY_SIZE", default=65_536)
# How many names, numbers, texts and lists a request may contain. To refuse a wrong one takes a hundred times
# the effort of sending it.
MCP_MAX_REQUEST_VALUES = whole("MCP_MAX_REQUEST_VALUES", default=5000)

# The largest request body, in bytes. nginx reads the same variable.
MCP_MAX_BODY_SIZE = size("MAX_BODY_SIZE", default="4m")

# Seconds that a tool may take (0 is no limit), and characters that its result may have. PostgreSQL counts
# milliseconds in 32 bits.
MCP_TOOL_TIMEOUT = seconds("MCP_TOOL_TIMEOUT", default=60, most=2_000_000)
MCP_MAX_RESPONSE_SIZE = whole("MCP_MAX_RESPONSE_SIZE", default=1_000_000)

# The threads of sync tools; further calls wait. Raise it if tools wait for other services rather than for the
# database.
MCP_TOOL_THREADS = whole("MCP_TOOL_THREADS", default=8, most=1000)
# Calls of one user that may run at once in a process; further calls wait.
MCP_USER_CONCURRENCY = whole("MCP_USER_CONCURRENCY", default=max(1, MCP_TOOL_THREADS // 2))
# Open streams, and sessions (with MCP_STATELESS=False), that one user may have in a process.
MCP_USER_STREAMS = whole("MCP_USER_STREAMS", default=20)

# Whether plain tool calls bypass FastMCP's dispatch, which is twice as fast: docs/performance.md. Switch it
# off to find out whether it causes a problem.
MCP_EXPRESS = boolean("MCP_EXPRESS", default=True)

# Where traces are sent. The SDK of OpenTelemetry reads these itself.
for _variable in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
    check_service(_variable, "http://collector:4318")
