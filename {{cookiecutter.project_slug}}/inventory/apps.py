"""The Django app of the shop."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """The example: a small shop whose stock an assistant can manage."""

    name = "inventory"
