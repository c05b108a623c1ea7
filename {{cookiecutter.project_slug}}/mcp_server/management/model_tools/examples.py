"""Which fields of a model tests look at, and what they put there."""

from typing import Any

from mcp_server.management.model_tools.columns import KEYS, Column
from mcp_server.management.model_tools.field_types import TEXTS
from mcp_server.management.model_tools.left_out import kind_of
from mcp_server.management.model_tools.plan import Plan
from mcp_server.management.model_tools.samples import sample

# The kinds of fields that a test changes, the first that a model has.
CHANGED = (
    "CharField",
    "TextField",
    "IntegerField",
    "PositiveIntegerField",
    "DecimalField",
    "DateField",
    "BooleanField",
)
UNUSED = 997  # what differs from the numbers that rows of tests have
WORD = "Aubergine"  # is in no other row


def unused(column: Column) -> str:
    """Return a value that no row of the tests has, as a client sends it."""
    is_number = kind_of(column.field).endswith("IntegerField")
    return sample(column.field, UNUSED if is_number else 0).json()


def changed_column(plan: Plan) -> Column:
    """Return the column that a test changes."""
    columns = [column for column in plan.for_changes if not column.is_list]
    plain = [c for kind in CHANGED for c in columns if not c.key and kind_of(c.field) == kind]
    # A model may write a code or a slug in its own way when it is saved.
    free = [column for column in plain if column.name not in KEYS]
    return (free or plain or columns or plan.for_changes)[0]


def is_free(column: Column) -> bool:
    """Whether it is shown as it was given: a model may write a code or a slug in its own way."""
    field = column.field
    return not column.key and not field.primary_key and column.name not in KEYS and kind_of(field) in TEXTS


def roomy_field(plan: Plan) -> str:
    """Return a searched field that has room for a word."""
    fields: list[Any] = [plan.model._meta.get_field(name) for name in plan.searched]  # noqa: SLF001 - public, documented
    roomy = [field for field in fields if not field.max_length or field.max_length >= len(WORD)]
    return str((roomy or fields)[0].name)
