"""What is wrong with the arguments of a call, so that the model can do better.

The text that FastMCP would send is pydantic's: several lines, what was sent, links to its own pages.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pydantic
from fastmcp.exceptions import ValidationError

from mcp_server.errors import cut

MAX_PROBLEMS = 10  # that are named; a model that was wrong more often mends these first
MAX_PART = 100  # characters of a name, or of what is wrong with it

type Problem = tuple[Sequence[str | int], str]


class WrongArgumentsError(ValidationError):
    """The arguments of a call do not fit.

    Args:
        problems: where each is, and what is wrong there.
        count: how many there are, of which `problems` may be the first.
    """

    def __init__(self, problems: Iterable[Problem], count: int) -> None:
        self.problems = [
            ([cut(str(part), MAX_PART) for part in where], cut(what, MAX_PART * 2))
            for where, what in islice(problems, MAX_PROBLEMS)
        ]
        self.more = count - len(self.problems)
        super().__init__(self.sentence(f"{'.'.join(at) or 'all'}: {what}" for at, what in self.problems))

    def sentence(self, problems: Iterable[str]) -> str:
        """Return what the caller reads."""
        more = f"; and {self.more:,} more" if self.more else ""
        return f"Wrong arguments. {'; '.join(problems)}{more}."


def in_one_sentence(error: ValidationError) -> ValidationError:
    """Return `error` in words for the caller, to be raised from the same cause."""
    cause = error.__cause__
    if not isinstance(cause, pydantic.ValidationError):
        return error
    problems = cause.errors(include_url=False, include_context=False, include_input=False)
    return WrongArgumentsError(((each["loc"], each["msg"]) for each in problems), len(problems))


def check_names(
    given: Mapping[str, Any], required: Iterable[str], known: Collection[str] | None = None
) -> None:
    """Raise WrongArgumentsError when an argument is missing or, of those `known`, unknown."""
    missing = [name for name in required if name not in given]
    unknown = [] if known is None else [name for name in given if name not in known]
    if missing or unknown:
        raise WrongArgumentsError(_wrong_names(missing, unknown), len(missing) + len(unknown))


def _wrong_names(missing: Iterable[str], unknown: Iterable[str]) -> Iterator[Problem]:
    yield from (([name], "Missing required argument") for name in missing)
    yield from (([name], "Unexpected keyword argument") for name in unknown)
