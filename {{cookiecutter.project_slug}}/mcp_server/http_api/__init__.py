"""Machinery: the tools and resources as plain HTTP with JSON, for programs without an MCP client.

Nothing is decided here: a call goes through the same FastMCP instance as over MCP, hence through the
same credentials, permissions, limits, audit and metrics.
"""

PATH = "/api/mcp"
