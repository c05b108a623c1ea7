"""`python -m benchmarks [group …]`: runs all groups of rows, or those named."""

import os
import sys
import traceback

from benchmarks import report
from benchmarks.machine import LOAD_CORE, describe, say
from benchmarks.rows import GROUPS, Row
from benchmarks.site import Site


def main(names: list[str]) -> int:
    """Run the groups and return the exit status. A full run also writes the results."""
    if unknown := set(names) - set(GROUPS):
        say(f"There is no group {', '.join(sorted(unknown))}. There are: {', '.join(GROUPS)}.")
        return 2
    # Children inherit it; servers are moved to a processor of their own.
    os.sched_setaffinity(0, {LOAD_CORE})
    say(describe())
    site = Site()
    rows: list[Row] = []
    failed: list[str] = []
    try:
        for name in names or GROUPS:
            try:
                for row in GROUPS[name](site):
                    rows.append(row)
                    report.show(row)
            except Exception:  # the other groups are worth their time
                traceback.print_exc()
                failed.append(name)
            if not names:
                report.write(rows, failed)
    finally:
        site.close()
    say("")
    for row in rows:
        if row.target is not None:
            report.show_goal(row)
    missed = [row for row in rows if not row.passed]
    say(f"{len(rows) - len(missed)} of {len(rows)} rows meet their target.")
    if failed:
        say(f"Not measured, for the reasons above: {', '.join(failed)}.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
