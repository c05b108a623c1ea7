"""Row-level security: PostgreSQL separates tenants too, below the ORM.

Raw SQL, a query without a condition on the tenant, and psql as the application's user see only the rows of
the tenant that `app.tenant` names: none if it is not set, all if it is "*". `postgresql/base.py` sets it from
the scope. A superuser of PostgreSQL bypasses every policy, so `checks.py` checks that the application is not
one.
"""

import hashlib
from typing import Any

from django.db import connections

from tenants.models import TenantModel, tenant_models, tenant_relations

# Each table with a tenant, and the comment on its policy.
POLICIES = """
    SELECT relname, obj_description(pg_policy.oid, 'pg_policy')
    FROM pg_class
    JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant_id' AND NOT attisdropped
    LEFT JOIN pg_policy ON polrelid = pg_class.oid AND polname = 'tenant'
    WHERE relkind IN ('r', 'p') AND pg_table_is_visible(pg_class.oid)
"""
PROTECT = """
    DROP POLICY IF EXISTS tenant ON "{table}";
    CREATE POLICY tenant ON "{table}" USING ({visible}) WITH CHECK ({allowed});
    COMMENT ON POLICY tenant ON "{table}" IS '{version}';
    ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;
    ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY; -- its owner obeys too: the application itself
"""
VISIBLE = """current_setting('app.tenant', true) IN ("{table}".tenant_id::text, '*')"""
# A foreign key alone would accept a row of another tenant, because it ignores policies.
SAME_TENANT = """
    ("{table}"."{column}" IS NULL OR EXISTS (
        SELECT FROM "{target}" AS target
        WHERE target."{key}" = "{table}"."{column}" AND target.tenant_id = "{table}".tenant_id
    ))
"""


def follow_the_models(using: str, **_: Any) -> None:
    """Protect the table of each tenant model.

    It runs after every `migrate`, and changes only what differs.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(POLICIES)
        versions = dict(cursor.fetchall())
        for model in tenant_models():
            table = model._meta.db_table  # noqa: SLF001 - public, documented API
            version, sql = protection(model)
            # A table has no tenant while migrations of this app are being reversed.
            if table in versions and versions[table] != version:
                cursor.execute(sql)


def protection(model: type[TenantModel]) -> tuple[str, str]:
    """Return the SQL that protects the table of `model`, after a hash that identifies this SQL."""
    table = model._meta.db_table  # noqa: SLF001 - see above
    visible = VISIBLE.format(table=table)
    relations = [
        SAME_TENANT.format(
            table=table,
            column=field.column,
            target=target._meta.db_table,  # noqa: SLF001 - see above
            key=field.target_field.column,
        )
        for field, target in tenant_relations(model)
    ]
    allowed = " AND ".join([visible, *relations])
    version = hashlib.sha256(f"{PROTECT} {visible} {allowed}".encode()).hexdigest()
    return version, PROTECT.format(table=table, visible=visible, allowed=allowed, version=version)
