"""Types for the arguments of tools."""

from datetime import UTC, datetime
from typing import Annotated

from django.conf import settings
from django.utils import timezone
from pydantic import AfterValidator, Field


def without_nul(text: str) -> str:
    """Return `text`, for use in `AfterValidator`.

    Raises ValueError for a NUL, which PostgreSQL cannot store.
    """
    if "\x00" in text:
        raise ValueError("a NUL character is not allowed")
    return text


def _aware(moment: datetime) -> datetime:
    try:
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment, timezone.get_default_timezone())
        moment.astimezone(UTC)  # as the database stores it
    except OverflowError:
        raise ValueError("is out of range: choose a year from 2 to 9998") from None
    return moment


# AI models often omit the offset, and Python cannot compare a naive time with `timezone.now()`.
type AwareDatetime = Annotated[
    datetime,
    AfterValidator(_aware),
    Field(description=f"Date and time, ISO 8601. Without an offset: in {settings.TIME_ZONE}."),
]
