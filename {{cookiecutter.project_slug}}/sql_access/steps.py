"""Limits the work of checking a statement, because no time limit can stop Python code in a thread."""

from fastmcp.exceptions import ToolError

MAX_STEPS = 200_000  # about a second; ordinary statements take a few thousand


class Steps:
    """Counts the steps that the check of one statement takes."""

    def __init__(self) -> None:
        self.taken = 0

    def take(self, steps: int = 1) -> None:
        """Add to the count. Raises ToolError if it exceeds MAX_STEPS."""
        self.taken += steps
        if self.taken > MAX_STEPS:
            raise ToolError(
                "The statement is too much work to read: name fewer columns, or read from fewer tables and "
                "subqueries at a time."
            )
