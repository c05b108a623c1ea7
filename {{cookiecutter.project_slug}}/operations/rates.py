"""Rates as people write them: “1200/minute”."""

import re

from django.core.exceptions import ValidationError

MILLISECONDS = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
RATE = re.compile(r"([1-9][0-9]*)/(second|minute|hour|day)")
HINT = "write a number, a slash and second, minute, hour or day, such as 1200/minute"


def parse_rate(text: str) -> tuple[int, int]:
    """Return the calls and milliseconds of a text such as 1200/minute. Raises ValidationError for others."""
    match = RATE.fullmatch(text)
    if match is None:
        raise ValidationError(f"{text!r} is not a rate: {HINT}.")
    return int(match[1]), MILLISECONDS[match[2]]


def validate_rate(text: str) -> None:
    """Validate a model or form field: raises ValidationError for a text that is not a rate."""
    parse_rate(text)
