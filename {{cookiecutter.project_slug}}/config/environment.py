"""The variables of the environment, and what is said of one that does not fit."""

import math
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
    if env.str("PUBLIC_BASE_URL", default="").startswith("https://"):
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


def is_origin(text: str) -> bool:
    """Whether `text` looks like https://example.com: a scheme, a host, maybe a port, and nothing else."""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    bare = f"{parts.scheme}://{parts.netloc}"
    return has_host and parts.scheme in {"http", "https"} and text == bare and not set("@*") & set(text)


def _text(variable: str, default: object) -> str:
    """Return what is set, if anything is: an empty variable is none."""
    return env.str(variable, default="").strip() or str(default)
