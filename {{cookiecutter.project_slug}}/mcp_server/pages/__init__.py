"""Machinery: the pages for creating tokens, copying the configuration of a client, and seeing the usage."""
