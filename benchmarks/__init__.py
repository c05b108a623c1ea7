"""Compares a generated project with bare FastMCP and with similar projects, the peers: `make bench`."""
