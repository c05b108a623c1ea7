"""Arguments of management commands."""

from django.core.management.base import CommandError

MAX_DAYS = 36_500


def check_days(option: str, days: int, *, at_least: int = 1) -> None:
    """Raise CommandError if `days` are too few, or more than dates can hold."""
    if not at_least <= days <= MAX_DAYS:
        raise CommandError(f"{option} is {days}: give a number from {at_least} to {MAX_DAYS}.")
