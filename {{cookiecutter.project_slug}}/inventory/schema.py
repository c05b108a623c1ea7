"""Describes models to a reader who does not know Django."""

from typing import Any

from django.apps import apps
from django.db.models import Field


def describe_models(app_label: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the fields of each model of an app.

    The result looks like {"Product": {"price": {"type": "DecimalField", "required": true}}}. A relation has
    its model in "to", and a field with choices has their values in "choices".
    """
    return {
        model.__name__: {field.name: _describe(field) for field in model._meta.fields}  # noqa: SLF001 - a public API of Django
        for model in apps.get_app_config(app_label).get_models()
    }


def _describe(field: Field) -> dict[str, Any]:
    details = {
        "help": str(field.help_text),
        "to": field.related_model.__name__ if field.related_model else None,
        "choices": [value for value, _label in field.flatchoices],
        "unique": field.unique,
    }
    required = not (field.null or field.blank or field.has_default())
    return {
        "type": field.get_internal_type(),
        "required": required,
        **{name: value for name, value in details.items() if value},
    }
