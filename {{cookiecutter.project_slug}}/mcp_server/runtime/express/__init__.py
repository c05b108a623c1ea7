"""Machinery: the express lane, which answers plain tool calls without FastMCP's dispatch.

`docs/performance.md` says how much it saves, and when FastMCP answers instead. MCP_EXPRESS=False switches it
off. To remove it for good, delete this folder, its lines in `mcp_server/asgi.py` and `mcp_server/server.py`,
and `mcp_server/tests/runtime/express/`.
"""
