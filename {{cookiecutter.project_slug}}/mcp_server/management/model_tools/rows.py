"""The rows that tests create: their values, and the rows that they need."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db.models import Model

from mcp_server.management.model_tools.columns import Column
from mcp_server.management.model_tools.kinds import manager_of, sets_itself
from mcp_server.management.model_tools.names import Names
from mcp_server.management.model_tools.samples import sample


class Row:
    """The source of a function `make_<model>`, which creates a row of a model for tests."""

    def __init__(self, model: type[Model], filled_in: Iterable[str]) -> None:
        self.model = model
        self.names = Names(model)
        self.manager = manager_of(model)
        fields = required_fields(model, filled_in)
        made_up = {field.name: sample(field).python for field in fields if not field.is_relation}
        self.values = [f'"{name}": {value}' for name, value in made_up.items()]
        self.counts = any("number" in value for value in made_up.values())
        self.others = [
            (
                field.name,
                "ContentType.objects.get_for_model(ContentType)"
                if field.related_model is ContentType
                else f"{Names(field.related_model).maker}()",
            )
            for field in fields
            if field.is_relation
        ]


def needed(models: Sequence[type[Model]], filled_in: Iterable[str]) -> list[type[Model]]:
    """Return the models and those that their rows require, in the order of creation.

    Raises CommandError if models require each other in a circle.
    """
    found: dict[type[Model], None] = {}

    def visit(model: type[Model], path: tuple[type[Model], ...]) -> None:
        if model in path:
            loop = " needs ".join(each._meta.label for each in (*path, model))  # noqa: SLF001 - public, documented
            raise CommandError(f"No row can be made for tests, for {loop}: write these tools by hand.")
        for field in required_fields(model, filled_in):
            other = field.related_model
            if field.is_relation and other is not ContentType and other not in found:
                visit(other, (*path, model))
        found[model] = None

    for model in models:
        if model not in found:
            visit(model, ())
    return list(found)


def required_fields(model: type[Model], filled_in: Iterable[str]) -> list[Any]:
    """Return the fields that a row of the tests must set."""
    return list(_required_fields(model, filled_in))


def _required_fields(model: type[Model], filled_in: Iterable[str]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:  # noqa: SLF001 - public, documented
        if field.name in filled_in or sets_itself(field) or (not field.editable and field.null):
            continue
        if Column(field, field.name).is_required or (field.unique and not field.null and not _varies(field)):
            yield field


def refusal_of_made_up_row(model: type[Model], filled_in: Iterable[str]) -> str:
    """Return the error of the model's `clean()` for a row with made-up values, or ""."""
    if model.clean is Model.clean:
        return ""
    made_up = {field.name for field in required_fields(model, filled_in) if not field.is_relation}
    # Give every field a value, because a default may be a function that queries the database.
    values = {
        field.attname: sample(field).value if field.name in made_up else _plain_default(field)
        for field in model._meta.concrete_fields  # noqa: SLF001 - public, documented
        if not field.generated
    }
    try:
        model(**values).clean()
    except ValidationError as error:
        return " ".join(error.messages)
    except Exception:  # noqa: BLE001 - clean() may need rows that exist only in tests
        return ""
    return ""


def _plain_default(field: Any) -> Any:
    if field.has_default() and not callable(field.default):
        return field.default
    return None if field.null or field.is_relation or field.primary_key else ""


def _varies(field: Any) -> bool:
    return bool(field.has_default() and callable(field.default)) or field.has_db_default()
