"""Makes up values for tests, which a field accepts. Each is different if the field is unique."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import DatabaseError
from django.db.models import EmailField, Field, FileField, URLField
from pydantic_core import to_jsonable_python

from mcp_server.management.model_tools.bounds import limits
from mcp_server.management.model_tools.kinds import TEXTS, kind_of

# Formats that validators may require: codes, colours, times, languages, phone numbers, addresses.
FORMS = (
    "{number}", "a{number}", "A{number}", "AB-{number:03}", "abc-{number}", "{number:08}", "{number:013}",
    "AB{number:07}", "#{number:06x}", "{number:02}:00", "00:00:00:00:00:{number:02x}", "1.0.{number}", "EUR",
    "en", "DE", "UTC", "+49301234{number:03}", "192.0.2.{number}", "example{number}.com", "{number}.00",
    "https://example.com/{number}", "name{number}@example.com", "2026-01-{number:02}", "/a/{number}/",
)  # fmt: skip
FIXED = {
    "BinaryField": b"x",
    "BooleanField": False,
    "DateField": datetime.date(2026, 1, 2),
    "DateTimeField": datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC),
    "DurationField": datetime.timedelta(hours=1),
    "FloatField": 1.5,
    "JSONField": {"colour": "red"},
    "TimeField": datetime.time(9),
}


@dataclass(frozen=True)
class Sample:
    """A value. `numbered` is Python source that makes another value for each `number`."""

    value: Any
    numbered: str = ""

    @property
    def python(self) -> str:
        return self.numbered or repr(self.value).replace("datetime.timezone.utc", "datetime.UTC")

    @property
    def json(self) -> str:
        """The value as a client sends it, as Python source."""
        return repr(to_jsonable_python(self.value))


def sample(field: Any, number: int = 1) -> Sample:
    """Return a value for a field that is not a relation."""
    if field.choices:
        values = [value for value, _ in field.flatchoices if value not in field.empty_values]
        return Sample(values[(number - 1) % len(values)])
    kind = kind_of(field)
    if isinstance(field, FileField):
        return Sample("file.txt")
    if kind == "UUIDField":
        return Sample(UUID(int=number), "UUID(int=number)")
    if kind in FIXED:
        return Sample(FIXED[kind])
    if kind in TEXTS:
        form = next(_forms_that_pass(field, number), "{number}")
        return Sample(form.format(number=number), f"f{form!r}" if "{" in form else "")
    return Sample(_number(field, kind, number))


def _number(field: Any, kind: str, number: int) -> Any:
    """Return `number`, or the nearest number that the field accepts."""
    places = getattr(field, "decimal_places", None) or 0
    has_room = kind != "DecimalField" or (field.max_digits or 10) > places
    low = max(limits(field, MinValueValidator), default=0)
    nearest = min([max(low, number if has_room else 0), *limits(field, MaxValueValidator)])
    return Decimal(nearest).quantize(Decimal(1).scaleb(-places)) if kind == "DecimalField" else nearest


def _forms_that_pass(field: Any, number: int) -> Iterator[str]:
    label = field.name.replace("_", " ").capitalize()
    first = [label + " {number}", field.name.replace("_", "-") + "-{number}"]
    if isinstance(field, EmailField):
        first = ["name{number}@example.com"]
    if isinstance(field, URLField):
        first = ["https://example.com/{number}"]
    for form in (*first, *FORMS):
        if _passes(field, form.format(number=number)) and _passes(field, form.format(number=98)):
            yield form


def _passes(field: Field, value: str) -> bool:
    try:
        field.clean(value, None)
    except (ValidationError, AttributeError, TypeError, ValueError, DatabaseError):  # some need a row
        return False
    return True
