"""What is written for a model: which tools, with which fields, filters and orders, and what is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import AutoField, Model

from mcp_server.management.model_tools.columns import Column, Columns, columns_of
from mcp_server.management.model_tools.left_out import is_secret, reason_to_leave_out
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
        """What a new row takes: those that must be given first."""
        columns = [*_own_keys(self.model), *self.columns.written]
        return sorted(columns, key=lambda column: not column.is_required)

    @property
    def for_changes(self) -> list[Column]:
        return [column for column in self.columns.written if not column.field.primary_key]

    @property
    def has_details(self) -> bool:
        """Whether a row by itself shows more than in a list."""
        return any(column.is_long for column in self.columns.shown)

    @property
    def manager(self) -> str:
        """The default manager, by its name in the model."""
        return f"{self.model.__name__}.{self.model._default_manager.name}"  # noqa: SLF001 - public, documented

    def permission(self, tool: str) -> str:
        """Return the permission that a tool asks for."""
        options = self.model._meta  # noqa: SLF001 - public, documented
        return f"{options.app_label}.{NEEDED[tool]}_{options.model_name}"


def plan_for(model: type[Model], rules: Rules, *, delete: bool) -> Plan:
    """Decide what is written for a model."""
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
    """Yield each tool that cannot be, and why."""
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
    """Return a field that a new row cannot do without and that tools do not write."""
    written = {column.field.name for column in [*_own_keys(model), *columns.written]}
    options = model._meta  # noqa: SLF001 - public, documented
    fills_in = model.save is not Model.save
    for field in [*options.concrete_fields, *options.many_to_many]:
        sets_itself = (
            getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False) or field.generated
        )
        is_parent = getattr(field.remote_field, "parent_link", False)
        if field.name in written or isinstance(field, AutoField) or sets_itself or is_parent:
            continue
        if not field.editable and (fills_in or field.null):
            continue
        if Column(field, field.name).is_required:
            return str(field.name)
    return ""


def _own_keys(model: type[Model]) -> list[Column]:
    """Return the key of a model whose rows do not get theirs by themselves."""
    field: Any = model._meta.pk  # noqa: SLF001 - public, documented
    gets_itself = (
        isinstance(field, AutoField) or field.has_default() or field.has_db_default() or field.is_relation
    )
    return (
        [] if gets_itself or reason_to_leave_out(field) or is_secret(field) else [Column(field, field.name)]
    )
