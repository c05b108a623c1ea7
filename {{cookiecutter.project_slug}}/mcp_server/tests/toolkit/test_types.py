"""Types that tools use for their arguments."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError
from pytest_django import Settings

from mcp_server.toolkit.types import AwareDatetime

when = TypeAdapter(AwareDatetime).validate_python


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2099-01-01T10:00:00", datetime(2099, 1, 1, 9, tzinfo=UTC)),
        ("2099-07-01T10:00", datetime(2099, 7, 1, 8, tzinfo=UTC)),
        ("2099-01-01T10:00:00Z", datetime(2099, 1, 1, 10, tzinfo=UTC)),
        ("2099-01-01T10:00:00-05:00", datetime(2099, 1, 1, 15, tzinfo=UTC)),
    ],
)
def test_without_an_offset_it_is_in_time_zone(settings: Settings, text: str, expected: datetime) -> None:
    """Catches a TypeError of `starts < timezone.now()`: models leave the offset out."""
    settings.TIME_ZONE = "Europe/Berlin"
    assert when(text) == expected


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="out of range"):
        when(text)
