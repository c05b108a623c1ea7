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
    """For a daily cron job: how long the audit is kept is the owner's decision."""

    help = "Delete the tool calls of the audit that are older than so many days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, required=True, metavar="N", help="keep the last N days")

    def handle(self, *, days: int, **_options: Any) -> None:
        check_days("--days", days)
        old = ToolCall.objects.filter(time__lt=timezone.now() - timedelta(days=days)).order_by()
        count = 0
        # In batches: one deletion of millions of rows would hold the database up.
        while batch := list(old.values_list("pk", flat=True)[:BATCH]):
            count += ToolCall.objects.filter(pk__in=batch).delete()[0]
        self.stdout.write(f"Deleted {count} tool calls.")
