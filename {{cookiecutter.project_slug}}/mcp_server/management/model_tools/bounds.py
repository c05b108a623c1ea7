"""The types of arguments as Python source, with the choices and bounds of their fields."""

import textwrap
from enum import Enum
from typing import Any

from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Choices, Field

from mcp_server.management.model_tools.columns import Column
from mcp_server.management.model_tools.kinds import kind_of, type_of

MAX_CHOICES = 40  # in a type. More would fill the context of the AI model; saving a row checks them
RANGES = BaseDatabaseOperations.integer_field_ranges  # of each kind of integer, in every database
ASCII = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\xa0": " "}
)


def argument_type(column: Column) -> str:
    """Return the type of an argument, without None. For a list, return the type of its items."""
    return _choices(column.field) or bounded(column.value, _description(column))


def bounded(field: Field, description: str) -> str:
    """Return the type of the values of a field, with their bounds."""
    base = type_of(field)
    if base == "datetime":
        return "AwareDatetime"
    told = [*_bounds(field), *([f"description={description!r}"] if description else [])]
    checks = _checks_of_text(field) if base == "str" else []
    parts = [base, *checks, *([f"Field({', '.join(told)})"] if told else [])]
    return f"Annotated[{', '.join(parts)}]" if len(parts) > 1 else base


def enumeration_of(field: Any) -> str:
    """Return the name of the `Choices` class in the model that has the choices of a field: `Order.Status`."""
    for name, value in vars(field.model).items():
        if isinstance(value, type) and issubclass(value, Enum) and issubclass(value, Choices):
            same = list(value.choices) == list(field.flatchoices)
            if same and value.__name__ == name:
                return f"{field.model.__name__}.{name}"
    return ""


def limits(field: Any, kind: type) -> list[Any]:
    """Return the limits of the validators of one class, except limits that a function computes."""
    found: list[Any] = [validator for validator in field.validators if type(validator) is kind]
    return [validator.limit_value for validator in found if not callable(validator.limit_value)]


def _choices(field: Any) -> str:
    if field.is_relation or not field.choices:
        return ""
    if enumeration := enumeration_of(field):
        return enumeration
    values = [value for value, _label in field.flatchoices if value not in field.empty_values]
    if len(values) > MAX_CHOICES or not all(type(value) in {str, int, bool} for value in values):
        return ""
    return f"Literal[{', '.join(map(repr, values))}]"


def _checks_of_text(field: Field) -> list[str]:
    shortest = max(limits(field, MinLengthValidator), default=0 if field.blank else 1)
    constraints = [
        *(["strip_whitespace=True"] if kind_of(field) != "TextField" else []),
        *([f"min_length={shortest}"] if shortest else []),
        *([f"max_length={field.max_length}"] if field.max_length else []),
    ]
    checks = [f"StringConstraints({', '.join(constraints)})"] if constraints else []
    return [*checks, "AfterValidator(without_nul)"]


def _bounds(field: Any) -> list[str]:
    """Return the bounds of a number: the narrower ones of its validators and of its type."""
    kind = kind_of(field)
    if kind.endswith("AutoField"):
        return ["ge=1"]
    if kind not in {*RANGES, "DecimalField", "FloatField"}:
        return []
    bounds = {
        "ge": max([*RANGES.get(kind, ())[:1], *limits(field, MinValueValidator)], default=None),
        "le": min([*RANGES.get(kind, ())[1:], *limits(field, MaxValueValidator)], default=None),
        "max_digits": getattr(field, "max_digits", None),
        "decimal_places": getattr(field, "decimal_places", None),
        "allow_inf_nan": False if kind == "FloatField" else None,
    }
    return [f"{name}={_number(value)}" for name, value in bounds.items() if value is not None]


def _number(value: Any) -> str:
    return f"{value:_}" if isinstance(value, int) and abs(value) > 99_999 else repr(value)  # noqa: PLR2004


def _description(column: Column) -> str:
    """Return the first words of the help text or, for a relation, of what identifies the other row."""
    if column.key:
        label = "id" if column.key == "pk" else column.value.verbose_name
        return f"The {label} of the {column.target._meta.verbose_name}."  # noqa: SLF001 - public, documented
    text = " ".join(str(column.field.help_text).translate(ASCII).split())
    if "<" in text:
        return ""  # HTML, which is for pages
    return textwrap.shorten(text, 80, placeholder=" ...")
