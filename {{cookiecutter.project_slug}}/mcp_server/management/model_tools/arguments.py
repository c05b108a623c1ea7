"""Writes the arguments of tools: their types and defaults, and where rows that they name are looked up."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from django.db.models import Model

from mcp_server.management.model_tools.columns import Column, plain_key
from mcp_server.management.model_tools.field_types import argument_type, enumeration_of, plain_type
from mcp_server.management.model_tools.layout import Imports, in_lines, quoted
from mcp_server.management.model_tools.names import camel, hides_a_builtin
from mcp_server.management.model_tools.plan import Plan

MAX_NAME = 40  # characters of a type
MAX_LITERAL = 60  # characters in the line of an argument
MAX_ARGUMENTS = 5  # that Ruff accepts without a word


class Arguments:
    """The arguments of a model's tools. Types that are more than a name get one."""

    def __init__(self, plan: Plan, visible: Mapping[type[Model], str], imports: Imports) -> None:
        self.plan = plan
        self.imports = imports
        self._visible = visible
        self._names: dict[str, str] = {}  # by the names that were asked for
        self._types: dict[str, tuple[str, list[str]]] = {}

    @property
    def id_name(self) -> str:
        """The argument that is the key of a row."""
        return f"{self.plan.names.one}_id"

    @property
    def id_type(self) -> str:
        """The name of its type."""
        names = self.plan.names
        field = plain_key(self.plan.model)
        base = plain_type(field, self.imports)
        parts = [base]
        if base == "str":
            self.imports.use("mcp_server.toolkit.types", "without_nul")
            parts.append(f"{self.imports.use('pydantic', 'AfterValidator')}(without_nul)")
        bounds = "ge=1, " if field.get_internal_type().endswith("AutoField") else ""
        field_of = self.imports.use("pydantic", "Field")
        parts.append(f'{field_of}({bounds}description="The id that list_{names.many} gives.")')
        return self._named(f"{names.model}Id", self.imports.use("typing", "Annotated"), parts)

    def type_of(self, column: Column) -> str:
        """Return the type of a column, by its name where it has bounds."""
        type_, parts = argument_type(column, self.imports)
        if parts:
            name = f"{self.plan.names.model}{camel(column.name)}"
            type_ = self._named(name if len(name) <= MAX_NAME else camel(column.name), type_, parts)
        return f"list[{type_}]" if column.is_list else type_

    def types(self) -> str:
        """Return the definitions of all types that were asked for."""
        return "\n".join(
            in_lines(f"type {name} = {type_}[", parts, "]") for name, (type_, parts) in self._types.items()
        )

    def of_new_row(self) -> list[str]:
        """Return the arguments of the tool that adds a row."""
        return [
            self._argument(column.name, self.type_of(column), self._default(column))
            for column in self.plan.for_new
        ]

    def of_filters(self) -> list[str]:
        """Return the arguments that narrow a list."""
        return [
            self._argument(each.argument, self.type_of(each.column), "None") for each in self.plan.filters
        ]

    def order_type(self) -> str:
        """Return the type of the order of a list, by a name when it is long."""
        parts = [quoted(order) for order in self.plan.orders]
        literal = f"{self.imports.use('typing', 'Literal')}[{', '.join(parts)}]"
        if len(literal) <= MAX_LITERAL:
            return literal
        return self._named(f"{self.plan.names.model}OrderBy", "Literal", parts)

    def of_changes(self) -> list[str]:
        """Return the keys of what may be changed."""
        return [f"{column.name}: {self._or_none(column)}" for column in self.plan.for_changes]

    def lookups(self, columns: Sequence[Column], user: str) -> list[str]:
        """Return where the other rows of relations are looked up: among those that the user may see."""
        found = []
        for column in columns:
            if not column.key:
                continue
            if column.target in self._visible:
                rows = f"{self._visible[column.target]}({user})"
            else:
                rows = self.plan.rules.rows(column.target, self.imports)
            key = column.key if column.is_list or column.key != "pk" else _key_of_target(column)
            found.append(f'{column.name}=({rows}, "{key}")')
        return found

    def _or_none(self, column: Column) -> str:
        type_ = self.type_of(column)
        return f"{type_} | None" if column.field.null and column.field.blank and type_ != "Any" else type_

    def _named(self, name: str, type_: str, parts: list[str]) -> str:
        if name not in self._names or self._types[self._names[name]] != (type_, parts):
            self._names[name] = self.imports.define(name)
        self._types[self._names[name]] = (type_, parts)
        return self._names[name]

    def _argument(self, name: str, type_: str, default: str) -> str:
        if default == "None" and type_ != "Any":
            type_ = f"{type_} | None"
        text = f"{name}: {type_} = {default}" if default else f"{name}: {type_}"
        return f"{text}  # noqa: A002 - the name of the field" if hides_a_builtin(name) else text

    def _default(self, column: Column) -> str:
        """Return the default of an argument, empty if it has none. None leaves the field to the model."""
        field: Any = column.field
        if column.is_required:
            return ""
        if field.has_default() and not callable(field.default):
            default = field.default
            if isinstance(default, Enum):
                owner = enumeration_of(field)
                return f"{field.model.__name__}.{owner}.{default.name}" if owner else _literal(default.value)
            return _literal(default)
        is_text = plain_type(column.value, self.imports) == "str" and not column.key
        return (
            '""' if is_text and not field.null and not field.choices and not field.has_default() else "None"
        )


def signature(head: str, arguments: Sequence[str]) -> str:
    """Return the beginning of a function, excused from the most arguments that a function should have."""
    many = len(arguments) > MAX_ARGUMENTS
    return f"{head}(  # noqa: PLR0913, PLR0917 - one argument for each field" if many else f"{head}("


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    return repr(value) if isinstance(value, bool | int | float) else "None"


def _key_of_target(column: Column) -> str:
    """Return the field that a foreign key points to: mostly the primary key."""
    target = column.field.target_field
    return "pk" if target.primary_key else str(target.name)
