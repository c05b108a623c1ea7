"""Refuses results that FastMCP cannot send: models, querysets and coroutines.

FastMCP would send the `str()` of a model as a success.
"""

from collections.abc import Coroutine

from django.db.models import Manager, Model, QuerySet


class ModelReturnedError(TypeError):
    """A tool returned a model, a queryset or a manager."""


class NotAwaitedError(TypeError):
    """A tool returned a coroutine, because an `await` is missing."""


def refuse_models(tool: str, result: object) -> None:
    """Raise an error if `result` is a coroutine, or if it or its first item is an object of the ORM."""
    if isinstance(result, Coroutine):
        result.close()  # otherwise, Python warns about it, and names a line of ours
        raise NotAwaitedError(f"The tool {tool} returned a coroutine: an await is missing.")
    values = list(result.values()) if isinstance(result, dict) else result
    held = values[0] if isinstance(values, list | tuple) and values else values
    if isinstance(held, Model | QuerySet | Manager):
        kind = f"the model {type(held).__name__}" if isinstance(held, Model) else f"a {type(held).__name__}"
        raise ModelReturnedError(
            f"The tool {tool} returned {kind}: return a dataclass of the fields that the client needs."
        )
