"""The fields of a model as tools see them: shown or not, written or not, and the keys of related rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group, Permission
from django.db.models import Field, Model, UniqueConstraint

from mcp_server.management.model_tools.kinds import plain_key, type_of, value_of
from mcp_server.management.model_tools.left_out import is_secret, reason_to_leave_out

KEYS = ("slug", "sku", "code", "username", "number", "email", "name")
EMPTY = (dict, list, set, str, tuple)
RIGHTS = {"is_active", "is_staff", "is_superuser"}


@dataclass(frozen=True)
class Column:
    """A field that tools show.

    `key` is the field that identifies the related row in tools, or "pk". It is empty if the field is no
    relation.
    """

    field: Any
    name: str
    key: str = ""
    written: bool = True

    @property
    def is_list(self) -> bool:
        return bool(self.field.many_to_many)

    @property
    def is_long(self) -> bool:
        """Whether lists leave the field out."""
        return self.is_list or self.field.get_internal_type() in {"TextField", "JSONField"}

    @property
    def value(self) -> Any:
        """The field with the type of the values: for a relation, the key of the related row."""
        if not self.key:
            return getattr(self.field, "output_field", self.field)
        if self.key != "pk":
            return self.target._meta.get_field(self.key)  # noqa: SLF001 - public, documented
        return value_of(self.field)

    @property
    def result_type(self) -> str:
        """The type of the values in a result."""
        name = type_of(self.value)
        if self.is_list:
            return f"list[{name}]"
        return f"{name} | None" if self.field.null and name != "Any" else name

    @property
    def reads_other_row(self) -> bool:
        """Whether the value is in the related row."""
        return self.key not in {"", "pk"}

    @property
    def key_of_other(self) -> str:
        """The field of the related row that a client gives: for an id, the foreign key's target."""
        if self.key == "pk" and not self.is_list and not self.field.target_field.primary_key:
            return str(self.field.target_field.name)
        return self.key

    @property
    def target(self) -> type[Model]:
        return self.field.related_model  # type: ignore[no-any-return]

    @property
    def is_required(self) -> bool:
        """Whether a client must give a value for a new row. With blank=False, "" is not a default."""
        if self.field.blank:
            return False
        if self.is_list:
            return True
        if self.field.has_db_default():
            return False
        # Do not call a function, because it may query the database. dict, list and the like are empty values.
        default = self.field.default if self.field.has_default() else None
        return default in self.field.empty_values or default in EMPTY


@dataclass(frozen=True)
class Columns:
    """The fields of a model: those that tools show, and why others are not shown or not written."""

    shown: tuple[Column, ...]
    left_out: Mapping[str, str]
    unwritten: Mapping[str, str]

    @property
    def written(self) -> list[Column]:
        return [column for column in self.shown if column.written]


def columns_of(model: type[Model], filled_in: Mapping[str, str]) -> Columns:
    """Return the columns of a model.

    `filled_in` has the fields that the server sets in a request, with the reason.
    """
    shown, left_out, unwritten = [], {}, {}
    options = model._meta  # noqa: SLF001 - public, documented
    fields: list[Any] = [*options.concrete_fields, *options.many_to_many]
    for field in fields:
        if _is_own_key(field) or getattr(field.remote_field, "parent_link", False):
            continue
        reason = filled_in.get(field.name, "") or reason_to_leave_out(field)
        if reason:
            left_out[field.name] = reason
            continue
        if why_not := _reason_not_to_write(model, field):
            unwritten[field.name] = why_not
        key = key_of(field.related_model) if field.is_relation else ""
        name = field.attname if key == "pk" and not field.many_to_many else field.name
        is_written = field.editable and not field.generated and not why_not
        shown.append(Column(field, name, key, is_written and not getattr(field, "auto_now_add", False)))
    return Columns(tuple(shown), left_out, unwritten)


def key_of(model: type[Model]) -> str:
    """Return the unique text field by which people know a row, such as a slug, or else "pk"."""
    if is_secret(plain_key(model)):
        return "pk"
    options = model._meta  # noqa: SLF001 - public, documented
    names = [getattr(model, "USERNAME_FIELD", ""), *KEYS]
    unique = {field.name for field in options.concrete_fields if field.unique} | {
        fields[0] for fields in _unique_together(model) if len(fields) == 1
    }
    for name in names:
        field = next((field for field in options.concrete_fields if field.name == name), None)
        is_text = field and field.get_internal_type() in {"CharField", "SlugField"}
        if field and is_text and name in unique and not field.null and not reason_to_leave_out(field):
            return "pk" if field.primary_key else name
    return "pk"


def _unique_together(model: type[Model]) -> list[list[str]]:
    """Return the fields of each unique constraint, without fields that the server sets."""
    options = model._meta  # noqa: SLF001 - public, documented
    rules = [
        rule.fields
        for rule in options.constraints
        if isinstance(rule, UniqueConstraint) and not rule.condition
    ]
    return [
        [name for name in fields if options.get_field(name).editable]
        for fields in [*rules, *options.unique_together]
    ]


def _is_own_key(field: Field) -> bool:
    """Whether rows show the field as `id`. A primary key that is a relation is shown as a relation, too."""
    return field.primary_key and not field.is_relation


def _reason_not_to_write(model: type[Model], field: Any) -> str:
    """Return why tools show a field but do not write it, if its owner might wonder. Else, return ""."""
    user: Any = model if issubclass(model, AbstractBaseUser) else None
    if user and field.name in {user.USERNAME_FIELD, user.get_email_field_name()}:
        return "people sign in with it, or get a new password by it"
    if (user and field.name in RIGHTS) or (field.many_to_many and field.related_model in {Group, Permission}):
        return "gives rights, which people do in the admin"
    if field.many_to_many and not _can_be_set(field):
        return f"{field.remote_field.through.__name__} needs more than the two rows"
    return ""


def _can_be_set(field: Any) -> bool:
    """Whether the rows of the `through` model need no other values than the two related rows."""
    ends = {field.m2m_field_name(), field.m2m_reverse_field_name()}
    return all(
        other.name in ends or other.primary_key or other.null or other.blank or other.has_default()
        for other in field.remote_field.through._meta.concrete_fields  # noqa: SLF001 - public, documented
    )
