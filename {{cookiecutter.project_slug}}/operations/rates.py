"""How often something may happen, written as people write it: “1200/minute”."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError

MILLISECONDS = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
RATE = re.compile(r"([1-9][0-9]*)/(second|minute|hour|day)")
HINT = "write a number, a slash and second, minute, hour or day, such as 1200/minute"


class Rate(NamedTuple):
    """So many calls in so many milliseconds."""

    calls: int
    milliseconds: int


def parse_rate(text: str) -> Rate:
    """Return the rate that `text` says. Raises ValueError when it says none."""
    match = RATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a rate: {HINT}.")
    return Rate(int(match[1]), MILLISECONDS[match[2]])


def validate_rate(text: str) -> None:
    """Refuse, in a model field or form, what is not a rate."""
    try:
        parse_rate(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error
