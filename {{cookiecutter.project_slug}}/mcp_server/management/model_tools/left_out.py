"""Which fields tools neither show nor write, and why: secrets, files, and values that JSON cannot express."""

import re

from django.db.models import BinaryField, Field, FileField, FilePathField
from django.db.models.query_utils import DeferredAttribute

from mcp_server.management.model_tools.kinds import TYPES, kind_of, value_of

# Parts of the names of fields, between underscores.
SECRET_PARTS = {
    "auth", "cookie", "credential", "credentials", "cvv", "digest", "hash", "hashed", "otp",
    "passphrase", "passwd", "password", "passwords", "private", "pwd", "salt", "secret", "secrets",
    "signature", "token", "tokens", "totp",
}  # fmt: skip
SECRET_NAMES = re.compile(
    r"(access|api|auth|encryption|private|secret|session|signing|ssh)_?(key|data|code)s?\b"
)
SECRET_KINDS = re.compile(r"Encrypt|Password|Secret|Token|Hash")

# Fields such as has_password and token_expires_at contain no secret.
TELL_NOTHING = {"BooleanField", "DateField", "DateTimeField", "DurationField"}


def is_secret(field: Field) -> bool:
    """Whether the name or class of a field suggests a secret."""
    name = field.name.lower()
    return kind_of(field) not in TELL_NOTHING and bool(
        SECRET_PARTS & set(name.split("_"))
        or SECRET_NAMES.search(name)
        or SECRET_KINDS.search(type(field).__name__)
    )


def reason_to_leave_out(field: Field) -> str:
    """Return why no tool shows a field, or "". For a relation, the key of the related rows counts too."""
    value = value_of(field)
    if is_secret(field) or is_secret(value):
        return "a secret"
    if field.name.startswith("_") or value.name.startswith("_"):
        return "internal, by its name"
    if isinstance(value, FileField | FilePathField):
        return "a path of a file"
    if isinstance(value, BinaryField):
        return "binary"
    if kind_of(value) not in TYPES or not _is_plain(value):
        return f"the class {type(value).__name__} may hold more than JSON can"
    return ""


def _is_plain(field: Field) -> bool:
    """Whether the values have the usual type of the field's kind. A subclass may convert them to objects."""
    own = type(field)
    converts = getattr(own, "from_db_value", None)
    is_djangos = converts is None or converts.__module__.startswith("django.db.")
    return is_djangos and own.descriptor_class is DeferredAttribute
