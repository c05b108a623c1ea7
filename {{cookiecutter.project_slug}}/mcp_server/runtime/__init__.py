"""Machinery: everything that happens around a tool call, from the check of the token to the audit."""
