"""Machinery: the part of the MCP process, which checks the access tokens of apps."""
