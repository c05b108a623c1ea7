"""Tells PostgreSQL which tenant is in scope, before each query."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from tenants import scope


class DatabaseWrapper(base.DatabaseWrapper):
    """Sets `app.tenant` on the connection, on which the policies of `tenants/row_security.py` depend.

    It is set when a connection is taken, so that a pooled one does not keep the tenant of an earlier request,
    and again if a query comes from another scope.
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
            return  # only a rollback is possible, which reads no rows
        self.connection.execute("SELECT set_config('app.tenant', %s, false)", [tenant])
        # In a transaction, a rollback would undo it unnoticed, so it is set again for the next query.
        self._told = tenant if self._status() == TransactionStatus.IDLE else None

    def _status(self) -> TransactionStatus:
        status: TransactionStatus = self.connection.info.transaction_status
        return status
