"""What a tool must not return: FastMCP sends `str(model)` as a success, and cannot run a queryset."""

from django.db.models import Manager, Model, QuerySet


class ModelReturnedError(TypeError):
    """A function returned an object of the ORM."""


def checked[R](result: R) -> R:
    """Return the result of a plain function. Raises ModelReturnedError for what belongs to the ORM."""
    held = result[0] if isinstance(result, list | tuple) and result else result
    if isinstance(held, Model | QuerySet | Manager):
        kind = f"the model {type(held).__name__}" if isinstance(held, Model) else type(held).__name__
        raise ModelReturnedError(
            f"It returned {kind}: return a dataclass of the fields that the client needs."
        )
    return result
