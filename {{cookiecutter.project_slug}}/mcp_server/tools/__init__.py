"""Yours: the tools. Every module here with a `register_<module>_tools(mcp)` is found by itself."""
