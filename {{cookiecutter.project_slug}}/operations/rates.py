"""How often something may happen, written as people write it: “1200/minute”."""

import re

from django.core.exceptions import ValidationError

MILLISECONDS = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
RATE = re.compile(r"([1-9][0-9]*)/(second|minute|hour|day)")
HINT = "write a number, a slash and second, minute, hour or day, such as 1200/minute"


def parse_rate(text: str) -> tuple[int, int]:
    """Return the calls, and in how many milliseconds. Raises ValidationError for any other text."""
    match = RATE.fullmatch(text)
    if match is None:
        raise ValidationError(f"{text!r} is not a rate: {HINT}.")
    return int(match[1]), MILLISECONDS[match[2]]


def validate_rate(text: str) -> None:
    """Refuse, in a model field or form, what is not a rate."""
    parse_rate(text)
