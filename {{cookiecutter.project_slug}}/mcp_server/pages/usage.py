"""How often tools are called, how fast, and what fails: figures of the audit for the page Usage.

They are of the newest calls of a period, no more than MAX_CALLS, so the page takes as long with ten million
rows as with a hundred thousand. Where a period has more, it says since when they are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Floor, Ln, TruncDay, TruncHour
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mcp_server.models import ToolCall

MAX_CALLS = 100_000
# Of one user: their rows lie apart, so each is a page of the table.
MAX_OWN_CALLS = 20_000
TOP = 10
STEP = 10  # durations are counted in classes, each 10 % longer than the one before
FAILED = {ToolCall.Status.ERROR, ToolCall.Status.TIMEOUT, ToolCall.Status.UNKNOWN}
REFUSED = {ToolCall.Status.DENIED, ToolCall.Status.LIMITED}


@dataclass(frozen=True)
class Period:
    """A time up to now, and where the columns of its chart begin: with each hour, or each day."""

    title: str | Promise
    length: timedelta
    begin: type[TruncHour] | type[TruncDay]


PERIODS = {
    "day": Period(_("24 hours"), timedelta(days=1), TruncHour),
    "week": Period(_("7 days"), timedelta(days=7), TruncDay),
    "month": Period(_("30 days"), timedelta(days=30), TruncDay),
}


@dataclass
class Figures:
    """Of the calls in one column, of one tool or of one user."""

    name: Any = ""
    calls: int = 0
    failed: int = 0
    refused: int = 0
    classes: Counter[int] = field(default_factory=Counter)

    def add(self, status: str, duration: int, calls: int) -> None:
        """Count so many calls that ended alike and took as long."""
        self.calls += calls
        self.failed += calls if status in FAILED else 0
        self.refused += calls if status in REFUSED else 0
        self.classes[duration] += calls

    @property
    def answered(self) -> int:
        """Calls that neither failed nor were refused."""
        return self.calls - self.failed - self.refused

    @property
    def p95(self) -> int:
        """Milliseconds within which 95 % of the calls ended, give or take a tenth."""
        left = self.calls * 0.95
        for duration in sorted(self.classes):
            left -= self.classes[duration]
            if left <= 0:
                return round(exp((duration + 1) / STEP) - 1)
        return 0


@dataclass
class Usage:
    """What the page shows of `calls` in a period."""

    calls: QuerySet[ToolCall]
    period: Period
    most: int = MAX_CALLS
    now: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        self.since = self.now - self.period.length
        in_period = self.calls.filter(time__gt=self.since).order_by("-time")
        # Read from the index, without the rows.
        oldest = in_period.values_list("time", flat=True)[self.most : self.most + 1]
        self.is_cut = bool(found := list(oldest))
        if found:
            self.since = found[0]
        self._newest = in_period.filter(time__gt=self.since).order_by()
        self.columns = self._over_time()
        self.total = Figures()
        for column in self.columns:
            self.total.classes.update(column.classes)
            self.total.calls += column.calls
            self.total.failed += column.failed
            self.total.refused += column.refused

    def tools(self) -> list[Figures]:
        """Return the tools that were called most."""
        return self._top("tool")

    def users(self) -> list[Figures]:
        """Return the users who called most."""
        return self._top("email")

    def charts(self) -> dict[str, tuple[list[dict[str, Any]], str]]:
        """Return the bars of both charts, 100 units high and 10 for each column wide, and their scale."""
        most = max((column.calls for column in self.columns), default=0) or 1
        slowest = max((column.p95 for column in self.columns), default=0) or 1
        calls, slow = [], []
        for number, column in enumerate(self.columns):
            answered, refused, failed = (
                100 * part / most for part in (column.answered, column.refused, column.failed)
            )
            bars = [
                ("answered", 100 - answered, answered),
                ("refused", 100 - answered - refused, refused),
                ("failed", 100 - answered - refused - failed, failed),
            ]
            calls.append({"x": number * 10, "figures": column, "bars": bars})
            height = 100 * column.p95 / slowest
            slow.append({"x": number * 10, "figures": column, "bars": [("p95", 100 - height, height)]})
        up_to = gettext("up to %(number)s")
        return {
            "calls": (calls, up_to % {"number": most}),
            "slow": (slow, up_to % {"number": f"{slowest} ms"}),
        }

    def _over_time(self) -> list[Figures]:
        found = {at.timestamp(): figures for at, figures in self._grouped(self.period.begin("time")).items()}
        at = timezone.localtime(self.since).replace(minute=0, second=0, microsecond=0)
        if self.period.begin is TruncDay:
            begins = [at.replace(hour=0) + timedelta(days=day) for day in range(self.period.length.days + 1)]
        else:  # not by the clock on the wall, which is put back
            hours = range(25)
            begins = [timezone.localtime(at.astimezone(UTC) + timedelta(hours=hour)) for hour in hours]
        return [found.get(each.timestamp(), Figures(each)) for each in begins if each <= self.now]

    def _top(self, field: str) -> list[Figures]:
        figures = self._grouped(F(field)).values()
        return sorted(figures, key=lambda each: (-each.calls, each.name))[:TOP]

    def _grouped(self, expression: Any) -> dict[Any, Figures]:
        """Return the figures of each value of `expression`. The database counts; a few thousand rows come."""
        groups = self._newest.annotate(
            group=expression, duration=Floor(Ln(F("duration_ms") + 1) * STEP)
        ).values_list("group", "status", "duration")
        return _add_up(groups.annotate(calls=Count("pk")))


def _add_up(rows: Iterable[Any]) -> dict[Any, Figures]:
    found: dict[Any, Figures] = {}
    for group, status, duration, calls in rows:
        found.setdefault(group, Figures(group)).add(status, int(duration), calls)
    return found
