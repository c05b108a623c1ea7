"""Machinery: OAuth in the MCP process, which checks the access tokens of apps."""
