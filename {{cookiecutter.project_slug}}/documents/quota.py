"""The quota of a user: FILE_QUOTA bytes in FILE_MAX_COUNT files and documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Func, IntegerField, Sum
from django.db.models.sql.compiler import SQLCompiler
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from documents.errors import RefusedError
from documents.models import Document, StoredFile


class Bytes(Func):
    """The length of a text in bytes, which PostgreSQL finds without reading the text."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return SQL for versions of SQLite that do not have the function."""
        template = "LENGTH(CAST(%(expressions)s AS BLOB))"
        return self.as_sql(compiler, connection, template=template, **extra_context)


class Kept(NamedTuple):
    """What counts for a quota: files, including unfinished uploads, and documents with their titles."""

    size: int
    number: int


def kept_by(user: int | None) -> Kept:
    """Return what counts for the quota of a user (primary key)."""
    # With MCP_REQUIRE_AUTH=False, the user is anonymous and has no key.
    files = StoredFile.objects.filter(owner_id=user).aggregate(size=Sum("size"), number=Count("pk"))
    documents = Document.objects.filter(owner_id=user).aggregate(
        size=Sum(Bytes("title") + Bytes("text")), number=Count("pk")
    )
    return Kept((files["size"] or 0) + (documents["size"] or 0), files["number"] + documents["number"])


@contextmanager
def quota_of(user: int | None) -> Iterator[None]:
    """Let the block add files or documents of a user (primary key), and undo it if that exceeds the quota.

    Simultaneous requests of the same user wait, so that they cannot both use the last bytes. Raises
    RefusedError if the quota is exceeded.
    """
    with transaction.atomic():
        list(get_user_model().objects.select_for_update(no_key=True).filter(pk__in=[user]))
        before = kept_by(user)
        yield
        after = kept_by(user)
        if after.number > max(before.number, settings.FILE_MAX_COUNT):
            text = _(
                "You have %(now)s files and documents, and may have %(most)s: delete files that you do not"
                " need."
            )
            raise RefusedError(text % _readable(now=before.number, most=settings.FILE_MAX_COUNT))
        if after.size > max(before.size, settings.FILE_QUOTA):
            text = _(
                "These are %(more)s bytes more, but you have %(now)s and may have %(most)s: delete files that"
                " you do not need."
            )
            more = after.size - before.size
            raise RefusedError(text % _readable(more=more, now=before.size, most=settings.FILE_QUOTA))


def _readable(**numbers: int) -> dict[str, str]:
    return {name: number_format(number, force_grouping=True) for name, number in numbers.items()}
