"""Fixtures of files, for the tests of every app."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Store the files of tests on disk, apart from those of the project."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"files": files}
