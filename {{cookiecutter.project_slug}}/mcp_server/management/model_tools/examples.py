"""The values that the tests of a model's tools send and expect, as Python source."""

from typing import Any

from django.contrib.contenttypes.models import ContentType

from mcp_server.management.model_tools.columns import KEYS, Column
from mcp_server.management.model_tools.kinds import TEXTS, kind_of, plain_key, type_of
from mcp_server.management.model_tools.names import Names
from mcp_server.management.model_tools.plan import Plan
from mcp_server.management.model_tools.samples import sample

# The kinds of fields that a test changes. The first one that the model has is used.
CHANGED = (
    "CharField",
    "TextField",
    "IntegerField",
    "PositiveIntegerField",
    "DecimalField",
    "DateField",
    "BooleanField",
)
UNUSED = 997  # the rows of tests have smaller numbers
WORD = "Aubergine"  # which no other row contains
UNKNOWN_KEYS = {"UUID": '"00000000-0000-0000-0000-00000000ffff"', "str": '"nowhere"'}


class Examples:
    """The example values for one model."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        type_ = type_of(plain_key(plan.model))
        self.key = "str(row.pk)" if type_ == "UUID" else "row.pk"
        self.unknown_key = UNKNOWN_KEYS.get(type_, "999_999_999")
        texts = [c.name for c in plan.columns.shown if not c.key and kind_of(c.field) in TEXTS]
        self.text = texts[0] if texts else ""
        self.required = [column for column in plan.for_new if column.is_required]
        self.new_row = [f'"{column.name}": {_from_client(column)}' for column in self.required]
        self.set_by_saving = [
            field.name
            for field in plan.model._meta.concrete_fields  # noqa: SLF001 - public, documented
            if getattr(field, "auto_now", False) and field.name not in plan.columns.left_out
        ]

    @property
    def searched(self) -> str:
        return roomy_field(self.plan)

    @property
    def shown_as_given(self) -> str:
        """A field of a new row that models usually save unchanged."""
        return next((column.name for column in self.required if _is_free(column)), "")

    @property
    def wrong(self) -> tuple[str, str]:
        """An argument with a wrong value."""
        for column in [*self.required, *self.plan.for_new]:
            if column.key:
                continue
            kind, longest = kind_of(column.field), column.field.max_length
            if kind in TEXTS and longest:
                return column.name, f'"x" * {longest + 1}'
            if kind not in TEXTS | {"JSONField", "BooleanField"}:
                return column.name, '"wrong"'
        return "colour_", "1"

    @property
    def changed(self) -> str:
        return changed_column(self.plan).name

    @property
    def changed_to(self) -> str:
        return _from_client(changed_column(self.plan))


def unused(column: Column) -> str:
    """Return a value, as a client sends it, that no row of the tests has."""
    is_number = kind_of(column.field).endswith("IntegerField")
    return sample(column.field, UNUSED if is_number else 0).json


def changed_column(plan: Plan) -> Column:
    """Return the column that a test changes."""
    columns = [column for column in plan.for_changes if not column.is_list]
    plain = [c for kind in CHANGED for c in columns if not c.key and kind_of(c.field) == kind]
    # Prefer others to a code or a slug, which a model may normalise when it is saved.
    free = [column for column in plain if column.name not in KEYS]
    return (free or plain or columns or plan.for_changes)[0]


def roomy_field(plan: Plan) -> str:
    """Return a searched field that can contain WORD."""
    fields: list[Any] = [plan.model._meta.get_field(name) for name in plan.searched]  # noqa: SLF001 - public, documented
    roomy = [field for field in fields if not field.max_length or field.max_length >= len(WORD)]
    return str((roomy or fields)[0].name)


def _is_free(column: Column) -> bool:
    """Whether the field is shown as it was given. A model may normalise a code or a slug."""
    field = column.field
    return not column.key and not field.primary_key and column.name not in KEYS and kind_of(field) in TEXTS


def _from_client(column: Column) -> str:
    """Return a value for a column, as a client sends it. The source creates a related row first."""
    if not column.key:
        return unused(column)
    if column.target is ContentType:
        return "ContentType.objects.get_for_model(ContentType).pk"
    value = f"{Names(column.target).maker}().{column.key_of_other}"
    if type_of(column.value) == "UUID":
        value = f"str({value})"
    return f"[{value}]" if column.is_list else value
