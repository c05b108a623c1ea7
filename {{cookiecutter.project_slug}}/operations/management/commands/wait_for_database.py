"""`manage.py wait_for_database`: what deploy/entrypoint.sh does before it starts a process."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection


class Command(BaseCommand):
    """Connects through Django, and so with any engine and with the settings of the process itself."""

    help = "Wait until the database answers; fail with the reason when it does not in time."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=60, help="Seconds to wait at most.")

    def handle(self, *, timeout: float, **_options: Any) -> None:
        """Return once a connection is open.

        A wrong password is retried like a refused connection: a database that starts for the first time
        refuses its users until it has created them.
        """
        # A pool would retry in the background and hide why it cannot connect.
        connection.settings_dict["OPTIONS"].pop("pool", None)
        deadline = time.monotonic() + timeout
        told = ""
        while True:
            try:
                connection.ensure_connection()
            except OperationalError as error:
                reason = str(error).strip()
            else:
                return
            if time.monotonic() >= deadline:
                raise CommandError(f"The database did not answer within {timeout:g} seconds: {reason}")
            if reason != told:
                self.stderr.write(f"Waiting for the database: {reason}")
                told = reason
            time.sleep(0.5)
