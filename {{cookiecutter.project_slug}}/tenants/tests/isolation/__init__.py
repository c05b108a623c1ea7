"""How each tool, resource and prompt is called with identifiers of another tenant: see `table.py`."""
