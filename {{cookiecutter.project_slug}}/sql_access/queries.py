"""The implementation of the SQL tools: runs statements, and describes the tables that can be read."""

from django.db import connection
from django.db.models import Field, ForeignKey
from fastmcp.exceptions import ToolError

from sql_access.engines import current_engine
from sql_access.engines.base import Engine
from sql_access.parser import Reader
from sql_access.policy import FUNCTIONS, FUNCTIONS_OF, MAX_ROWS
from sql_access.readable import ExposedTable, model_fields
from sql_access.results import Column, ColumnInfo, QueryResult, TableInfo, TableSummary, collect
from sql_access.shortcuts import Habit, meaning_of


def execute(sql: str, max_rows: int) -> QueryResult:
    """Run a query, or answer a statement such as SHOW TABLES with the tool that it stands for.

    Args:
        sql: the text that the model wrote.
        max_rows: the most rows to return.

    Raises ToolError if the statement is not allowed, fails, or takes too long.
    """
    match meaning_of(sql):
        case Habit.LIST, _:
            rows: list[list[str | None]] = [[table.name, table.description] for table in list_tables()]
            return collect(_texts("table", "description"), rows, max_rows)
        case Habit.DESCRIBE, name:
            rows = [[info.name, info.type, info.references] for info in get_table_info(name).columns]
            return collect(_texts("column", "type", "references"), rows, max_rows)
        case Habit.EXPLAIN, query:
            return explain(query)
    engine = current_engine()
    # One more row than is shown tells whether rows are missing.
    with engine.query(_reader(engine).read(sql, max_rows + 1)) as (columns, found):
        return collect(columns, found, max_rows)


def explain(sql: str) -> QueryResult:
    """Return the plan of a query, without running it. Raises ToolError as `execute` does."""
    engine = current_engine()
    with engine.plan(_reader(engine).read(sql, MAX_ROWS)) as (columns, rows):
        return collect(columns, rows, MAX_ROWS)


def list_tables() -> list[TableSummary]:
    """Return the readable tables, sorted by name."""
    return [
        TableSummary(table.label, _description(table), list(table.columns))
        for table in sorted(current_engine().tables, key=lambda table: table.label)
    ]


def get_table_info(name: str) -> TableInfo:
    """Describe a table. Raises ToolError if it is not one of `list_tables`."""
    engine = current_engine()
    table = _by_name(engine).get(name.strip().strip('"`').lower())
    if table is None:
        names = ", ".join(table.name for table in list_tables())
        raise ToolError(f"There is no table {name} to read. The tables are: {names or 'none'}.")
    if table.model:
        fields = {field.column: field for field in model_fields(table.model)}
        columns = [_column(fields[column]) for column in table.columns]
    else:
        columns = [
            column for column in engine.describe(table.schema, table.name) if column.name in table.columns
        ]
    return TableInfo(table.label, _description(table), columns)


def _texts(*names: str) -> list[Column]:
    return [Column(name, "text") for name in names]


def _reader(engine: Engine) -> Reader:
    functions = FUNCTIONS | FUNCTIONS_OF[engine.vendor]
    return Reader(engine.dialect, functions, _by_name(engine), quote=engine.quotes_names)


def _by_name(engine: Engine) -> dict[str, ExposedTable]:
    names = {table.label: table for table in engine.tables}
    names |= {f"{engine.default_schema}.{table.name}": table for table in engine.tables if not table.schema}
    return {name.lower(): table for name, table in names.items()}


def _description(table: ExposedTable) -> str:
    if table.model is None:
        return ""
    text = (table.model.__doc__ or "").partition("\n")[0]
    # A model without a docstring gets one from Django: "Product(id, sku, …)".
    is_generated = text.startswith(f"{table.model.__name__}(")
    name = str(table.model._meta.verbose_name_plural)  # noqa: SLF001 - public, documented API
    return name.capitalize() if is_generated else text


def _column(field: Field) -> ColumnInfo:
    to = field.target_field if isinstance(field, ForeignKey) else None
    return ColumnInfo(
        name=field.column or "",
        type=field.db_type(connection) or "",
        nullable=field.null,
        primary_key=field.primary_key,
        references=f"{to.model._meta.db_table}.{to.column}" if to else None,  # noqa: SLF001 - see above
        description=str(field.help_text),
        choices=[value for value, _label in field.flatchoices],
    )
