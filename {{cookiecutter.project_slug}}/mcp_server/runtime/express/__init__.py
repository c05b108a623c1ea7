"""Machinery: the express lane, which answers plain tool calls without FastMCP's dispatch.

`docs/performance.md` says what it is worth and when it stands aside. MCP_EXPRESS=False switches it off. To
do without it for good, delete this folder, its line in `mcp_server/asgi.py` and `test_express.py`.
"""
