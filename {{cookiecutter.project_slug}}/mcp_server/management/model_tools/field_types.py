"""The types of arguments and results: from a field, with its choices and bounds."""

import textwrap
from enum import Enum
from typing import Any

from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db.models import Choices, Field, Model

from mcp_server.management.model_tools.columns import Column
from mcp_server.management.model_tools.layout import Imports, in_lines, quoted

MAX_CHOICES = 40  # in a type; more fill a model's context, and are checked when a row is saved
RESULTS = {
    "BooleanField": (None, "bool"),
    "DateField": ("datetime", "date"),
    "DateTimeField": ("datetime", "datetime"),
    "DecimalField": ("decimal", "Decimal"),
    "DurationField": ("datetime", "timedelta"),
    "FloatField": (None, "float"),
    "JSONField": ("typing", "Any"),
    "TimeField": ("datetime", "time"),
    "UUIDField": ("uuid", "UUID"),
}
TEXTS = {"CharField", "TextField", "SlugField", "GenericIPAddressField"}
# What each kind of integer holds in every database.
BOUNDS = {
    "SmallIntegerField": (-32_768, 32_767),
    "IntegerField": (-2_147_483_648, 2_147_483_647),
    "BigIntegerField": (-9_223_372_036_854_775_808, 9_223_372_036_854_775_807),
    "PositiveSmallIntegerField": (0, 32_767),
    "PositiveIntegerField": (0, 2_147_483_647),
    "PositiveBigIntegerField": (0, 9_223_372_036_854_775_807),
}
ASCII = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\xa0": " "}
)


def result_type(column: Column, imports: Imports) -> str:
    """Return the type of a column in a result."""
    name = plain_type(column.value, imports)
    if column.is_list:
        return f"list[{name}]"
    return f"{name} | None" if column.field.null and name != "Any" else name


def plain_type(field: Field, imports: Imports) -> str:
    """Return the Python type of a field's values."""
    kind = field.get_internal_type()
    if kind in TEXTS:
        return "str"
    module, name = RESULTS.get(kind, (None, "int"))
    return imports.use(module, name) if module else name


def argument_type(column: Column, imports: Imports) -> tuple[str, list[str]]:
    """Return the type of an argument, without None: its name, and what is in its brackets.

    For a list, it is the type of what is in it.
    """
    field = column.value
    if choices := choices_of(column.field, imports):
        return choices
    base = plain_type(field, imports)
    if base == "datetime":
        return imports.use("mcp_server.toolkit.types", "AwareDatetime"), []
    parts, constraints = [base], _constraints(field, imports)
    if base == "str":
        parts += _text_constraints(field, imports)
    if description := _description(column):
        constraints.append(f"description={quoted(description)}")
    if constraints:
        imports.use("pydantic", "Field")
        parts.append(in_lines("Field(", constraints, ")", 4).strip())
    if len(parts) == 1:
        return base, []
    return imports.use("typing", "Annotated"), parts


def choices_of(field: Any, imports: Imports) -> tuple[str, list[str]] | None:
    """Return the enumeration that a model has for a field's choices, or a Literal of them."""
    if field.is_relation or not field.choices:
        return None
    if owner := enumeration_of(field):
        return f"{imports.use(field.model.__module__, field.model.__name__)}.{owner}", []
    values = [value for value, _label in field.flatchoices if value not in field.empty_values]
    if len(values) > MAX_CHOICES or not all(type(value) in {str, int, bool} for value in values):
        return None
    literals = [quoted(value) if isinstance(value, str) else repr(value) for value in values]
    return imports.use("typing", "Literal"), literals


def enumeration_of(field: Any) -> str:
    """Return the name of the class `Choices` in the model that has the choices of a field."""
    model: type[Model] = field.model
    for name, value in vars(model).items():
        if isinstance(value, type) and issubclass(value, Enum) and issubclass(value, Choices):
            same = list(value.choices) == list(field.flatchoices)
            if same and value.__name__ == name:
                return name
    return ""


def _text_constraints(field: Field, imports: Imports) -> list[str]:
    limits = [] if field.blank else ["min_length=1"]
    shortest = [v.limit_value for v in field.validators if type(v) is MinLengthValidator]
    if shortest and isinstance(shortest[0], int):
        limits = [f"min_length={max(shortest)}"]
    if field.max_length:
        limits.append(f"max_length={field.max_length}")
    if field.get_internal_type() != "TextField":
        limits.insert(0, "strip_whitespace=True")
    imports.use("mcp_server.toolkit.types", "without_nul")
    imports.use("pydantic", "AfterValidator")
    checks = ["AfterValidator(without_nul)"]
    if limits:
        checks.insert(0, f"{imports.use('pydantic', 'StringConstraints')}({', '.join(limits)})")
    return checks


def _constraints(field: Any, imports: Imports) -> list[str]:
    kind = field.get_internal_type()
    if kind == "FloatField":
        return [*_bounds(field, None, None, imports), "allow_inf_nan=False"]
    if kind == "DecimalField":
        places = [f"max_digits={field.max_digits}", f"decimal_places={field.decimal_places}"]
        return [*_bounds(field, None, None, imports), *(place for place in places if "None" not in place)]
    if kind.endswith("AutoField"):
        return ["ge=1"]
    if kind in BOUNDS:
        return _bounds(field, *BOUNDS[kind], imports)
    return []


def _bounds(field: Any, low: Any, high: Any, imports: Imports) -> list[str]:
    """Return the bounds of a number: those of its validators if they are narrower than its kind's."""
    lows = [
        v.limit_value
        for v in field.validators
        if type(v) is MinValueValidator and not callable(v.limit_value)
    ]
    highs = [
        v.limit_value
        for v in field.validators
        if type(v) is MaxValueValidator and not callable(v.limit_value)
    ]
    low = max([*lows, *([] if low is None else [low])], default=None)
    high = min([*highs, *([] if high is None else [high])], default=None)
    return [
        f"{name}={_number(value, imports)}"
        for name, value in (("ge", low), ("le", high))
        if value is not None
    ]


def _number(value: Any, imports: Imports) -> str:
    if isinstance(value, int):
        return f"{value:_}" if abs(value) > 99_999 else str(value)  # noqa: PLR2004
    if isinstance(value, float):
        return repr(value)
    return f'{imports.use("decimal", "Decimal")}("{value}")'


def _description(column: Column) -> str:
    """Return the first sentence of the help text; for a relation, what names its other row."""
    if column.key:
        label = "id" if column.key == "pk" else column.value.verbose_name
        return f"The {label} of the {column.target._meta.verbose_name}."  # noqa: SLF001 - public, documented
    text = " ".join(str(column.field.help_text).translate(ASCII).split())
    if "<" in text:
        return ""  # written for a page
    return textwrap.shorten(text, 80, placeholder=" ...")
