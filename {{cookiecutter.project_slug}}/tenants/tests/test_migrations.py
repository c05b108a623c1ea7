"""Migrations of rows and credentials that are older than tenants."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.django_db
def test_rows_have_their_tenant_before_credentials_are_limited() -> None:
    """Catches old tokens that are for no tenant after the migration."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    steps = [
        operation.code.__qualname__.partition(".")[0]
        for migration, _ in plan
        for operation in migration.operations
        if hasattr(operation, "code")
    ]
    assert "limit_credentials" in steps
    assert "adopt" not in steps[steps.index("limit_credentials") :]
