"""Reads tokens and their users, for the check that every request makes.

Django takes ten times as long to compile this query as to run it, so it is compiled only once.
"""

import functools
from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.sql.compiler import SQLCompiler

from accounts.models import User
from mcp_server.models import MCPToken

type Row = tuple[Any, ...]

TOKEN_FIELDS = [field.attname for field in MCPToken._meta.concrete_fields]  # noqa: SLF001 - public, documented API
USER_FIELDS = [field.attname for field in User._meta.concrete_fields]  # noqa: SLF001 - see above
DIGEST = TOKEN_FIELDS.index("token")


@functools.lru_cache(maxsize=100)
def _compile(count: int) -> tuple[SQLCompiler, str]:
    """Return the compiler and the SQL of the query for `count` digests."""
    tokens = MCPToken.objects.filter(token__in=map(str, range(count))).select_related("user").order_by()
    compiler = tokens.query.get_compiler(DEFAULT_DB_ALIAS)
    return compiler, compiler.as_sql()[0]


@functools.cache
def _converters() -> Any:
    """Return what makes Python values of the columns, where the database has other types."""
    compiler, _ = _compile(1)
    return compiler.get_converters([column for column, *_ in compiler.select or ()])


def find_rows(digests: Sequence[str]) -> dict[str, Row]:
    """Return the rows of the tokens with these SHA-256 digests, by digest, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_compile(len(digests))[1], digests)
        return {row[DIGEST]: row for row in cursor.fetchall()}


def make_token(row: Row) -> MCPToken:
    """Return the token and its user of a row: new objects each time, which a request may change."""
    values = next(_compile(1)[0].apply_converters([row], _converters()))
    token = MCPToken.from_db(DEFAULT_DB_ALIAS, TOKEN_FIELDS, values[: len(TOKEN_FIELDS)])
    token.user = User.from_db(DEFAULT_DB_ALIAS, USER_FIELDS, values[len(TOKEN_FIELDS) :])
    return token
