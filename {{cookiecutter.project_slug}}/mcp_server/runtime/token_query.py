"""Reads tokens and their users with one query, for the check that every request makes."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from mcp_server.models import MCPToken
from mcp_server.runtime.compiled_query import CompiledQuery, Row, columns_of

TOKEN = columns_of(MCPToken)
USER = columns_of(get_user_model())


def _tokens(digests: Sequence[str]) -> QuerySet[Any, Row]:
    tokens = MCPToken.objects.filter(token__in=digests).order_by()
    return tokens.values_list("token", *TOKEN, *(f"user__{column}" for column in USER))


_query = CompiledQuery(_tokens)
find_rows = _query.find


def make_token(row: Row) -> MCPToken:
    """Return a token with its user from a row. Each request gets new objects, because it may change them."""
    _, *values = _query.values(row)
    token = MCPToken.from_db(DEFAULT_DB_ALIAS, TOKEN, values[: len(TOKEN)])
    token.user = get_user_model().from_db(DEFAULT_DB_ALIAS, USER, values[len(TOKEN) :])
    return token
