"""Writes and reads the contents of files, and turns errors of the storage into one sentence."""

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

# Longer than any upload takes. A file that is unfinished after this time was cut off when its process ended.
GIVE_UP_AFTER = timedelta(hours=1)


def store(user: User, name: str, content_type: str, content: bytes) -> StoredFile:
    """Store a new file of `user`, or nothing if anything fails.

    Raises RefusedError if the quota of the user is used up, or if the storage fails.
    """
    file = reserve(user, name, content_type)
    try:
        fill(file, ContentFile(content), len(content))
    except BaseException:
        file.delete()  # with any content that was written
        raise
    return file


def reserve(user: User, name: str, content_type: str) -> StoredFile:
    """Return a new file of `user` without its content. Raises RefusedError if the user has too many files."""
    unfinished = GIVE_UP_AFTER + timedelta(seconds=settings.FILE_UPLOAD_SECONDS)
    StoredFile.objects.filter(stored_at=None, created_at__lt=timezone.now() - unfinished).delete()
    # The key rather than the user, because with MCP_REQUIRE_AUTH=False the user is anonymous.
    with quota_of(user.pk):
        return StoredFile.objects.create(owner_id=user.pk, name=name, content_type=content_type)


def uploaded_before() -> RefusedError:
    """Return the error for an address that has been used."""
    text = _("This file was already uploaded: ask for a new address for another one.")
    return RefusedError(text, HTTPStatus.GONE)


def fill(file: StoredFile, content: "File[Any]", size: int) -> None:
    """Store the content of a reserved file, or nothing if anything fails.

    Raises RefusedError if another request was first, if the quota of the owner is used up, or if the storage
    fails.
    """
    with quota_of(file.owner_id):
        # One statement, so that only one of two simultaneous requests finds it empty.
        if not StoredFile.objects.filter(pk=file.pk, size=None).update(size=size):
            raise uploaded_before()
    try:
        with _storage_errors():
            storages["files"].save(file.path, content)
        file.size, file.stored_at = size, timezone.now()
        file.save(update_fields=["stored_at"])
    except BaseException:
        with suppress(Exception):  # a content that stays is deleted later with the row
            storages["files"].delete(file.path)
        StoredFile.objects.filter(pk=file.pk).update(size=None)
        raise


def read(file: StoredFile) -> bytes:
    """Return the content of `file`. Raises RefusedError if the storage fails."""
    with _storage_errors(), storages["files"].open(file.path) as opened:
        content: bytes = opened.read()
    return content


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Replace errors of the storage by a sentence, because their texts differ and may contain secrets."""
    try:
        yield
    except RefusedError:  # from the content that is being read
        raise
    except Exception as error:
        logger.exception("The file storage failed.")
        text = _("The file storage is unavailable, and nothing was changed. Try again later.")
        raise RefusedError(text, HTTPStatus.SERVICE_UNAVAILABLE) from error
