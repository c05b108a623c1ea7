"""The MCP server. `tools/` is yours. Policy is in `server.py`, `auth.py`, `permissions.py` and `limits.py`.

The rest is machinery. Tools import from `context.py`, `errors.py`, `completion.py`, `tool_types.py` and
`metrics.py`.
"""
