"""Compares a generated project with bare FastMCP and with its peers: `make bench`."""
