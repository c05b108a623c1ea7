"""`manage.py prune_tool_calls --days N`."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mcp_server.models import ToolCall
from operations.management.arguments import check_days

BATCH = 10_000


class Command(BaseCommand):
    """Run it in a daily cron job, with the days for which you want to keep the audit."""

    help = "Delete the tool calls in the audit that are older than N days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, required=True, metavar="N", help="keep the last N days")

    def handle(self, *, days: int, **_options: Any) -> None:
        check_days("--days", days)
        old = ToolCall.objects.filter(time__lt=timezone.now() - timedelta(days=days)).order_by()
        count = 0
        # In batches, because deleting millions of rows at once would block the database.
        while batch := list(old.values_list("pk", flat=True)[:BATCH]):
            count += ToolCall.objects.filter(pk__in=batch).delete()[0]
        self.stdout.write(f"Deleted {count} tool calls.")
