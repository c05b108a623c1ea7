"""A quoted name or text of a statement is never written without its quotes, by no release of sqlglot.

In some places, sqlglot accepts any token as a keyword, even a quoted name, and writes it without quotes. Then
the text of a model would become SQL.
"""

from collections.abc import Iterator

import pytest
from fastmcp.exceptions import ToolError
from sqlglot import TokenType, exp

from sql_access.dialects import ReadMySQL, ReadPostgres, ReadSQLite
from sql_access.parser import Reader
from sql_access.policy import FUNCTIONS, FUNCTIONS_OF
from sql_access.readable import ExposedTable
from sql_access.tests.accepted import MYSQL, POSTGRESQL, SQLITE

MARK = "ZZQ"
DIALECTS = {"postgresql": ReadPostgres, "sqlite": ReadSQLite, "mysql": ReadMySQL}
GOOD = {"postgresql": POSTGRESQL, "sqlite": SQLITE, "mysql": MYSQL}
TABLES = {
    "sample_category": ExposedTable("sample_category", None, ("id", "name"), hidden=False),
    "sample_customer": ExposedTable("sample_customer", None, ("id", "name", "born"), hidden=True),
    "sample_order": ExposedTable(
        "sample_order",
        None,
        ("id", "customer_id", "category_id", "status", "total", "note", "created"),
        hidden=True,
    ),
}
# More syntax than accepted.py has.
MORE = {
    "postgresql": [
        "SELECT CAST(total AS decimal(10, 2)), note::varchar(5), created::timestamp(3) FROM sample_order",
        "SELECT interval '1' day, interval '1' year to month, trim(leading 'x' from note) FROM sample_order",
        "SELECT sum(id) OVER (ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM sample_order",
        "SELECT * FROM sample_order FETCH FIRST 5 ROWS WITH TIES",
        "SELECT id FROM sample_order GROUP BY GROUPING SETS ((id), ()) HAVING true",
        "WITH a(x) AS MATERIALIZED (SELECT 1) SELECT x FROM a",
    ],
    "sqlite": [
        "SELECT CAST(total AS decimal(10, 2)), CAST(note AS varchar(5)) FROM sample_order",
        "SELECT sum(id) OVER (RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM sample_order",
        "SELECT name LIKE 'a' ESCAPE '!', '{}' -> '$.a' FROM sample_category LIMIT 5 OFFSET 1",
    ],
    "mysql": [
        "SELECT CAST(total AS decimal(10, 2)), CAST(id AS unsigned), CAST(note AS char(5)) FROM sample_order",
        "SELECT created + INTERVAL '1:1' HOUR_MINUTE, extract(day_hour from created) FROM sample_order",
        "SELECT trim(leading 'x' from name), substring(name from 1 for 2) FROM sample_category LIMIT 1, 2",
    ],
}


def reader(vendor: str) -> Reader:
    """Return the `Reader` of a database."""
    functions = FUNCTIONS | FUNCTIONS_OF[vendor]
    return Reader(DIALECTS[vendor], functions, TABLES, quote=vendor != "sqlite")


def in_quotes(text: str, quote: str) -> str:
    """Return `text` as a quoted name or a string."""
    return quote + text.replace(quote, quote * 2) + quote


def spoiled(vendor: str) -> Iterator[str]:
    """Yield good statements in which one token is replaced by a quoted name.

    After the same two tokens, a token is replaced only once, which leaves hundreds of statements.
    """
    quote, raw = "`" if vendor == "mysql" else '"', f"{MARK} 1"
    once = in_quotes(raw, quote)
    seen = set()
    for statement in MORE[vendor] + GOOD[vendor].split(";\n"):
        tokens = DIALECTS[vendor]().tokenize(statement)
        words = ["", "", *(token.text.upper() for token in tokens)]
        for token, *place in zip(tokens, words, words[1:], strict=False):
            if (*place, token.token_type) not in seen:
                seen.add((*place, token.token_type))
                for odd in (once, in_quotes(once, quote)):  # each parsing may remove one pair of quotes
                    yield f"{statement[: token.start]} {odd} {statement[token.end + 1 :]}"


def written_raw(statement: str, vendor: str) -> list[str]:
    """Return the words that were quoted before, and are not any more."""
    tokens = DIALECTS[vendor]().tokenize(statement)
    quoted = {TokenType.IDENTIFIER, TokenType.STRING}
    return [token.text for token in tokens if MARK in token.text.upper() and token.token_type not in quoted]


@pytest.mark.parametrize("vendor", DIALECTS)
def test_what_is_in_quotes_stays_in_quotes(vendor: str) -> None:
    raw, accepted = {}, 0
    for text in spoiled(vendor):
        try:
            statement = reader(vendor).read(text, 10)
        except ToolError:
            continue
        accepted += 1
        if words := written_raw(statement, vendor):
            raw[text] = words
    assert accepted > 50  # otherwise, the test checks nothing
    assert raw == {}


@pytest.mark.parametrize(
    "node",
    [
        exp.Extract(this=exp.Var(this="YEAR FROM now()), lower('x"), expression=exp.Null()),
        exp.Cast(this=exp.Null(), to=exp.DataType.build("decimal(10)")),
        exp.Anonymous(this="lower('x'), lower", expressions=[exp.Null()]),
        exp.Interval(this=exp.Literal.string("1"), unit=exp.Var(this='DAY", "x')),
        exp.Literal(this="1, lower('x')", is_string=False),
    ],
    ids=lambda node: node.key,
)
def test_a_tree_whose_text_means_something_else_is_refused(
    node: exp.Expr, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a missing comparison of the statement with the tree from which it was written."""
    for parameter in node.find_all(exp.DataTypeParam):
        parameter.set("this", exp.Var(this="10)), lower('x'), CAST(1 AS decimal(10"))
    postgresql, parse = reader("postgresql"), Reader._parse  # noqa: SLF001 - replaced to return the trees
    trees = iter([exp.select(node), exp.select(node)])
    monkeypatch.setattr(Reader, "_parse", lambda self, text: next(trees, None) or parse(self, text))
    monkeypatch.setattr("sql_access.parser._check_words", lambda node: None)
    with pytest.raises(ToolError):
        postgresql.read("SELECT 1", 10)
