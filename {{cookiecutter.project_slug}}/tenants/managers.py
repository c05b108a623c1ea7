"""The manager of models whose rows belong to a tenant."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from tenants import scope


class InScope(models.Func):
    """True for the rows of the tenant that is in scope when the query runs.

    So a queryset may be made anywhere, even when a module is imported. It cannot run without a scope.
    """

    output_field = models.BooleanField()

    def __init__(self) -> None:
        super().__init__(models.F("tenant_id"))

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **__: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        if scope.is_across_tenants():
            return "1 = 1", ()
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} = %s", (*params, scope.current().pk)


class TenantManager(models.Manager):
    """Finds only rows of the tenant in scope. Without a scope, every query raises TenantScopeError."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(InScope())
