"""Yours: the tools. The server finds every module here that has a `register_<module>_tools(mcp)`."""
