"""A pooled connection is checked, but not before every query."""

from unittest.mock import Mock

import pytest
from django.db import DEFAULT_DB_ALIAS
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool

from operations import database_pool
from operations.database_pool import check_connection


def test_a_connection_that_answered_a_moment_ago_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Mock(spec=Connection, autocommit=True)
    check_connection(connection)
    check_connection(connection)
    assert connection.execute.call_count == 1
    monkeypatch.setattr(database_pool, "SECONDS_TRUSTED", 0)
    check_connection(connection)
    assert connection.execute.call_count == 2


def test_with_one_dead_connection_all_idle_ones_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Mock(spec=ConnectionPool)
    monkeypatch.setattr(database_pool, "connections", {DEFAULT_DB_ALIAS: Mock(pool=pool)})
    connection = Mock(spec=Connection, autocommit=True)
    connection.execute.side_effect = OperationalError("the connection is closed")
    for _ in range(2):
        with pytest.raises(OperationalError):
            check_connection(connection)
    assert pool.drain.call_count == 2
