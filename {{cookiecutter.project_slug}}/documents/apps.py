"""The application `documents`."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Texts and files that people and their assistants keep here."""

    name = "documents"
