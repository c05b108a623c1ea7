"""The MCP server.

Yours are `tools/`, `views/` and `instructions.md`. Policy is in `server.py`, `auth.py`, `permissions.py` and
`limits.py`. The rest is machinery. Tools import from `context.py`, `errors.py`, `metrics.py`,
`permissions.py` and `toolkit/`.
"""
