"""Machinery: what is changed in FastMCP for speed. MCP_SPEEDUPS=False switches most of it off."""
