"""What a project says about its rows before tools are written. One whose rows have owners says more."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db.models import Model

from mcp_server.management.model_tools.kinds import manager_of


class Rules:
    """The rules of a project where every row is anybody's who has the permission."""

    # Fields that a request fills in, and why no tool has them.
    filled_in: ClassVar[Mapping[str, str]] = {}
    # What `rows` needs.
    imports: ClassVar[Sequence[str]] = ()

    def superusers_only(self, model: type[Model]) -> str:
        """Say why only superusers may see rows of a model, or return an empty string."""
        return ""

    def rows(self, model: type[Model]) -> str:
        """Return the rows that a tool may relate to."""
        return f"{manager_of(model)}.all()"
