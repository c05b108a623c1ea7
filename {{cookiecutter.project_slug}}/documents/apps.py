"""The Django app of documents and files."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Texts and files that users and their assistants keep."""

    name = "documents"
