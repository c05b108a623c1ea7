"""The figures of the page Usage: how often tools are called, how long they take, and what fails.

They cover the newest MAX_CALLS calls of a period, so that the page takes no longer with ten million rows than
with a hundred thousand. If the period has more calls, the page says since when it counts.
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
# For one user: their rows are scattered, so each may be another page of the table to read.
MAX_OWN_CALLS = 20_000
TOP = 10
STEP = 10  # durations are counted in classes, each of which is 10 % longer than the one before
FAILED = {ToolCall.Status.ERROR, ToolCall.Status.TIMEOUT, ToolCall.Status.UNKNOWN}
REFUSED = {ToolCall.Status.DENIED, ToolCall.Status.LIMITED}


@dataclass(frozen=True)
class Period:
    """A period that ends now, and the length of the columns in its charts: an hour or a day."""

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
    """The figures of one column, one tool or one user, or of all."""

    name: Any = ""
    calls: int = 0
    failed: int = 0
    refused: int = 0
    classes: Counter[int] = field(default_factory=Counter)

    def add(self, status: str, duration: int, calls: int) -> None:
        """Count calls of the same status and class of duration."""
        self.calls += calls
        self.failed += calls if status in FAILED else 0
        self.refused += calls if status in REFUSED else 0
        self.classes[duration] += calls

    @property
    def answered(self) -> int:
        """The number of calls that neither failed nor were refused."""
        return self.calls - self.failed - self.refused

    @property
    def p95(self) -> int:
        """Milliseconds within which 95 % of the calls ended, with an error of a tenth at most."""
        left = self.calls * 0.95
        for duration in sorted(self.classes):
            left -= self.classes[duration]
            if left <= 0:
                return round(exp((duration + 1) / STEP) - 1)
        return 0


@dataclass
class Usage:
    """The figures of `calls` in a period that the page shows."""

    calls: QuerySet[ToolCall]
    period: Period
    most: int = MAX_CALLS
    now: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        self.since = self.now - self.period.length
        in_period = self.calls.filter(time__gt=self.since).order_by("-time")
        # This query reads only the index.
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
        """Return the bars and the scale of each chart. A chart is 100 units high, and a column 10 wide."""
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
        else:  # in UTC, because local time repeats or skips an hour
            hours = range(25)
            begins = [timezone.localtime(at.astimezone(UTC) + timedelta(hours=hour)) for hour in hours]
        return [found.get(each.timestamp(), Figures(each)) for each in begins if each <= self.now]

    def _top(self, field: str) -> list[Figures]:
        figures = self._grouped(F(field)).values()
        return sorted(figures, key=lambda each: (-each.calls, each.name))[:TOP]

    def _grouped(self, expression: Any) -> dict[Any, Figures]:
        """Return the figures of each value of `expression`.

        The database counts, and returns a few thousand rows.
        """
        groups = self._newest.annotate(
            group=expression, duration=Floor(Ln(F("duration_ms") + 1) * STEP)
        ).values_list("group", "status", "duration")
        return _add_up(groups.annotate(calls=Count("pk")))


def _add_up(rows: Iterable[Any]) -> dict[Any, Figures]:
    found: dict[Any, Figures] = {}
    for group, status, duration, calls in rows:
        found.setdefault(group, Figures(group)).add(status, int(duration), calls)
    return found
