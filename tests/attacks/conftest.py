"""The site of tests/oauth, and credentials to attack it with."""

from oauth.conftest import alice, http, mallory, site, trust

__all__ = ["alice", "http", "mallory", "site", "trust"]
