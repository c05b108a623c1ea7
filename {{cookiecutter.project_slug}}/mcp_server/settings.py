"""Settings of the MCP server: its address, who is let in, how often, how long.

The settings of a project begin with `from mcp_server.settings import *`, and may set anew what is here. They
add to lists (+=), where options put their guards. `.env.example` explains the variables of the environment.
"""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError

from operations.environment import address, boolean, env, is_url, origin, seconds, size, texts, whole
from operations.rates import validate_rate

# The one address people and AI clients use. Host checks, cookies and printed URLs follow from it.
# In development it is the port of the process, so that what another terminal prints leads there.
PUBLIC_BASE_URL = address(
    "PUBLIC_BASE_URL", default=f"http://localhost:{env.str('MCP_PORT', default='') or 8001}"
)
# Where links to the pages lead, if elsewhere. Where no address is set, no proxy stands before both processes.
_is_set = bool(env.str("PUBLIC_BASE_URL", default="").strip())
_pages = PUBLIC_BASE_URL if _is_set else f"http://localhost:{env.str('WEB_PORT', default='') or 8080}"
WEB_BASE_URL = address("WEB_BASE_URL", default=_pages)
MCP_URL = f"{PUBLIC_BASE_URL}/mcp/"

# What people and clients read of the server. A project says it better.
PROJECT_NAME = urlsplit(PUBLIC_BASE_URL).netloc
PROJECT_VERSION = "1.0"

MCP_REQUIRE_AUTH = boolean("MCP_REQUIRE_AUTH", default=True)  # without it, only with DEBUG=True
MCP_STATELESS = boolean("MCP_STATELESS", default=True)

# Who checks the token of a request, and what runs around every MCP request before mcp_server's own.
MCP_TOKEN_VERIFIER = "mcp_server.runtime.token_verifier.MCPTokenVerifier"  # noqa: S105 - no password
MCP_MIDDLEWARE: list[str] = []
# Functions of a user that return why their tokens and apps are refused, or None: `auth.reason_to_refuse` asks
# them last.
MCP_USER_RULES: list[str] = []
# ASGI middleware of the MCP process, behind the check of the token.
MCP_HTTP_MIDDLEWARE: list[str] = []
# Functions that return more routes of the MCP process. They are given the routes so far, and what to put
# around an application so that no page of another site reaches it.
MCP_ROUTES: list[str] = []
# Asked about each open stream now and then, with its request and token: whether it may go on.
MCP_STREAM_CHECKS: list[str] = []
# More steps of `manage.py mcp_doctor`, behind those of the connection.
MCP_DOCTOR_STEPS: list[str] = []

# Whether clients that have no token can ask their user to sign in.
MCP_CLIENTS_SIGN_IN = False

# Functions that return what the home page shows besides MCP: a sentence, and the title and address of a link.
MCP_OTHER_WAYS: list[str] = []

# The form with which users make tokens.
MCP_TOKEN_FORM = "mcp_server.pages.forms.TokenForm"  # noqa: S105 - no password

# Whose pages may call the MCP server from a browser.
MCP_BROWSER_ORIGINS: list[str] = []
for _text in texts("MCP_BROWSER_ORIGINS"):
    if not (_origin := origin(_text, of_apps=True)):
        raise ImproperlyConfigured(
            f"MCP_BROWSER_ORIGINS has {_text!r}: an origin looks like https://chat.example.com, or like"
            " tauri://localhost for the window of an app."
        )
    MCP_BROWSER_ORIGINS.append(_origin)

# How often one token may call, unless it has a rate of its own; "" is without limit. Without Redis,
# every process counts for itself.
MCP_RATE_LIMIT = env.str("MCP_RATE_LIMIT", default="1200/minute")
# And all tokens and apps of a user together.
MCP_USER_RATE_LIMIT = env.str("MCP_USER_RATE_LIMIT", default="2400/minute")
for _variable, _rate in (("MCP_RATE_LIMIT", MCP_RATE_LIMIT), ("MCP_USER_RATE_LIMIT", MCP_USER_RATE_LIMIT)):
    try:
        validate_rate(_rate or "1/day")
    except ValidationError as error:
        raise ImproperlyConfigured(f"{_variable} is wrong: {error.message}") from None
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL and not is_url(REDIS_URL, {"redis", "rediss", "unix"}):
    raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379.")
# While Redis is unavailable: count in each process (open), or refuse calls (closed)?
MCP_RATE_LIMIT_FAIL_OPEN = boolean("MCP_RATE_LIMIT_FAIL_OPEN", default=True)

# What a client gets that lists the tools, if there are 40 or more.
MCP_TOOL_LIST = env.str("MCP_TOOL_LIST", default="whole")
if MCP_TOOL_LIST not in {"whole", "pages", "search"}:
    raise ImproperlyConfigured(f"MCP_TOOL_LIST is {MCP_TOOL_LIST!r}: it must be whole, pages or search.")

# Bytes that those may send to the pages who are not signed in. nginx asks no session, so it lets pages have
# the same.
ANONYMOUS_MAX_BODY_SIZE = whole("ANONYMOUS_MAX_BODY_SIZE", default=65_536)
# How many names, numbers, texts and lists a request may hold: each that is wrong costs a hundred times
# what it took to send.
MCP_MAX_REQUEST_VALUES = whole("MCP_MAX_REQUEST_VALUES", default=5000)

# Bytes of a request. nginx reads the same variable.
MCP_MAX_BODY_SIZE = size("MAX_BODY_SIZE", default="4m")

# Seconds that a tool may take (0 is without limit), and characters that its answer may have.
# PostgreSQL counts milliseconds in 32 bits.
MCP_TOOL_TIMEOUT = seconds("MCP_TOOL_TIMEOUT", default=60, most=2_000_000)
MCP_MAX_RESPONSE_SIZE = whole("MCP_MAX_RESPONSE_SIZE", default=1_000_000)

# Sync tools run in this many threads; more wait their turn. Raise it when tools wait for other services
# rather than for the database.
MCP_TOOL_THREADS = whole("MCP_TOOL_THREADS", default=8, most=1000)
# Calls of one user that run at once in a process; more wait.
MCP_USER_CONCURRENCY = whole("MCP_USER_CONCURRENCY", default=max(1, MCP_TOOL_THREADS // 2))
# Open streams, and sessions (with MCP_STATELESS=False), that one user may have in a process.
MCP_USER_STREAMS = whole("MCP_USER_STREAMS", default=20)

# Whether plain tool calls are answered without FastMCP's dispatch, twice as fast: docs/performance.md. Switch
# it off to see whether it causes a problem.
MCP_EXPRESS = boolean("MCP_EXPRESS", default=True)
