"""Writing and reading the contents of files: what fails there becomes a sentence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.errors import RefusedError
from documents.models import StoredFile
from documents.quota import quota_of
from operations.users import User

logger = logging.getLogger(__name__)

# Longer than any upload takes. What is still unfinished then was cut off by the end of its process.
GIVE_UP_AFTER = timedelta(hours=1)


def store(user: User, name: str, content_type: str, content: bytes) -> StoredFile:
    """Keep a new file of `user`: all of it or, when anything fails, nothing.

    Raises RefusedError when the user keeps too much, or when the storage fails.
    """
    file = reserve(user, name, content_type)
    try:
        fill(file, ContentFile(content), len(content))
    except BaseException:
        file.delete()  # and what there is of its content
        raise
    return file


def reserve(user: User, name: str, content_type: str) -> StoredFile:
    """Return a new file of `user` whose content is still to come. Raises RefusedError at too many files."""
    unfinished = GIVE_UP_AFTER + timedelta(seconds=settings.FILE_UPLOAD_SECONDS)
    StoredFile.objects.filter(stored_at=None, created_at__lt=timezone.now() - unfinished).delete()
    # The key and not the user: without MCP_REQUIRE_AUTH the user is anonymous and has none.
    with quota_of(user.pk):
        return StoredFile.objects.create(owner_id=user.pk, name=name, content_type=content_type)


def uploaded_before() -> RefusedError:
    """Return the error of an address that took its file."""
    text = _("This file was uploaded before: ask for a new address for another one.")
    return RefusedError(text, HTTPStatus.GONE)


def fill(file: StoredFile, content: "File[Any]", size: int) -> None:
    """Give a reserved file its content, once: all of it or, when anything fails, nothing.

    Raises RefusedError when another request was first, when its owner keeps too much, or the storage fails.
    """
    with quota_of(file.owner_id):
        # One statement, so that of two requests at the same time only one finds it empty.
        if not StoredFile.objects.filter(pk=file.pk, size=None).update(size=size):
            raise uploaded_before()
    try:
        with _storage_errors():
            storages["files"].save(file.path, content)
        file.size, file.stored_at = size, timezone.now()
        file.save(update_fields=["stored_at"])
    except BaseException:
        with suppress(Exception):  # else it goes with the row, later
            storages["files"].delete(file.path)
        StoredFile.objects.filter(pk=file.pk).update(size=None)
        raise


def read(file: StoredFile) -> bytes:
    """Return the content of `file`. Raises RefusedError when the storage does not give it."""
    with _storage_errors(), storages["files"].open(file.path) as opened:
        content: bytes = opened.read()
    return content


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Tell nobody what the storage said: each has exceptions, and secrets, of its own."""
    try:
        yield
    except RefusedError:  # of what it read
        raise
    except Exception as error:
        logger.exception("The file storage failed.")
        text = _("The file storage is unavailable, and nothing was changed. Try again later.")
        raise RefusedError(text, HTTPStatus.SERVICE_UNAVAILABLE) from error
