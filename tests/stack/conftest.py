"""Tokens for the stacks of tests/stacks.py."""

import pytest

from testing.stack import Stack


@pytest.fixture(scope="session")
def token(production: Stack) -> str:
    """Return the plain text of a token of the superuser."""
    return make_token(production)


def make_token(stack: Stack) -> str:
    printed = stack.manage("create_mcp_token", "--user=admin@example.com", "--name=stack")
    (token,) = (word for word in printed.split() if word.startswith("mcp_"))
    return token
