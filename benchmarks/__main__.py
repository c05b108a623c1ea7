"""`python -m benchmarks [group …]`: runs all groups of rows, or those named."""

import os
import signal
import sys
import time
import traceback

from benchmarks import report
from benchmarks.machine import LOAD_CORE, describe, say
from benchmarks.rows import GROUPS, Row
from benchmarks.site import Site

# All groups together take a quarter of an hour. A group that hangs must not prevent the others from running.
LIMIT = 240  # seconds


def main(names: list[str]) -> int:
    """Run the groups and return the exit status. A full run also writes the results."""
    if unknown := set(names) - set(GROUPS):
        say(f"Unknown groups: {', '.join(sorted(unknown))}. Choose from: {', '.join(GROUPS)}.")
        return 2
    # Child processes inherit this. Servers are then moved to their own processor.
    os.sched_setaffinity(0, {LOAD_CORE})
    signal.signal(signal.SIGALRM, _stop)
    began = time.monotonic()
    say(describe())
    site = Site()
    rows: list[Row] = []
    failed: list[str] = []
    try:
        for name in names or GROUPS:
            start = time.monotonic()
            signal.alarm(LIMIT)
            try:
                for row in GROUPS[name](site):
                    rows.append(row)
                    report.show(row)
            except Exception:  # one group must not stop the others
                traceback.print_exc()
                failed.append(name)
            finally:
                signal.alarm(0)
            say(f"{name}: {time.monotonic() - start:.0f} s")
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
    say(f"{time.monotonic() - began:.0f} seconds in all.")
    if failed:
        say(f"Not measured to the end, for the reasons above: {', '.join(failed)}.")
    return bool(failed)


def _stop(*_: object) -> None:
    raise TimeoutError(f"The group took longer than {LIMIT} seconds.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
