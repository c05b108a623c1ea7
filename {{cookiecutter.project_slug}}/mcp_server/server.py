"""The MCP server: its name, icon and parts. This is policy. To add a tool, put a module into `tools/`."""

import logging
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from fastmcp import FastMCP
from mcp.server.request_state import RequestStateSecurity
from mcp_types import Icon

from mcp_server.runtime.call import CallMiddleware
from mcp_server.runtime.discovery import register_tools
from mcp_server.runtime.envelope import name_what_is_wrong
from mcp_server.runtime.express.lists import Lists
from mcp_server.runtime.listed_meta import hide_own_meta
from mcp_server.runtime.patches import (
    count_sessions_by_user,
    manage_connections_of_sync_functions,
    refuse_models_as_results,
    take_larger_bodies,
)
from mcp_server.runtime.refusal_log import RefusalFilter
from mcp_server.runtime.request_size import check_message
from mcp_server.runtime.session_state import session_state
from mcp_server.runtime.tool_search import MANY, CallFoundTool, search
from mcp_server.runtime.visibility import PermissionFilter
from mcp_server.toolkit.completion import add_completion
from mcp_server.toolkit.tool_views import add_views

manage_connections_of_sync_functions()
count_sessions_by_user()
refuse_models_as_results()
take_larger_bodies()
logging.getLogger("fastmcp.server.server").addFilter(RefusalFilter())

mcp = FastMCP(
    name=settings.PROJECT_NAME,
    version=settings.PROJECT_VERSION,
    # Every model reads this text: the terms of the domain, where to begin, what needs care.
    instructions=(Path(__file__).parent / "instructions.md").read_text(encoding="utf-8").strip(),
    website_url=settings.PUBLIC_BASE_URL,
    icons=[Icon(src=f"{settings.PUBLIC_BASE_URL}/favicon.ico", mime_type="image/svg+xml")],
    auth=import_string(settings.MCP_TOKEN_VERIFIER)() if settings.MCP_REQUIRE_AUTH else None,
    middleware=[
        *(import_string(name)() for name in settings.MCP_MIDDLEWARE),
        *([CallFoundTool()] if settings.MCP_TOOL_LIST == "search" else []),
        CallMiddleware(),
    ],
    list_page_size=MANY if settings.MCP_TOOL_LIST == "pages" else None,
    dereference_schemas=False,  # CallMiddleware does it
    transforms=[PermissionFilter(), *([search] if settings.MCP_TOOL_LIST == "search" else [])],
    # Clients see the text of a ToolError. Any other exception goes only to the log.
    mask_error_details=True,
    on_duplicate="error",
    session_state_store=session_state,
    # With this key, any worker can continue a dialogue (elicitation) that another one began.
    request_state_security=RequestStateSecurity(
        keys=[salted_hmac("mcp_server.request_state", "", algorithm="sha256").digest()]
    ),
)

# FastMCP has no middleware of its own before validation, or after it has added its `_meta`.
mcp._mcp_server.middleware[:0] = [check_message, name_what_is_wrong, Lists(mcp), hide_own_meta]  # noqa: SLF001
register_tools(mcp)
add_views(mcp)
add_completion(mcp)
