"""Calls of each tool, resource and prompt with identifiers of another tenant: see `table.py`."""
