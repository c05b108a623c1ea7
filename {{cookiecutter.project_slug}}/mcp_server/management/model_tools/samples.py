"""Makes up values for tests: ones that a field accepts, different each time where they have to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import DatabaseError
from django.db.models import EmailField, Field, FileField, URLField

from mcp_server.management.model_tools.layout import Imports, quoted
from mcp_server.management.model_tools.left_out import kind_of

# Forms of texts that validators ask for: codes, colours, times, languages, numbers of phones, addresses.
FORMS = (
    "{number}", "a{number}", "A{number}", "AB-{number:03}", "abc-{number}", "{number:08}", "{number:013}",
    "AB{number:07}", "#{number:06x}", "{number:02}:00", "00:00:00:00:00:{number:02x}", "1.0.{number}", "EUR",
    "en", "DE", "UTC", "+49301234{number:03}", "192.0.2.{number}", "example{number}.com", "{number}.00",
    "https://example.com/{number}", "name{number}@example.com", "2026-01-{number:02}", "/a/{number}/",
)  # fmt: skip
FIXED = {
    "BinaryField": b"x",
    "BooleanField": False,
    "DateField": date(2026, 1, 2),
    "DateTimeField": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    "DurationField": timedelta(hours=1),
    "FloatField": 1.5,
    "JSONField": {"colour": "red"},
    "TimeField": time(9),
}
NUMBERS = {"AutoField", "BigAutoField", "SmallAutoField"}


@dataclass(frozen=True)
class Sample:
    """A value: how Python writes it, and how JSON does. `{number}` in a text is another each time."""

    value: Any
    form: str = ""

    def python(self, imports: Imports) -> str:
        """Return it as Python writes it, with `number` for what has to differ."""
        if self.form:
            text = quoted(self.form)
            return f"f{text}" if "{number" in self.form else text
        return _python(self.value, imports)

    def json(self) -> str:
        """Return it as a client sends it, as Python writes that."""
        value = self.value
        if isinstance(value, datetime):
            return quoted(value.isoformat().replace("+00:00", "Z"))
        if isinstance(value, date | time):
            return quoted(value.isoformat())
        if isinstance(value, timedelta):
            return '"PT1H"'
        if isinstance(value, Decimal | UUID):
            return quoted(str(value))
        return quoted(value) if isinstance(value, str) else _plain(value)


def sample(field: Any, number: int = 1) -> Sample:  # noqa: PLR0911 - one for each kind
    """Return a value for a field that is no relation."""
    if field.choices:
        values = [value for value, _ in field.flatchoices if value not in field.empty_values]
        return Sample(values[(number - 1) % len(values)])
    kind = kind_of(field)
    if isinstance(field, FileField):
        return Sample("file.txt")
    if kind == "UUIDField":
        return Sample(UUID(int=number))
    if kind in FIXED:
        return Sample(FIXED[kind])
    if kind == "DecimalField":
        return Sample(_decimal(field, number))
    if kind in {"CharField", "TextField", "SlugField", "GenericIPAddressField"}:
        form = next(_forms_that_pass(field, number), "{number}")
        return Sample(form.format(number=number), form)
    low, high = _bound(field, MinValueValidator, 0), _bound(field, MaxValueValidator, 1_000)
    return Sample(min(max(low, number), high))


def must_differ(field: Any) -> bool:
    """Whether two rows may not have the same value, as far as one field tells."""
    return bool(field.unique)


def _forms_that_pass(field: Any, number: int) -> Iterator[str]:
    label = field.name.replace("_", " ").capitalize()
    first = [f"{label} {{number}}", f"{field.name.replace('_', '-')}-{{number}}"]
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


def _decimal(field: Any, number: int) -> Decimal:
    low, high = _bound(field, MinValueValidator, 0), _bound(field, MaxValueValidator, None)
    places = field.decimal_places or 0
    whole = (field.max_digits or 10) - places
    value = Decimal(max(low, number if whole else 0))
    if high is not None:
        value = min(value, Decimal(high))
    return value.quantize(Decimal(1).scaleb(-places))


def _bound(field: Any, kind: type, default: Any) -> Any:
    limits: list[Any] = [getattr(v, "limit_value", None) for v in field.validators if type(v) is kind]
    values = [limit for limit in limits if not callable(limit)]
    if not values:
        return default
    return max(values) if kind is MinValueValidator else min(values)


def _python(value: Any, imports: Imports) -> str:  # noqa: PLR0911 - one for each kind
    if isinstance(value, str):
        return quoted(str(value))
    if isinstance(value, datetime):
        imports.use("datetime", "UTC")
        imports.use("datetime", "datetime")
        return f"datetime({value.year}, {value.month}, {value.day}, {value.hour}, {value.minute}, tzinfo=UTC)"
    if isinstance(value, timedelta):
        return f"{imports.use('datetime', 'timedelta')}(hours=1)"
    if isinstance(value, date):
        return f"{imports.use('datetime', 'date')}({value.year}, {value.month}, {value.day})"
    if isinstance(value, time):
        return f"{imports.use('datetime', 'time')}({value.hour})"
    if isinstance(value, Decimal):
        return f'{imports.use("decimal", "Decimal")}("{value}")'
    if isinstance(value, UUID):
        return f"{imports.use('uuid', 'UUID')}(int=number)"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)}: {quoted(item)}" for key, item in value.items()) + "}"
    return repr(value)
