"""Fixtures for the tests of SQL access."""

from sql_access.tests.sample import sample

__all__ = ["sample"]
