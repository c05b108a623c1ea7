"""Tools for models with tenants: which rows they show, and their calls in test_isolation.py."""

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from mcp_server.management.model_tools.columns import Column
from mcp_server.management.model_tools.examples import changed_column, roomy_field, unused
from mcp_server.management.model_tools.kinds import manager_of, plain_key, type_of
from mcp_server.management.model_tools.plan import Plan
from mcp_server.management.model_tools.rules import Rules
from mcp_server.management.model_tools.write import render
from tenants.models import TenantModel


class TenantRules(Rules):
    """A tool shows rows of its tenant. Rows without a tenant are for superusers, as in the admin."""

    filled_in: ClassVar = {"tenant": "the one of the request"}
    imports: ClassVar = ["from tenants import scope"]

    def superusers_only(self, model: type[Model]) -> str:
        """Return why only superusers may see the rows of a model, or ""."""
        return "" if issubclass(model, TenantModel) else "they belong to no tenant"

    def rows(self, model: type[Model]) -> str:
        """Return the rows to which a tool may relate, as Python source. Of users, these are the members."""
        if model is not get_user_model():
            return super().rows(model)
        return f"{manager_of(model)}.filter(tenants=scope.current())"


def write_isolation(domain: str, plans: Sequence[Plan]) -> str:
    """Return a module for tenants/tests/isolation/: rows of the other tenant, and calls of the tools."""
    template = Path(__file__).with_name("isolation.py-tpl")
    return render(template, domain=domain, models=[Isolation(domain, plan) for plan in plans])


class Isolation:
    """The calls of the tools of one model."""

    def __init__(self, domain: str, plan: Plan) -> None:
        self.plan = plan
        self.row = f"theirs.{domain}_{plan.names.one}"
        has_text = issubclass(plan.model, TenantModel) and plan.searched
        self.secret = f"{roomy_field(plan)}=SECRET" if has_text else ""

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Each tool, and its arguments."""
        arguments = {"list": "", "search": '"query": SECRET', "get": self._key, "delete": self._key}
        required = [column for column in self.plan.for_new if column.is_required]
        arguments["create"] = ", ".join(self._argument(column) for column in required)
        if "update" in self.plan.tools:
            changes = self._argument(changed_column(self.plan))
            arguments["update"] = f'{self._key}, "changes": ' + "{" + changes + "}"
        return [(name, arguments[tool]) for tool, name in sorted(self.plan.tools.items(), key=itemgetter(1))]

    @property
    def _key(self) -> str:
        is_uuid = type_of(plain_key(self.plan.model)) == "UUID"
        return f'"{self.plan.names.id}": {f"str({self.row}.pk)" if is_uuid else f"{self.row}.pk"}'

    def _argument(self, column: Column) -> str:
        return f'"{column.name}": {self._value(column)}'

    def _value(self, column: Column) -> str:
        if not column.key:
            return unused(column)
        field: Any = column.field
        if column.target is ContentType:
            return f"{self.row}.{field.attname}"
        if column.is_list:
            return "[]"
        value = f"{self.row}.{field.name}.{column.key}"
        return f"str({value})" if type_of(column.value) == "UUID" else value
