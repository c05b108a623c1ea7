"""`manage.py clear_oauth` removes unusable tokens, connections and apps: run it every day."""

from collections.abc import Callable
from datetime import timedelta
from itertools import batched
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from oauth.models import Connection
from operations.management.arguments import check_days

BATCH = 1000


class Command(BaseCommand):
    """Without it, the table of apps would only grow, because anyone may register one."""

    help = "Delete expired tokens, connections that ended, and registered apps that nobody uses."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --days."""
        parser.add_argument(
            "--days",
            type=int,
            default=30,
            help="days to keep an app after its last user disconnected it (default: %(default)s)",
        )

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        """Delete, and print how much. Raises CommandError for an impossible number of days."""
        check_days("--days", days, at_least=0)
        call_command("cleartokens")
        call_command("clearcimdapplications", stdout=self.stdout)
        ended = _delete(Connection.objects.ended(), _delete_connections)
        self.stdout.write(f"Deleted {ended} connection(s) that ended")
        # `updated` is the time when the app registered, or when its last user disconnected it.
        now, day = timezone.now(), timedelta(days=1)
        was_connected = Q(updated__gt=F("created") + timedelta(seconds=1))
        unused = Application.objects.filter(
            Q(updated__lt=now - timedelta(days=days)) | (Q(updated__lt=now - day) & ~was_connected),
            registration_source=Application.RegistrationSource.DCR,
            connections=None,
        )
        self.stdout.write(f"Deleted {_delete(unused, QuerySet.delete)} registered app(s) that nobody uses")


def _delete(rows: QuerySet[Any], delete: Callable[[QuerySet[Any]], object]) -> int:
    """Delete rows in batches, because there may be millions."""
    ids = list(rows.values_list("pk", flat=True))
    for batch in batched(ids, BATCH):
        delete(rows.filter(pk__in=batch))
    return len(ids)


def _delete_connections(ended: QuerySet[Connection]) -> None:
    """Delete connections and their tokens with a few statements for all of them.

    With the lock, a user who connects an app again at this moment waits, and then gets a new connection.
    """
    with transaction.atomic():
        locked = list(ended.select_for_update(of=("self",)).values_list("pk", "application"))
        rows = Connection.objects.filter(pk__in=[pk for pk, _ in locked])
        of_them = rows.filter(user=OuterRef("user"), application=OuterRef("application"))
        for model in (Grant, RefreshToken, AccessToken):
            model.objects.filter(Exists(of_them)).delete()
        Application.objects.filter(pk__in={app for _, app in locked}).update(updated=timezone.now())
        rows._raw_delete(rows.db)  # noqa: SLF001 - without the signal, which does the same for each row
