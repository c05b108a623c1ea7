"""The MCP server. `tools/` is yours. Policy is in `server.py`, `auth.py`, `permissions.py` and `limits.py`.

`views/` is yours too. The rest is machinery. Tools import from `context.py`, `errors.py`, `metrics.py`,
`permissions.py` and `toolkit/`.
"""
