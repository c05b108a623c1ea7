"""The kinds of fields that tools show, and the Python types of their values."""

from typing import Any

from django.db.models import AutoField, Field, ForeignKey, ManyToManyField, Model

TYPES = {
    "AutoField": "int",
    "BigAutoField": "int",
    "BigIntegerField": "int",
    "BooleanField": "bool",
    "CharField": "str",
    "DateField": "date",
    "DateTimeField": "datetime",
    "DecimalField": "Decimal",
    "DurationField": "timedelta",
    "FloatField": "float",
    "GenericIPAddressField": "str",
    "IntegerField": "int",
    "JSONField": "Any",
    "PositiveBigIntegerField": "int",
    "PositiveIntegerField": "int",
    "PositiveSmallIntegerField": "int",
    "SlugField": "str",
    "SmallAutoField": "int",
    "SmallIntegerField": "int",
    "TextField": "str",
    "TimeField": "time",
    "UUIDField": "UUID",
}
TEXTS = {kind for kind, type_ in TYPES.items() if type_ == "str"}


def kind_of(field: Field) -> str:
    """Return the name of Django's class for a field: "CharField" for a subclass of CharField."""
    return str(getattr(field, "output_field", field).get_internal_type())


def type_of(field: Field) -> str:
    """Return the Python type of a field's values."""
    return TYPES[kind_of(field)]


def value_of(field: Any) -> Any:
    """Return the field that has the values: for a relation, the key of the related rows."""
    if isinstance(field, ManyToManyField):
        return plain_key(field.related_model)
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field


def plain_key(model: type[Model]) -> Any:
    """Return the field that has the values of the primary key: in a child model, a field of the parent."""
    return value_of(model._meta.pk)  # noqa: SLF001 - public, documented


def sets_itself(field: Any) -> bool:
    """Whether the database, the model or the row of the parent sets the value, so that no client gives it."""
    return bool(
        isinstance(field, AutoField)
        or field.generated
        or getattr(field, "auto_now", False)
        or getattr(field, "auto_now_add", False)
        or getattr(field.remote_field, "parent_link", False)
    )


def manager_of(model: type[Model]) -> str:
    """Return the default manager of a model as Python source."""
    return f"{model.__name__}.{model._default_manager.name}"  # noqa: SLF001 - public, documented
