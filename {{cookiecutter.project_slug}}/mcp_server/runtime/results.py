"""What a tool must not return.

FastMCP sends `str(model)` as a success, and can run neither a queryset nor a coroutine.
"""

from collections.abc import Coroutine

from django.db.models import Manager, Model, QuerySet


class ModelReturnedError(TypeError):
    """A function returned an object of the ORM."""


class NotAwaitedError(TypeError):
    """A function returned what it should have waited for."""


def refuse_models(tool: str, result: object) -> None:
    """Raise an error for a result of `tool` that was not awaited, is of the ORM, or begins with what is."""
    if isinstance(result, Coroutine):
        result.close()  # else Python warns of it, in a line of ours
        raise NotAwaitedError(f"The tool {tool} returned a coroutine: an await is missing.")
    values = list(result.values()) if isinstance(result, dict) else result
    held = values[0] if isinstance(values, list | tuple) and values else values
    if isinstance(held, Model | QuerySet | Manager):
        kind = f"the model {type(held).__name__}" if isinstance(held, Model) else f"a {type(held).__name__}"
        raise ModelReturnedError(
            f"The tool {tool} returned {kind}: return a dataclass of the fields that the client needs."
        )
