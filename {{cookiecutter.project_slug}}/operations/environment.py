"""Reads variables of the environment.

A value that does not fit raises ImproperlyConfigured with a sentence.
"""

import io
import math
import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# A name and "=", without spaces around either. The rest of the line is the value.
LINE = re.compile(r"(export )?[A-Za-z_][A-Za-z0-9_]*=")
LARGEST = 2**63 - 1
CENTURY = 36_500  # days. What is added to the time of day must not lead out of the calendar.
# As in a Host header: Django compares it in lower case, and takes a port and a last dot off.
HOST_NAME = re.compile(r"\*|\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
SIZE = re.compile(r"([1-9][0-9]{0,8})([kmg]?)", re.IGNORECASE)


class Environment(environ.Env):  # type: ignore[misc]  # the library has no types
    """Takes a value that begins with `$` as it is.

    The library would take it for the name of another variable.
    """

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        value = self.ENVIRON.get(var, "")
        return value if value.startswith("$") else super().get_value(var, *args, **options)


env = Environment()

# Commands that prepare a server, where a missing variable must be an error.
PREPARE_A_SERVER = {"collectstatic", "--deploy"}


def read_file(path: Path) -> None:
    """Put the variables of a `.env` into the environment, except those that are already set.

    Raises ImproperlyConfigured for a malformed line. The library would log it, with any password in it, and
    go on without the variable.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{path} is not UTF-8: save it in that encoding.") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#") and not LINE.match(line):
            raise ImproperlyConfigured(
                f"{path}, line {number} is not understood: write NAME=value, without spaces around the name."
            )
    env.read_env(io.StringIO("\n".join(line for line in text.splitlines() if line.strip())))


def is_development() -> bool:
    """Whether DEBUG is on if it is not set. It is never on for the programs that serve in production.

    `manage.py runserver` is Django's development server. People also run other commands and the tests on a
    server, which has a SECRET_KEY: without one, this is a clone on a developer's machine. mypy reads the
    settings to know the models, and an editor runs it without make.
    """
    if env.str("PUBLIC_BASE_URL", default="").strip().lower().startswith("https://"):
        return False
    is_command = Path(sys.argv[0]).name == "manage.py"
    if is_command and sys.argv[1:2] == ["runserver"]:
        return True
    if env.str("SECRET_KEY", default=""):
        return False
    if {"mypy", "pytest"} & sys.modules.keys():
        return True
    return is_command and not PREPARE_A_SERVER & set(sys.argv)


def boolean(variable: str, default: bool) -> bool:
    """Return True or False. Raises ImproperlyConfigured for a typing error, which would pass for False."""
    text = _text(variable, default)
    if text.lower() not in {*env.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0"}:
        raise ImproperlyConfigured(f"{variable} is {text!r}: it must be True or False.")
    return text.lower() in env.BOOLEAN_TRUE_STRINGS


def whole(variable: str, default: int, least: int = 1, most: int = LARGEST) -> int:
    """Return a whole number from `least` to `most`. Raises ImproperlyConfigured for anything else."""
    text = _text(variable, default)
    # Python reads no number of thousands of digits.
    if not text.isdecimal() or len(text) > len(str(LARGEST)) or not least <= int(text) <= most:
        wanted = f"from {least} on" if most == LARGEST else f"from {least} to {most}"
        raise ImproperlyConfigured(f"{variable} is {text!r}: it must be a whole number {wanted}.")
    return int(text)


def port(variable: str, default: int) -> int:
    """Return a port to listen on. Raises ImproperlyConfigured for any other text."""
    return whole(variable, default, most=2**16 - 1)


def host(variable: str, default: str) -> str:
    """Return an address to listen on: of IPv6, without the brackets that it has in a URL."""
    return _text(variable, default).removeprefix("[").removesuffix("]")


def size(variable: str, default: str) -> int:
    """Return a number of bytes, written as nginx reads it. Raises ImproperlyConfigured for any other text."""
    text = _text(variable, default)
    if not (found := SIZE.fullmatch(text)):
        raise ImproperlyConfigured(f"{variable} is {text!r}: it must look like 500k, 4m or 1g.")
    units = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
    return int(found[1]) * units[found[2].lower()]


def seconds(variable: str, default: float, most: int) -> float:
    """Return a number from 0 to `most`. Raises ImproperlyConfigured for anything else."""
    text = _text(variable, default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        wanted = f"it must be a number of seconds up to {most}, or 0"
        raise ImproperlyConfigured(f"{variable} is {text!r}: {wanted}.")
    return value


def database(variable: str) -> dict[str, Any]:
    """Return the entry of DATABASES for the URL in `variable`.

    Raises ImproperlyConfigured for any other text.
    """
    try:
        scheme, separator, _ = env.str(variable).partition("://")
        if separator and scheme in env.DB_SCHEMES:
            config: dict[str, Any] = env.db(variable)
            return config
    except ValueError:  # a port that is no number
        pass
    # Without the URL, which holds a password.
    raise ImproperlyConfigured(f"{variable} must look like postgres://user:password@host:5432/name.")


def email(variable: str) -> dict[str, Any]:
    """Return the settings for the mail URL in `variable`. Raises ImproperlyConfigured for any other text."""
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
    """Return the values of a list that is separated by commas, without the spaces around them."""
    return [text.strip() for text in env.str(variable, default="").split(",") if text.strip()]


def hosts(variable: str) -> list[str]:
    """Return a list of host names. Raises ImproperlyConfigured for other texts, which match no request."""
    names = texts(variable)
    for name in names:
        if not HOST_NAME.fullmatch(name):
            raise ImproperlyConfigured(
                f"{variable} has {name!r}: a host name looks like www.example.com, or like .example.com for a"
                " domain and its subdomains."
            )
    return names


def check_service(variable: str, example: str) -> None:
    """Check the address of a service that a library reads from `variable` itself, when it first needs it.

    Raises ImproperlyConfigured for any other text.
    """
    text = env.str(variable, default="")
    if text and not (is_url(text, {"http", "https"}) and urlsplit(text).hostname and text.split() == [text]):
        # Without the address, which may hold a password.
        raise ImproperlyConfigured(f"{variable} must look like {example}.")


def origin(text: str, *, of_apps: bool = False) -> str | None:
    """Return an origin such as https://example.com as browsers write it, or None if `text` is none.

    Browsers write it in lower case and without the default port.

    Args:
        text: an origin, perhaps with a "/" at its end.
        of_apps: also accept the origin of a program's window, such as tauri://localhost.
    """
    try:
        parts = urlsplit(text.strip().rstrip("/"))
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:  # of urlsplit, of its port, or of the encoding "idna"
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
    said = "has a user or password" if "@" in text else f"is {text!r}"
    raise ImproperlyConfigured(f"{variable} {said}: it must look like https://example.com, without a path.")


def is_url(text: str, schemes: Collection[str]) -> bool:
    """Whether `text` is the address of a server, or of a socket, by one of `schemes`."""
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.netloc or parts.path) and parts.port != 0
    except ValueError:  # brackets that do not fit; a port that is no number
        return False


def is_app_scheme(text: str) -> bool:
    """Whether `text` is a URL scheme that a program may claim, rather than one that browsers know."""
    known = {"http", "https", "javascript", "data", "file", "blob", "about", "ftp", "ws", "wss", "vbscript"}
    return re.fullmatch(r"[a-z][a-z0-9.+-]*", text) is not None and text not in known


def _text(variable: str, default: object) -> str:
    """Return the value of `variable`, or `default` if it is not set or empty."""
    return env.str(variable, default="").strip() or str(default)
