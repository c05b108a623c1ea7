"""Writes what the tests begin with: for each model a function that saves a row, and those it needs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db.models import AutoField, Model

from mcp_server.management.model_tools.columns import Column
from mcp_server.management.model_tools.layout import Imports, in_lines
from mcp_server.management.model_tools.names import Names, article
from mcp_server.management.model_tools.samples import must_differ, sample


def write_rows(models: Sequence[type[Model]], filled_in: Iterable[str]) -> str:
    """Return the text of the module with a function `make_<model>` for each."""
    imports = Imports()
    imports.use("typing", "Any")
    functions = [_maker(model, set(filled_in), imports) for model in needed(models, set(filled_in))]
    head = '"""What the tests of these tools begin with."""'
    numbers = ""
    if any("next(NUMBERS)" in function for function in functions):
        numbers = f"NUMBERS = {imports.use('itertools', 'count')}(1)\n\n\n"
    return f"{head}\n\n{imports}\n\n{numbers or chr(10)}" + "\n\n\n".join(functions) + "\n"


def needed(models: Sequence[type[Model]], filled_in: set[str]) -> list[type[Model]]:
    """Return models and those that their rows cannot do without, these first."""
    found: dict[type[Model], None] = {}

    def visit(model: type[Model], path: tuple[type[Model], ...]) -> None:
        if model in path:
            loop = " needs ".join(each._meta.label for each in (*path, model))  # noqa: SLF001 - public, documented
            raise CommandError(f"No row can be made for tests, for {loop}: write these tools by hand.")
        for field in required_fields(model, filled_in):
            if (
                field.is_relation
                and field.related_model is not ContentType
                and field.related_model not in found
            ):
                visit(field.related_model, (*path, model))
        found[model] = None

    for model in models:
        if model not in found:
            visit(model, ())
    return list(found)


def required_fields(model: type[Model], filled_in: set[str]) -> list[Any]:
    """Return the fields that a row cannot do without."""
    return list(_required_fields(model, filled_in))


def _required_fields(model: type[Model], filled_in: set[str]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:  # noqa: SLF001 - public, documented
        sets_itself = (
            getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False) or field.generated
        )
        is_parent = getattr(field.remote_field, "parent_link", False)
        if field.name in filled_in or isinstance(field, AutoField) or sets_itself or is_parent:
            continue
        if not field.editable and field.null:
            continue
        if Column(field, field.name).is_required or (
            must_differ(field) and not field.null and not _varies(field)
        ):
            yield field


def refusal_of_made_up_row(model: type[Model], filled_in: Iterable[str]) -> str:
    """Return what `clean()` of a model says of a row as tests make one, empty when it says nothing."""
    if model.clean is Model.clean:
        return ""
    made_up = {field.name for field in required_fields(model, set(filled_in)) if not field.is_relation}
    # Each field has a value, for a function that gives a default may ask the database.
    values = {
        field.attname: sample(field).value if field.name in made_up else _plain_default(field)
        for field in model._meta.concrete_fields  # noqa: SLF001 - public, documented
        if not field.generated
    }
    try:
        model(**values).clean()
    except ValidationError as error:
        return " ".join(error.messages)
    except Exception:  # noqa: BLE001 - an owner's code, which may need rows that only tests have
        return ""
    return ""


def _plain_default(field: Any) -> Any:
    if field.has_default() and not callable(field.default):
        return field.default
    return None if field.null or field.is_relation or field.primary_key else ""


def maker(model: type[Model]) -> str:
    """Return the name of the function that saves a row."""
    return f"make_{Names(model).one}"


def _varies(field: Any) -> bool:
    return bool(field.has_default() and callable(field.default)) or field.has_db_default()


def _maker(model: type[Model], filled_in: set[str], imports: Imports) -> str:
    names = Names(model)
    imports.use(model.__module__, model.__name__)
    values, rows = [], []
    for field in required_fields(model, filled_in):
        if field.is_relation:
            rows.append(field)
        else:
            values.append(f'"{field.name}": {sample(field).python(imports)}')
    lines = [
        f"def {maker(model)}(**values: Any) -> {names.model}:",
        f'    """Save {article(names.words)}."""',
    ]
    if any("number" in value.partition(": ")[2] for value in values):
        lines.append("    number = next(NUMBERS)")
    for field in rows:
        lines += [
            f'    if "{field.name}" not in values:',
            f'        values["{field.name}"] = {_other(field, imports)}',
        ]
    manager = f"{names.model}.{model._default_manager.name}"  # noqa: SLF001 - public, documented
    if values:
        lines.append(in_lines("made_up: dict[str, Any] = {", values, "}", 4))
        lines.append(f"    return {manager}.create(**made_up | values)")
    else:
        lines.append(f"    return {manager}.create(**values)")
    return "\n".join(lines)


def _other(field: Any, imports: Imports) -> str:
    if field.related_model is ContentType:
        imports.use("django.contrib.contenttypes.models", "ContentType")
        return "ContentType.objects.get_for_model(ContentType)"
    return f"{maker(field.related_model)}()"
