"""The arguments of a model's tools as Python source: names, types and defaults."""

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Model

from mcp_server.management.model_tools.bounds import argument_type, bounded, enumeration_of
from mcp_server.management.model_tools.columns import Column
from mcp_server.management.model_tools.kinds import plain_key, type_of
from mcp_server.management.model_tools.names import camel, variable
from mcp_server.management.model_tools.plan import Plan

MAX_NAME = 40  # characters of a type


@dataclass(frozen=True)
class Argument:
    """An argument of a tool, or a key of the dictionary of changes."""

    name: str
    type: str
    default: str = ""

    @property
    def hides_a_builtin(self) -> bool:
        return hasattr(builtins, self.name)


class Arguments:
    """The arguments of a model's tools. A type that is more than a name gets a unique name in `types`."""

    def __init__(self, plan: Plan, visible: Mapping[type[Model], str], taken: set[str]) -> None:
        self.plan = plan
        self._visible = visible
        self._taken = taken
        self.types: dict[str, str] = {}
        model, one, many = plan.names.model, plan.names.one, plan.names.many
        self.filters = [self._argument(each.argument, each.column, "None") for each in plan.filters]
        self.order_type = self._named(f"{model}OrderBy", f"Literal[{', '.join(map(repr, plan.orders))}]")
        key_type = bounded(plain_key(plan.model), f"The id that list_{many} gives.")
        self.id_type = self._named(f"{model}Id", key_type)
        new = plan.for_new if "create" in plan.tools else []
        self.of_new_row = [self._argument(column.name, column, _default(column)) for column in new]
        changes = plan.for_changes if "update" in plan.tools else []
        self.of_changes = [self._argument(column.name, column, _emptied(column)) for column in changes]
        # The name of the argument for the caller, because a model may have a field `user`.
        self.caller_of_list = _caller(self.filters)
        self.caller_of_create = _caller(self.of_new_row)
        # Names of variables that hide no argument.
        taken_by_list = {*(each.name for each in self.filters), self.caller_of_list}
        self.rows, self.page, self.after = (variable(name, taken_by_list) for name in (many, "page", "after"))
        self.new_row = variable(one, {*(each.name for each in self.of_new_row), self.caller_of_create})
        # The arguments of the calls that the tools make.
        self.narrowing = [f"{each.lookup}={each.argument}" for each in plan.filters]
        self.given = [f"{each.name}={each.name}" for each in self.of_new_row]
        self.lookups_of_new_row = self._lookups(new, self.caller_of_create)
        self.lookups_of_changes = self._lookups(changes, "user")

    def _argument(self, name: str, column: Column, default: str) -> Argument:
        wanted = f"{self.plan.names.model}{camel(column.name)}"
        wanted = wanted if len(wanted) <= MAX_NAME else camel(column.name)
        type_ = self._named(wanted, argument_type(column))
        if column.is_list:
            type_ = f"list[{type_}]"
        return Argument(name, f"{type_} | None" if default == "None" and type_ != "Any" else type_, default)

    def _named(self, name: str, type_: str) -> str:
        if "[" not in type_:
            return type_
        while name in self._taken and self.types.get(name) != type_:
            name += "Value"
        self._taken.add(name)
        self.types[name] = type_
        return name

    def _lookups(self, columns: Sequence[Column], caller: str) -> list[str]:
        """Return where other rows are looked up: of models with tools here, among what the caller sees."""
        lookups = []
        for column in columns:
            if column.key:
                visible = self._visible.get(column.target)
                rows = f"{visible}({caller})" if visible else self.plan.rules.rows(column.target)
                lookups.append(f'{column.name}=({rows}, "{column.key_of_other}")')
        return lookups


def _caller(arguments: Sequence[Argument]) -> str:
    return "caller" if "user" in {argument.name for argument in arguments} else "user"


def _default(column: Column) -> str:
    """Return the default of an argument, or "" if it has none. With None, the model sets the field."""
    field: Any = column.field
    if column.is_required:
        return ""
    if field.has_default() and not callable(field.default):
        default = field.default
        if isinstance(default, Enum):
            enumeration = enumeration_of(field)
            return f"{enumeration}.{default.name}" if enumeration else _literal(default.value)
        return _literal(default)
    is_text = type_of(column.value) == "str" and not column.key
    return '""' if is_text and not field.null and not field.choices and not field.has_default() else "None"


def _emptied(column: Column) -> str:
    """Return the value that empties a field, or "" if the field must not be empty."""
    return "None" if column.field.null and column.field.blank else ""


def _literal(value: Any) -> str:
    return repr(value) if isinstance(value, bool | int | float | str) else "None"
