"""Machinery: what the web and the MCP process share, such as health, metrics, logs and the database pool."""
