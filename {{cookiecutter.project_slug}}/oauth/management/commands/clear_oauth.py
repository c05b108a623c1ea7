"""Removes what nobody can use any more: run it every day."""

from datetime import timedelta
from itertools import batched
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet
from django.utils import timezone
from oauth2_provider.models import Application

from mcp_server.management.days import check_days
from oauth.models import Connection

BATCH = 1000


class Command(BaseCommand):
    """Anyone may register an app, so without this the table of apps only grows."""

    help = "Delete expired tokens, connections that ended, and registered apps that nobody uses."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the days that an app is kept."""
        parser.add_argument(
            "--days",
            type=int,
            default=30,
            help="for how long an app is kept that nobody is connected to (30)",
        )

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        """Delete, and say how much. Raises CommandError for an impossible number of days."""
        check_days("--days", days, at_least=0)
        call_command("cleartokens")
        call_command("clearcimdapplications", stdout=self.stdout)
        ended = Connection.objects.exclude(pk__in=Connection.objects.live())
        self.stdout.write(f"Deleted {_delete(ended)} connection(s) that ended")
        # `updated` is when the app registered, or when its last user disconnected it.
        unused = Application.objects.filter(
            registration_source=Application.RegistrationSource.DCR,
            updated__lt=timezone.now() - timedelta(days=days),
            connections=None,
        )
        self.stdout.write(f"Deleted {_delete(unused)} registered app(s) that nobody uses")


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows without loading them all at once, for there may be millions."""
    ids = list(rows.values_list("pk", flat=True))
    for batch in batched(ids, BATCH, strict=False):
        rows.filter(pk__in=batch).delete()
    return len(ids)
