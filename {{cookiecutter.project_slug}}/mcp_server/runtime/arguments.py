"""Says in one sentence what is wrong with the arguments of a call, so that the model can correct them.

FastMCP would send pydantic's text: several lines, with the input and links to pydantic's pages.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pydantic
from fastmcp.exceptions import ValidationError

from mcp_server.errors import cut

MAX_PROBLEMS = 10  # in one sentence; the model can correct these first
MAX_PART = 100  # characters of a name; the text of a problem may be twice as long

type Problem = tuple[Sequence[str | int], str]


class WrongArgumentsError(ValidationError):
    """The arguments of a call do not fit.

    Args:
        problems: pairs of the path to an argument and a text that says what is wrong with it.
        count: how many problems there are in all.
    """

    def __init__(self, problems: Iterable[Problem], count: int) -> None:
        self.problems = [
            ([cut(str(part), MAX_PART) for part in where], cut(what, MAX_PART * 2))
            for where, what in islice(problems, MAX_PROBLEMS)
        ]
        self.more = count - len(self.problems)
        super().__init__(self.sentence(f"{'.'.join(at) or 'all'}: {what}" for at, what in self.problems))

    def sentence(self, problems: Iterable[str]) -> str:
        """Return the text for the caller, with `problems` as the caller knows their paths."""
        more = f"; and {self.more:,} more" if self.more else ""
        return f"Wrong arguments. {'; '.join(problems)}{more}."


def in_one_sentence(error: ValidationError) -> ValidationError:
    """Return `error` as a WrongArgumentsError, or `error` itself if pydantic did not cause it."""
    cause = error.__cause__
    if not isinstance(cause, pydantic.ValidationError):
        return error
    problems = cause.errors(include_url=False, include_context=False, include_input=False)
    return WrongArgumentsError(((each["loc"], each["msg"]) for each in problems), len(problems))


def check_names(
    given: Mapping[str, Any], required: Iterable[str], known: Collection[str] | None = None
) -> None:
    """Raise WrongArgumentsError if a `required` argument is missing, or one is not in `known`."""
    missing = [name for name in required if name not in given]
    unknown = [] if known is None else [name for name in given if name not in known]
    if missing or unknown:
        raise WrongArgumentsError(_wrong_names(missing, unknown), len(missing) + len(unknown))


def _wrong_names(missing: Iterable[str], unknown: Iterable[str]) -> Iterator[Problem]:
    yield from (([name], "Missing required argument") for name in missing)
    yield from (([name], "Unexpected keyword argument") for name in unknown)
