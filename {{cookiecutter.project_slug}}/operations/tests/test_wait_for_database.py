"""`manage.py wait_for_database`, with a slow database and a fake clock."""

from collections.abc import Iterator
from io import StringIO
from itertools import count
from unittest.mock import Mock, patch

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from operations.management.commands import wait_for_database


@pytest.fixture
def connect() -> Iterator[Mock]:
    """Replaces connecting. The clock advances by a second each time it is read."""
    connection = Mock(settings_dict={"OPTIONS": {"pool": True}})
    time = Mock(monotonic=Mock(side_effect=count()))
    with patch.multiple(wait_for_database, connection=connection, time=time):
        yield connection.ensure_connection


def wait(timeout: float) -> str:
    """Return the output for the operator."""
    output = StringIO()
    call_command("wait_for_database", timeout=timeout, stderr=output)
    return output.getvalue()


def test_it_ends_when_the_database_answers_and_tells_each_reason_once(connect: Mock) -> None:
    refused, starting = OperationalError("connection refused\n"), OperationalError("starting up")
    connect.side_effect = [refused, refused, starting, None]
    assert wait(timeout=60).splitlines() == [
        "Waiting for the database: connection refused",
        "Waiting for the database: starting up",
    ]


def test_it_gives_up_in_time_and_says_why(connect: Mock) -> None:
    connect.side_effect = OperationalError("connection refused")
    with pytest.raises(CommandError, match="did not answer within 3 seconds: connection refused"):
        wait(timeout=3)
    assert connect.call_count == 3


def test_a_database_that_is_there_is_not_waited_for(connect: Mock) -> None:
    assert wait(timeout=60) == ""
