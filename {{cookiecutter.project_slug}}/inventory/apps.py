"""The application `inventory`."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """The example: a small shop whose stock an assistant can look after."""

    name = "inventory"
