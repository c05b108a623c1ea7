"""Tools for models of tenants: what their functions say of tenants, and how test_isolation.py calls them."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from mcp_server.management.model_tools.columns import Column, plain_key
from mcp_server.management.model_tools.examples import changed_column, roomy_field, unused
from mcp_server.management.model_tools.layout import Imports, in_lines
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


def write_isolation(domain: str, plans: Sequence[Plan]) -> str:
    """Return a module for tenants/tests/isolation/: rows of the other tenant, and how tools are called."""
    imports = Imports()
    for plan in plans:
        imports.use(f"mcp_server.tests.tools.rows_for_{domain}", maker(plan.model))
    rows = "\n".join(f"    theirs.{_row(domain, plan)} = {_made(plan)}" for plan in plans)
    calls = "\n".join(line for plan in plans for line in _calls(domain, plan))
    for name in ("Calls", "Theirs", *(["SECRET"] if "SECRET" in rows + calls else [])):
        imports.use("tenants.tests.isolation.theirs", name)
    parts = [
        f'"""How the tools of {domain} are called with identifiers of another tenant."""\n\n{imports}',
        f"def fill(theirs: Theirs) -> None:\n{rows}",
        "CALLS: Calls = {\n" + calls + "\n}\n",
    ]
    return "\n\n\n".join(parts)


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
