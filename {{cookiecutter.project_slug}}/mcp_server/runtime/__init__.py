"""Machinery: what happens around a tool call, from the check of its token to the audit."""
