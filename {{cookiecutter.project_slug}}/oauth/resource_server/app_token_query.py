"""Reads access tokens, their connections and users with one query, for the check that every request makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, FilteredRelation, Q, QuerySet
from oauth2_provider.models import AccessToken

from mcp_server.runtime.compiled_query import CompiledQuery, Row, columns_of
from oauth.models import Connection
from oauth.scopes import common

CONNECTION = columns_of(Connection)
USER = columns_of(get_user_model())
TOKEN = ["token_checksum", "expires", "scope", "resource"]


@dataclass(frozen=True)
class FoundToken:
    """An access token from the database, with its connection."""

    connection: Connection
    expires: datetime
    scopes: list[str]  # those of the token that the latest consent allows too
    audience: list[str]


def _tokens(checksums: Sequence[str]) -> QuerySet[Any, Row]:
    own = FilteredRelation("user__connections", condition=Q(user__connections__application=F("application")))
    tokens = AccessToken.objects.annotate(connection=own).filter(
        token_checksum__in=checksums, connection__isnull=False
    )
    return tokens.values_list(
        *TOKEN,
        *(f"connection__{column}" for column in CONNECTION),
        *(f"user__{column}" for column in USER),
    )


_query = CompiledQuery(_tokens)
find_rows = _query.find


def make_token(row: Row) -> FoundToken:
    """Return the token of a row. Each request gets new objects, because it may change them."""
    values = _query.values(row)
    _, expires, scope, audience = values[:4]
    connection = Connection.from_db(DEFAULT_DB_ALIAS, CONNECTION, values[4 : 4 + len(CONNECTION)])
    connection.user = get_user_model().from_db(DEFAULT_DB_ALIAS, USER, values[4 + len(CONNECTION) :])
    return FoundToken(connection, expires, common(scope, connection.scope), audience)
