"""The SQL dialects of the engines: those of sqlglot, but without its translation of functions.

sqlglot replaces functions that it knows by others. Here, each function keeps its name, so that policy.py
lists the names that the database gets.
"""

import logging
from typing import Any, ClassVar

from sqlglot import Parser, TokenType, exp
from sqlglot.dialects.mysql import MySQL
from sqlglot.dialects.postgres import Postgres
from sqlglot.dialects.sqlite import SQLite
from sqlglot.generators.mysql import MySQLGenerator
from sqlglot.parsers.mysql import MySQLParser
from sqlglot.parsers.postgres import PostgresParser
from sqlglot.parsers.sqlite import SQLiteParser

# Its warnings contain statements, which may contain personal data.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

# Functions with a syntax of their own, such as TRIM(BOTH ' ' FROM name).
SPECIAL = ("CAST", "EXTRACT", "GROUP_CONCAT", "POSITION", "STRING_AGG", "SUBSTRING", "TRIM")

# The units of MySQL's TIMESTAMPADD and TIMESTAMPDIFF.
UNITS = ("MICROSECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")


class ReadingStepsError(Exception):
    """The parser took too many steps, because it reads deeply nested brackets again and again."""


class BoundedParser(Parser):
    """Gives up on a statement that takes minutes to parse, such as one with thirty "[" in a row."""

    STEPS_PER_TOKEN = 200
    MAX_STEPS = 100_000  # half a second, however long the statement is

    def _advance(self, times: int = 1) -> None:
        self.steps = getattr(self, "steps", 0) + 1
        if self.steps > min(self.MAX_STEPS, self.STEPS_PER_TOKEN * (len(self._tokens) + 10)):
            raise ReadingStepsError
        super()._advance(times)

    def reset(self) -> None:
        """Start the count again, because a parser reads one statement after another."""
        super().reset()
        self.steps = 0


def _special(parser: type[Parser]) -> dict[str, Any]:
    return {name: parser.FUNCTION_PARSERS[name] for name in SPECIAL if name in parser.FUNCTION_PARSERS}


def _with_unit(parser: Parser, function: str) -> exp.Anonymous:
    """Parse the arguments of a function whose first argument is a unit, which is written without quotes."""
    unit = parser._parse_var(upper=True)  # noqa: SLF001 - sqlglot's own dialects use it
    if not unit or unit.name not in UNITS:
        parser.raise_error(f"{function} begins with a unit: {', '.join(UNITS)}")
    parser._match(TokenType.COMMA)  # noqa: SLF001
    arguments = parser._parse_csv(parser._parse_assignment)  # noqa: SLF001
    return exp.Anonymous(this=function, expressions=[unit, *arguments])


class ReadPostgres(Postgres):
    """PostgreSQL."""

    # Leave subscripts as they are. To shift them, sqlglot would find the type of everything before each of
    # them, which takes minutes for `a[1][1]…`.
    INDEX_OFFSET = 0

    class Parser(BoundedParser, PostgresParser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS = _special(PostgresParser)


class ReadSQLite(SQLite):
    """SQLite."""

    class Parser(BoundedParser, SQLiteParser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS = _special(SQLiteParser)
        # SQLite has no DIV. sqlglot would rewrite it, and double the length of `a DIV b DIV …` with each DIV.
        FACTOR: ClassVar[dict[Any, Any]] = {
            token: kind for token, kind in SQLiteParser.FACTOR.items() if token != TokenType.DIV
        }


class ReadMySQL(MySQL):
    """MySQL and MariaDB."""

    class Parser(BoundedParser, MySQLParser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS = _special(MySQLParser) | {
            name: lambda self, name=name: _with_unit(self, name) for name in ("TIMESTAMPADD", "TIMESTAMPDIFF")
        }

    class Generator(MySQLGenerator):
        TRANSFORMS: ClassVar[dict[Any, Any]] = MySQLGenerator.TRANSFORMS | {
            # MariaDB has no REGEXP_LIKE.
            exp.RegexpLike: lambda self, node: self.binary(node, "REGEXP"),
        }
