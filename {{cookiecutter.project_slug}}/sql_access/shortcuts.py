"""Recognises statements that models write by habit and that another tool answers, such as SHOW TABLES."""

import re
from enum import Enum, auto

from fastmcp.exceptions import ToolError


class Habit(Enum):
    """Which tool is meant."""

    LIST = auto()
    DESCRIBE = auto()
    EXPLAIN = auto()
    QUERY = auto()


NAME = r"""["'`]?([\w.]+)["'`]?"""
PATTERNS = [
    (Habit.LIST, r"show\s+(?:full\s+)?tables(?:\s+(?:from|in|like)\s+[^\s;]+)?|\\dt?\+?|\.tables"),
    (Habit.DESCRIBE, rf"(?:desc|describe|explain)\s+(?:table\s+)?{NAME}"),
    (Habit.DESCRIBE, rf"show\s+(?:full\s+)?(?:columns|fields)\s+(?:from|in)\s+{NAME}"),
    (Habit.DESCRIBE, rf"show\s+create\s+table\s+{NAME}"),
    (Habit.DESCRIBE, rf"pragma\s+table_x?info\s*\(\s*{NAME}\s*\)"),
    (Habit.DESCRIBE, rf"(?:\\d\+?|\.schema)\s+{NAME}"),
    (Habit.EXPLAIN, r"explain\s+(?:query\s+plan\s+)?((?:select|with|\().*)"),
]


def meaning_of(sql: str) -> tuple[Habit, str]:
    """Return which tool `sql` stands for, and the table or query it is about.

    Raises ToolError for EXPLAIN ANALYZE, which would run the statement.
    """
    text = sql.strip().rstrip(";").rstrip()
    if re.match(r"explain[^)]*\banaly[sz]e\b", text, re.IGNORECASE):
        raise ToolError("EXPLAIN ANALYZE would run the statement: use explain_sql, which only plans it.")
    for habit, pattern in PATTERNS:
        if match := re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL):
            return habit, match[match.lastindex or 0]
    return Habit.QUERY, sql
