"""The variables of the environment, and what is said of one that does not fit."""

import math
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

# Commands that prepare a server, where a variable that is missing must be an error.
PREPARE_A_SERVER = {"collectstatic", "--deploy"}


def is_development() -> bool:
    """Whether DEBUG is meant where nothing says so: never for a server, whose programs are others.

    `manage.py runserver` is Django's server for development. Other commands and the tests are run on a server
    too; but without a SECRET_KEY, this is a clone on the machine of somebody who works on it.
    """
    if env.str("PUBLIC_BASE_URL", default="").strip().lower().startswith("https://"):
        return False
    is_command = Path(sys.argv[0]).name == "manage.py"
    if is_command and sys.argv[1:2] == ["runserver"]:
        return True
    if env.str("SECRET_KEY", default=""):
        return False
    return "pytest" in sys.modules or (is_command and not PREPARE_A_SERVER & set(sys.argv))


def boolean(variable: str, default: bool) -> bool:
    """Return True or False. Raises ImproperlyConfigured for a slip of the pen, which would pass for False."""
    text = _text(variable, default)
    if text.lower() not in {*env.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0"}:
        raise ImproperlyConfigured(f"{variable} is {text!r}: it must be True or False.")
    return text.lower() in env.BOOLEAN_TRUE_STRINGS


def whole(variable: str, default: int) -> int:
    """Return a whole number from 1 on. Raises ImproperlyConfigured for anything else."""
    text = _text(variable, default)
    if not text.isdecimal() or not 0 < int(text) < 2**63:
        raise ImproperlyConfigured(f"{variable} is {text!r}: it must be a whole number from 1 on.")
    return int(text)


def seconds(variable: str, default: float) -> float:
    """Return a number from 0 on. Raises ImproperlyConfigured for anything else."""
    text = _text(variable, default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ImproperlyConfigured(f"{variable} is {text!r}: it must be a number of seconds, or 0.")
    return value


def database(variable: str) -> dict[str, Any]:
    """Return the connection that the URL in `variable` stands for. Raises ImproperlyConfigured for none."""
    try:
        if env.str(variable).partition("://")[0] in env.DB_SCHEMES:
            config: dict[str, Any] = env.db(variable)
            return config
    except ValueError:  # a port that is no number
        pass
    # Without the URL, which holds a password.
    raise ImproperlyConfigured(f"{variable} must look like postgres://user:password@host:5432/name.")


def email(variable: str) -> dict[str, Any]:
    """Return how the URL in `variable` sends mail. Raises ImproperlyConfigured for none."""
    try:
        config: dict[str, Any] = env.email(variable)
    except (ValueError, ImproperlyConfigured):  # a port that is no number; another scheme
        config = {}
    if config and (config["EMAIL_HOST"] or ".smtp." not in config["EMAIL_BACKEND"]):
        return config
    # Without the URL, which holds a password.
    raise ImproperlyConfigured(
        f"{variable} must look like smtp+tls://user:password@host:587?from=noreply@example.com."
    )


def texts(variable: str) -> list[str]:
    """Return a list that is separated by commas, without the blanks around its values."""
    return [text.strip() for text in env.str(variable, default="").split(",") if text.strip()]


def origin(text: str, *, of_apps: bool = False) -> str | None:
    """Return https://example.com as browsers write it, in lower case and without the usual port, or None.

    With `of_apps`, the window of a program may have one as well, such as tauri://localhost.
    """
    try:
        parts = urlsplit(text.strip().rstrip("/"))
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:  # of which a wrong name in other letters is one
        return None
    is_bare = not (parts.path or parts.query or parts.fragment) and not set("@*?# ") & set(text.strip())
    is_known = parts.scheme in {"http", "https"} or (of_apps and is_app_scheme(parts.scheme))
    if not host or port == 0 or not is_bare or not is_known:
        return None
    host = f"[{host}]" if ":" in host else host
    is_usual = port is None or port == {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" if is_usual else f"{parts.scheme}://{host}:{port}"


def address(variable: str, default: str) -> str:
    """Return the address of a site. Raises ImproperlyConfigured for any other text."""
    text = _text(variable, default)
    if found := origin(text):
        return found
    raise ImproperlyConfigured(
        f"{variable} is {text!r}: it must look like https://example.com, without a path."
    )


def is_app_scheme(text: str) -> bool:
    """Whether `text` is a scheme that a program may have for itself: none that browsers know."""
    known = {"http", "https", "javascript", "data", "file", "blob", "about", "ftp", "ws", "wss", "vbscript"}
    return re.fullmatch(r"[a-z][a-z0-9.+-]*", text) is not None and text not in known


def _text(variable: str, default: object) -> str:
    """Return what is set, if anything is: an empty variable is none."""
    return env.str(variable, default="").strip() or str(default)
