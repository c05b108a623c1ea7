"""The rules of a project for its rows. A project in which rows have owners uses a subclass."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db.models import Model

from mcp_server.management.model_tools.kinds import manager_of


class Rules:
    """The rules of a project in which every user with the permission may use every row."""

    # Fields that the server sets in a request, with the reason why no tool has them.
    filled_in: ClassVar[Mapping[str, str]] = {}
    # The imports that the source of `rows` needs.
    imports: ClassVar[Sequence[str]] = ()

    def superusers_only(self, model: type[Model]) -> str:
        """Return why only superusers may see the rows of a model, or ""."""
        return ""

    def rows(self, model: type[Model]) -> str:
        """Return the rows to which a tool may relate, as Python source."""
        return f"{manager_of(model)}.all()"
