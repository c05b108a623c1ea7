"""Lets `manage.py test` run the tests with pytest, which they are written for."""

from collections.abc import Iterable
from typing import Any


class PytestRunner:
    """Runs pytest in place of Django's own test runner."""

    def __init__(
        self, verbosity: int = 1, failfast: bool = False, keepdb: bool = False, **_options: Any
    ) -> None:
        self.arguments = ["--verbose"] * max(verbosity - 1, 0)
        self.arguments += ["--exitfirst"] * failfast + ["--reuse-db"] * keepdb

    def run_tests(self, test_labels: Iterable[str]) -> int:
        """Run the tests in these files or folders; without any, all."""
        import pytest  # noqa: PLC0415 - the image has none

        return int(pytest.main([*self.arguments, *test_labels]))
