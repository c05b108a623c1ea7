"""Decides what is written for a model: which tools, with which fields, filters and orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import AutoField, Model

from mcp_server.management.model_tools.columns import Column, Columns, columns_of
from mcp_server.management.model_tools.kinds import kind_of, manager_of, plain_key, sets_itself, type_of
from mcp_server.management.model_tools.left_out import reason_to_leave_out
from mcp_server.management.model_tools.names import Names
from mcp_server.management.model_tools.queries import Filter, filters_of, orders_of, searched_fields
from mcp_server.management.model_tools.rules import Rules

NEEDED = {
    "list": "view",
    "search": "view",
    "get": "view",
    "create": "add",
    "update": "change",
    "delete": "delete",
}


@dataclass(frozen=True)
class Plan:
    """The tools of one model."""

    model: type[Model]
    names: Names
    columns: Columns
    filters: list[Filter]
    orders: list[str]
    searched: list[str]
    tools: dict[str, str]
    notes: list[str]
    rules: Rules

    @property
    def for_new(self) -> list[Column]:
        """The columns of a new row, the required ones first."""
        columns = [*_own_keys(self.model), *self.columns.written]
        return sorted(columns, key=lambda column: not column.is_required)

    @property
    def for_changes(self) -> list[Column]:
        return [column for column in self.columns.written if not column.field.primary_key]

    @property
    def short(self) -> list[Column]:
        """The columns that a list shows."""
        return [column for column in self.columns.shown if not column.is_long]

    @property
    def long(self) -> list[Column]:
        """The columns that only a single row shows."""
        return [column for column in self.columns.shown if column.is_long]

    @property
    def details_class(self) -> str:
        return f"{self.names.model}{'Details' if self.long else 'Row'}"

    @property
    def show(self) -> str:
        """The name of the function that shows a single row."""
        return f"{self.names.one}_{'details' if self.long else 'row'}"

    @property
    def class_names(self) -> set[str]:
        """The names of classes that no type of an argument may have."""
        names = self.names
        ends = ("Row", "Details", "Page", "Changes")
        return {names.model, f"Found{names.plural}", *(f"{names.model}{end}" for end in ends)}

    @property
    def models(self) -> set[type[Model]]:
        """The models that the tools may import: this one, its parents, and the related ones."""
        owners = {column.field.model for column in self.columns.shown}
        return {self.model, *owners, *(column.target for column in self.columns.written if column.key)}

    @property
    def what_search_finds(self) -> str:
        where = ", ".join(name.replace("_", " ") for name in self.searched)
        text = f"Find {self.names.several} by {where}."
        return text if len(text) < 95 else f"Find {self.names.several} by any of their texts."  # noqa: PLR2004

    @property
    def key_type(self) -> str:
        return type_of(plain_key(self.model))

    @property
    def has_decimals(self) -> bool:
        return any(kind_of(column.value) == "DecimalField" for column in self.columns.shown)

    @property
    def joined(self) -> list[str]:
        """The relations whose rows a list reads in the same query."""
        return sorted(
            column.field.name
            for column in self.columns.shown
            if column.reads_other_row and not column.is_list
        )

    @property
    def manager(self) -> str:
        return manager_of(self.model)

    @property
    def superusers_only(self) -> str:
        return self.rules.superusers_only(self.model)

    @property
    def permissions(self) -> dict[str, str]:
        """The permission that each tool requires."""
        options = self.model._meta  # noqa: SLF001 - public, documented
        return {tool: f"{options.app_label}.{NEEDED[tool]}_{options.model_name}" for tool in self.tools}

    @property
    def tool_names(self) -> list[str]:
        return sorted(self.tools.values())

    @property
    def reading(self) -> list[str]:
        """The tools for users who may only view rows."""
        return sorted(name for tool, name in self.tools.items() if NEEDED[tool] == "view")


def plan_for(model: type[Model], rules: Rules, *, delete: bool) -> Plan:
    """Return the plan for a model. `delete` adds a tool that deletes rows."""
    names, columns = Names(model), columns_of(model, rules.filled_in)
    searched, tools = searched_fields(columns), names.tools()
    why_not = dict(_why_not(model, columns, searched))
    if not delete:
        del tools["delete"]
    notes = [
        *(f"Not shown: `{name}` ({reason})." for name, reason in columns.left_out.items()),
        *(f"Not written: `{name}` ({reason})." for name, reason in columns.unwritten.items()),
        *(f"There is no {tools[tool]}: {reason}." for tool, reason in why_not.items() if tool in tools),
    ]
    return Plan(
        model=model,
        names=names,
        columns=columns,
        filters=filters_of(model, columns),
        orders=orders_of(model, columns),
        searched=searched,
        tools={tool: name for tool, name in tools.items() if tool not in why_not},
        notes=notes,
        rules=rules,
    )


def _why_not(model: type[Model], columns: Columns, searched: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each tool that cannot be written, with the reason."""
    if not searched:
        yield "search", "no field has text"
    permissions = model._meta.default_permissions  # noqa: SLF001 - public, documented
    for tool in ("create", "update", "delete"):
        if NEEDED[tool] not in permissions:
            yield tool, f"the model has no permission to {NEEDED[tool]}"
    if not columns.written:
        yield "update", "no field is to be written"
    if missing := _missing_for_new(model, columns):
        yield "create", f"a new row needs `{missing}`, which tools do not write"


def _missing_for_new(model: type[Model], columns: Columns) -> str:
    """Return a required field that tools do not write, or ""."""
    written = {column.field.name for column in [*_own_keys(model), *columns.written]}
    options = model._meta  # noqa: SLF001 - public, documented
    fills_in = model.save is not Model.save
    for field in [*options.concrete_fields, *options.many_to_many]:
        is_given = field.name in written or sets_itself(field)
        is_filled_in = not field.editable and (fills_in or field.null)
        if not is_given and not is_filled_in and Column(field, field.name).is_required:
            return str(field.name)
    return ""


def _own_keys(model: type[Model]) -> list[Column]:
    """Return the primary key if a new row needs it from the client, as a list."""
    field: Any = model._meta.pk  # noqa: SLF001 - public, documented
    gets_itself = (
        isinstance(field, AutoField) or field.has_default() or field.has_db_default() or field.is_relation
    )
    return [] if gets_itself or reason_to_leave_out(field) else [Column(field, field.name)]
