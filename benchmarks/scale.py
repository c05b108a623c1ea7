"""How long tools and pages take with few rows and with many."""

import json

from benchmarks.machine import SUBJECTS, say
from benchmarks.servers import Project
from benchmarks.site import Site

# Everything runs in one process, without a network, so that only the work of the database can grow.
IN_ONE_PROCESS = {"DEBUG": "True", "MCP_REQUIRE_AUTH": "False", "MCP_TOOL_TIMEOUT": "0", "LOG_LEVEL": "ERROR"}


def measure(site: Site, project: Project, rows: int) -> dict[str, list[float]]:
    """Fill a separate database by SQL. Return the milliseconds of each round, by what was timed."""
    database = f"scale_{rows}"
    project.env |= {"DATABASE_URL": site.postgres.create(database), **IN_ONE_PROCESS}
    project.manage("migrate", "--verbosity=0")
    say(f"Filling {rows:,} rows")
    site.postgres.psql((SUBJECTS / "scale.sql").read_text().replace(":n", str(rows)), database)
    site.postgres.psql("VACUUM ANALYZE", database)
    printed = project.python((SUBJECTS / "scale_calls.py").read_text())
    times: dict[str, list[float]] = json.loads(printed.splitlines()[-1])
    return times
