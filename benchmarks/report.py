"""Prints the table and writes it to `RESULTS.md`."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import LOAD_CORE, SERVER_CORE, describe
from benchmarks.rows import FEW_ROUNDS, ROUNDS, SECONDS, Row

RESULTS = Path(__file__).with_name("RESULTS.md")

HEAD = """\
# Results of `make bench`

{date}, {machine}.

The result of a row is the median of its rounds; the spread is from the lowest to the highest. The server
runs alone on processor {server}; the load and the database (on a Unix socket) share processor {load}.
Two servers that are compared take turns, {rounds} rounds of {seconds} s each ({few} for less important
rows). Every answer is checked.
"""


def line(row: Row) -> str:
    """Return a row of the table."""
    target = "" if row.target is None else f"{'≥' if row.at_least else '≤'} {row.target:g}"
    spread = f"{min(row.values):.2f} to {max(row.values):.2f}" if len(row.values) > 1 else ""
    verdict = ("pass" if row.passed else "**miss**") if target else ""
    return f"| {row.name} | {row.result:.2f} {row.unit} | {target} | {spread} | {verdict} | {row.note} |"


def show(row: Row) -> None:
    """Print a row as soon as it is known."""
    sys.stdout.write(line(row) + "\n")
    sys.stdout.flush()


def show_goal(row: Row) -> None:
    """Print in one line whether a row meets its target."""
    verdict, sign = "met " if row.passed else "MISS", "≥" if row.at_least else "≤"
    sys.stdout.write(f"{verdict} {row.result:8.2f} {sign} {row.target:<5g} {row.name}\n")


def write(rows: Sequence[Row], failed: Sequence[str]) -> None:
    """Write the results."""
    head = HEAD.format(
        date=datetime.now(UTC).date(),
        machine=describe(),
        server=SERVER_CORE,
        load=LOAD_CORE,
        rounds=ROUNDS,
        few=FEW_ROUNDS,
        seconds=SECONDS,
    )
    table = ["| | result | target | spread | | |", "|---|---|---|---|---|---|", *map(line, rows)]
    rest = f"\nGroups that ended with an error: {', '.join(failed)}.\n" if failed else ""
    RESULTS.write_text(head + "\n" + "\n".join(table) + "\n" + rest)
