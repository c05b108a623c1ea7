"""What a tool must not return: FastMCP sends `str(model)` as a success, and cannot run a queryset."""

from django.db.models import Manager, Model, QuerySet


class ModelReturnedError(TypeError):
    """A function returned an object of the ORM."""


def refuse_models(tool: str, result: object) -> None:
    """Raise ModelReturnedError for a result of `tool` that belongs to the ORM, or begins with what does."""
    values = list(result.values()) if isinstance(result, dict) else result
    held = values[0] if isinstance(values, list | tuple) and values else values
    if isinstance(held, Model | QuerySet | Manager):
        kind = f"the model {type(held).__name__}" if isinstance(held, Model) else type(held).__name__
        raise ModelReturnedError(
            f"The tool {tool} returned {kind}: return a dataclass of the fields that the client needs."
        )
