"""Limits the work of checking a statement, because no time limit can stop Python code in a thread."""

from fastmcp.exceptions import ToolError

MAX_STEPS = 200_000  # about a second; what people write takes some thousands


class Steps:
    """Counts what it takes to understand one statement."""

    def __init__(self) -> None:
        self.taken = 0

    def take(self, steps: int = 1) -> None:
        """Count some steps. Raises ToolError when there are too many."""
        self.taken += steps
        if self.taken > MAX_STEPS:
            raise ToolError(
                "The statement is too much work to read: name fewer columns, or read from fewer tables and "
                "subqueries at a time."
            )
