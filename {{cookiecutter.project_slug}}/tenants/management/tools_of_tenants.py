"""Tools for models of tenants: what their functions say of tenants, and their lines in isolation_table.py."""

import ast
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import CommandError
from django.db.models import Model

from mcp_server.management.model_tools.columns import Column, plain_key
from mcp_server.management.model_tools.examples import changed_column, roomy_field, unused
from mcp_server.management.model_tools.layout import Imports, in_lines, is_of_project
from mcp_server.management.model_tools.plan import Plan
from mcp_server.management.model_tools.rows_for_tests import maker
from mcp_server.management.model_tools.rules import Rules
from tenants.models import TenantModel


class TenantRules(Rules):
    """A tool shows rows of its tenant; what belongs to no tenant is for superusers, as in the admin."""

    filled_in: ClassVar = {"tenant": "the one of the request"}

    def superusers_only(self, model: type[Model]) -> str:
        """Say why only superusers may see rows of a model, or return an empty string."""
        return "" if issubclass(model, TenantModel) else "they belong to no tenant"

    def rows(self, model: type[Model], imports: Imports) -> str:
        """Return the rows among which a tool looks up what it is told to relate to: of users, the members."""
        if model is not get_user_model():
            return super().rows(model, imports)
        imports.use("tenants", "scope")
        imports.use(model.__module__, model.__name__)
        return f"{model.__name__}.{model._default_manager.name}.filter(tenants=scope.current())"  # noqa: SLF001 - public


def with_calls(table: str, domain: str, plans: Sequence[Plan]) -> str:
    """Return the text of isolation_table.py with a row of the other tenant for each model, and its calls."""
    makers = sorted(maker(plan.model) for plan in plans)
    module = f"mcp_server.tests.tools.rows_for_{domain}"
    imports = Imports()
    for name in makers:
        imports.use(module, name)
    rows = [f"        self.{_row(domain, plan)} = {_made(plan)}" for plan in plans]
    calls = [line for plan in plans for line in _calls(domain, plan)]
    lines = table.splitlines()
    # From the end, so that the numbers of lines above stay as they are.
    for number, new in (
        (_end_of_calls(table), [f"    # {domain}", *calls]),
        (_end_of_fill(table), rows),
        (_place_of_import(table, module), str(imports).splitlines()),
    ):
        lines[number:number] = new
    return "\n".join(lines) + "\n"


def _calls(domain: str, plan: Plan) -> Iterator[str]:
    row = f"theirs.{_row(domain, plan)}"
    is_uuid = plain_key(plan.model).get_internal_type() == "UUIDField"
    key = f'"{plan.names.one}_id": {f"str({row}.pk)" if is_uuid else f"{row}.pk"}'
    arguments = {
        "list": [],
        "search": ['"query": SECRET'],
        "get": [key],
        "create": [
            f'"{column.name}": {_value(row, column)}' for column in plan.for_new if column.is_required
        ],
        "delete": [key],
    }
    if "update" in plan.tools:
        column = changed_column(plan)
        changes = in_lines("{", [f'"{column.name}": {_value(row, column)}'], "}")
        arguments["update"] = [key, f'"changes": {changes}']
    for tool, name in sorted(plan.tools.items(), key=itemgetter(1)):
        theirs = "theirs" if any("theirs." in argument for argument in arguments[tool]) else "_"
        head = f'"{name}": lambda {theirs}: '
        yield in_lines(head + "{", arguments[tool], "},", 4)


def _row(domain: str, plan: Plan) -> str:
    return f"{domain}_{plan.names.one}"


def _made(plan: Plan) -> str:
    """Return the call that makes a row, with the secret in a text of it."""
    secret = ""
    if issubclass(plan.model, TenantModel) and plan.searched:
        secret = f"{roomy_field(plan)}=SECRET"
    return f"{maker(plan.model)}({secret})"


def _value(row: str, column: Column) -> str:
    if not column.key:
        return unused(column)
    field: Any = column.field
    if column.target is ContentType:
        return f"{row}.{field.attname}"
    if column.is_list:
        return "[]"
    value = f"{row}.{field.name}.{column.key}"
    return f"str({value})" if column.value.get_internal_type() == "UUIDField" else value


def _place_of_import(table: str, module: str) -> int:
    imports = [node for node in ast.parse(table).body if isinstance(node, ast.ImportFrom) and node.module]
    of_project = [node for node in imports if is_of_project(str(node.module).partition(".")[0])]
    later = [node.lineno - 1 for node in of_project if str(node.module) > module]
    return later[0] if later else int(of_project[-1].end_lineno or 0)


def _end_of_fill(table: str) -> int:
    for node in ast.walk(ast.parse(table)):
        if isinstance(node, ast.FunctionDef) and node.name == "_fill":
            return node.body[-1].lineno - 1
    raise CommandError("tenants/tests/isolation_table.py has no function _fill: put it back.")


def _end_of_calls(table: str) -> int:
    for node in ast.parse(table).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "CALLS":
            return int(node.end_lineno or 0) - 1
    raise CommandError("tenants/tests/isolation_table.py has no CALLS: put it back.")
