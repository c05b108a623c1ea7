"""Errors with a code or data besides their sentence. For any other refusal, tools raise ToolError."""

import re
import traceback
from itertools import takewhile
from pathlib import Path

from django.conf import settings
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist, ValidationError
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    backends,
)
from fastmcp.exceptions import ResourceError, ToolError
from mcp import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS
from starlette.authentication import AuthenticationError

MAX_NAME = 300  # characters of a name or URI; no tool, resource or prompt here may have a longer one
MAX_SENTENCE = 2000  # characters of a refusal, which may repeat what the client sent
RUNTIME = Path(__file__).parent / "runtime"
STATEMENTS = Path(backends.__file__).parent


class NoSuchResourceError(ResourceError, MCPError):
    """The resource does not exist. Clients recognise this by the code and the data.

    See MCP 2026-07-28, resources, error handling.

    Args:
        uri: the URI of the request.
        sentence: what is wrong, and what to do.
    """

    def __init__(self, uri: str, sentence: str) -> None:
        super().__init__(INVALID_PARAMS, sentence, {"uri": uri})


class NameTooLongError(ToolError, MCPError):
    """The name is too long to exist. FastMCP's own error would repeat it in the answer and in the log.

    Args:
        kind: "Tool", "Prompt" or "Resource".
    """

    def __init__(self, kind: str) -> None:
        super().__init__(
            INVALID_PARAMS, f"{kind} not found: no name or URI here has more than {MAX_NAME} characters."
        )


class DatabaseUnavailableError(AuthenticationError, MCPError):
    """The token, or the permissions of its user, cannot be looked up. It is an error of both HTTP and MCP."""

    def __init__(self) -> None:
        super().__init__(INTERNAL_ERROR, "The database is unavailable. Try again.")


# Exceptions of a missing row or a wrong value. A call with other arguments may succeed.
OF_THESE_ARGUMENTS = (
    ObjectDoesNotExist,
    MultipleObjectsReturned,
    ValidationError,
    IntegrityError,
    DataError,
)
# Exceptions of a database that restarts, is locked or has no connection left. The call may succeed later.
OF_THIS_MOMENT = (OperationalError, InterfaceError)

# What SQLite and PostgreSQL say of a table or column that no migration has created.
MISSING = re.compile(
    r"^no such (table|column)|^table \S+ has no column|^(relation|column) .* does not exist", re.MULTILINE
)


class CrashedError(ToolError):
    """A tool raised an unexpected exception.

    The log has it; the client does not see it, except with DEBUG.
    """

    def __init__(self, cause: BaseException | None = None) -> None:
        text = "The tool failed because of an internal error. Calling it again is unlikely to help."
        if isinstance(cause, OF_THESE_ARGUMENTS):
            text = "The tool failed because of an internal error with these arguments. Others may work."
        elif isinstance(cause, OF_THIS_MOMENT) and not misses_a_migration(cause):
            text = "The tool failed because of the database. Calling it again in a minute may work."
        super().__init__(f"{text} ({_place(cause)})" if cause and settings.DEBUG else text)


def _place(error: BaseException) -> str:
    """Return the exception, and the file and line of the owner's code that raised it, for development."""
    frame = raised_at(error)
    where = f" in {short(frame.filename)}, line {frame.lineno}" if frame else ""
    remedy = ". Run manage.py makemigrations and migrate" if misses_a_migration(error) else ""
    return f"{type(error).__name__}{where}: {str(error).strip()}{remedy}"


def misses_a_migration(error: BaseException) -> bool:
    """Whether a database says that a table or column does not exist.

    SQLite raises OperationalError, other databases ProgrammingError.
    """
    is_of_database = isinstance(error, OperationalError | ProgrammingError)
    return is_of_database and MISSING.search(str(error)) is not None


def raised_at(error: BaseException) -> traceback.FrameSummary | None:
    """Return the last line of this project in the traceback.

    `mcp_server/runtime/` does not count, nor does what Django calls to execute a statement.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        frame
        for frame in takewhile(lambda frame: not Path(frame.filename).is_relative_to(STATEMENTS), frames)
        if Path(frame.filename).is_relative_to(settings.BASE_DIR)
        and "site-packages" not in frame.filename
        and not Path(frame.filename).is_relative_to(RUNTIME)
    ]
    return ours[-1] if ours else None


def short(file: str) -> str:
    """Return the path of a file as it is known in the project."""
    path = Path(file)
    return str(path.relative_to(settings.BASE_DIR) if path.is_relative_to(settings.BASE_DIR) else path)


def is_masked(error: BaseException) -> bool:
    """Whether FastMCP replaced an unexpected exception with `error`."""
    beginnings = ("Error calling tool", "Error reading resource")
    return error.__cause__ is not None and str(error).startswith(beginnings)


def cut(text: str, length: int) -> str:
    """Return `text`, or its beginning with "…" if it is longer than `length`."""
    return text if len(text) <= length else f"{text[:length]}…"


def shorten(error: BaseException) -> None:
    """Cut the text of `error`, in place, because its class and its cause are needed later."""
    if isinstance(error, MCPError):
        error.error.message = cut(error.message, MAX_SENTENCE)
        if len(str(error.data)) > MAX_SENTENCE:
            error.error.data = None
    elif len(text := str(error)) > MAX_SENTENCE:
        error.args = (cut(text, MAX_SENTENCE),)
