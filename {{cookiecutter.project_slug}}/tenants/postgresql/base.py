"""Tells PostgreSQL which tenant is in scope, before anything is asked of it."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from tenants import scope


class DatabaseWrapper(base.DatabaseWrapper):
    """Sets `app.tenant` on the connection, by which `tenants/row_security.py` lets rows be seen.

    It is set when a connection is taken, so what an earlier request left on a pooled one is gone
    before anyone can use it; and again when a query comes from another scope.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._told: str | None = None
        self.execute_wrappers.append(self._execute_in_scope)

    def connect(self) -> None:
        super().connect()
        self._told = None
        self._tell_tenant()

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell_tenant()
        return super().create_cursor(name)

    def _execute_in_scope(self, execute: Any, *query: Any) -> Any:
        self._tell_tenant()
        return execute(*query)

    def _tell_tenant(self) -> None:
        tenant = scope.for_database()
        if tenant == self._told or self.connection is None:
            return
        if self._status() == TransactionStatus.INERROR:
            return  # it takes nothing but a rollback, which asks for no rows
        self.connection.execute("SELECT set_config('app.tenant', %s, false)", [tenant])
        # In a transaction it is not for good: a rollback would take it back, and nobody would tell us.
        self._told = tenant if self._status() == TransactionStatus.IDLE else None

    def _status(self) -> TransactionStatus:
        status: TransactionStatus = self.connection.info.transaction_status
        return status
