"""Refuse answers that would generate a broken project, and list all wrong answers at once.

This runs before anything is written, with cookiecutter's own interpreter. It may use only the standard
library and the syntax of Python 3.10.
"""

import json
import keyword
import re
import sys
import unicodedata
import zoneinfo
from collections.abc import Callable
from pathlib import Path

Answers = dict[str, object]

FREE_TEXT = ("project_name", "description", "author_name")
# These end a string or start an expression in TOML, in a shell or in Markdown.
BREAKING_CHARACTERS = '"\\{}$`'

SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# PostgreSQL truncates longer names, and Django adds "test_" to the name of the test database.
SLUG_MAX_LENGTH = 50
OWN_NAMES = {
    "accounts",
    "config",
    "conftest",
    "deploy",
    "docs",
    "documents",
    "inventory",
    "manage",
    "mcp_server",
    "oauth",
    "operations",
    "sign_in",
    "sql_access",
    "static",
    "templates",
    "tenants",
    "tests",
}
DEPENDENCIES = set(
    """
    allauth anyio asgiref boto3 botocore django django_allauth django_environ django_oauth_toolkit
    django_storages django_stubs drf_spectacular_sidecar environ fastmcp gunicorn httptools httpx hypothesis
    import_linter importlinter mcp mypy oauth2_provider oauthlib opentelemetry
    opentelemetry_exporter_otlp_proto_http opentelemetry_sdk
    prometheus_client psycopg pydantic pymysql pyrate_limiter pytest pytest_django pytest_xdist redis ruff
    sentry_sdk sqlglot sqlparse starlette storages types_pymysql uv uvicorn uvloop watchfiles whitenoise
    """.split()  # noqa: SIM905 (a list of 25 lines is harder to read)
)

LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"{LABEL}(\.{LABEL})*")
# What Django accepts, except { } $ ` in the name.
WORD = r"[a-z0-9!#%&'*+/=?^_|~-]+"
EMAIL = re.compile(rf"{WORD}(\.{WORD})*@{LABEL}(\.{LABEL})+", re.IGNORECASE)
# UTC, or the name of a place. Debian images do not have older names, such as US/Central.
AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
TIMEZONE = re.compile(rf"UTC|Etc/(UTC|GMT([+-][0-9]+)?)|({AREAS})(/[A-Za-z0-9_+-]+)+")


def filled_in(answers: Answers) -> list[str]:
    """Refuse names that are empty, or that begin or end with spaces, which tools would remove or refuse."""
    return [
        f"{field} is empty or has blanks around it: write a word or more, without blanks at the ends."
        for field in FREE_TEXT
        if not answers[field] or answers[field] != str(answers[field]).strip()
    ]


def harmless_text(answers: Answers) -> list[str]:
    """Refuse characters that would end a quoted text in Python, TOML, shell or Markdown."""
    return [
        field + ' may hold neither " \\ { } $ ` nor control characters: leave them out.'
        for field in FREE_TEXT
        if any(_breaks(character) for character in str(answers[field]))
    ]


def _breaks(character: str) -> bool:
    # Control characters, lone surrogates, and the Unicode line and paragraph separators.
    return character in BREAKING_CHARACTERS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def usable_slug(answers: Answers) -> list[str]:
    """Refuse a slug that cannot name a folder, a distribution, containers and a database."""
    slug = str(answers["project_slug"])
    if SLUG.fullmatch(slug) and len(slug) <= SLUG_MAX_LENGTH:
        return []
    return [
        f"project_slug {slug!r} is not a valid name: use a lower-case letter, then letters, digits and "
        f"single underscores, at most {SLUG_MAX_LENGTH} characters, such as my_site."
    ]


def free_slug(answers: Answers) -> list[str]:
    """Refuse a slug with the name of a module: one of the two would hide the other."""
    slug = str(answers["project_slug"])
    owners = {
        "a Python keyword": {*keyword.kwlist, *keyword.softkwlist},
        "a module of Python itself": sys.stdlib_module_names,
        "a package the project depends on": DEPENDENCIES,
        "a part of the generated project": OWN_NAMES,
    }
    return [
        f"project_slug {slug!r} is the name of {owner}: take another, such as {slug}_site."
        for owner, names in owners.items()
        if slug in names
    ]


def valid_email(answers: Answers) -> list[str]:
    email = str(answers["email"])
    if EMAIL.fullmatch(email):
        return []
    return [f"email {email!r} is not an e-mail address: write one such as you@example.com."]


def valid_domain(answers: Answers) -> list[str]:
    domain = str(answers["domain_name"])
    if DOMAIN.fullmatch(domain) and len(domain) <= 253:
        return []
    return [
        f"domain_name {domain!r} is not a host name: write it in lower case, without https://, port or path, "
        "such as example.com."
    ]


def known_timezone(answers: Answers) -> list[str]:
    """Refuse unknown time zones. Without time zone data (Windows, slim containers), check only the form."""
    name = str(answers["timezone"])
    places = _places("zone.tab")
    is_place = "/" in name and not name.startswith("Etc/")
    if TIMEZONE.fullmatch(name) and (name in places or not places or not is_place):
        return []
    rules = _rules(name)
    meant = [place for place in _places("zone1970.tab") if rules and _rules(place) == rules]
    if meant:
        return [f"timezone {name!r} is an old name, which many systems do not have: write {meant[0]}."]
    return [f"timezone {name!r} is not an IANA time zone: write one such as UTC or Europe/Berlin."]


def _places(table: str) -> list[str]:
    """Return the places in a table of this machine's time zone data, or nothing if there is no table."""
    files = [Path(folder, table) for folder in zoneinfo.TZPATH if Path(folder, table).is_file()]
    lines = files[0].read_text(encoding="utf-8").splitlines() if files else []
    return [line.split("\t")[2] for line in lines if not line.startswith("#")]


def _rules(name: str) -> bytes:
    """Return this machine's data for a time zone. An old name and its new name have the same data."""
    if not NAME.fullmatch(name):
        return b""
    files = [Path(folder, name) for folder in zoneinfo.TZPATH if Path(folder, name).is_file()]
    return files[0].read_bytes() if files else b""


RULES: tuple[Callable[[Answers], list[str]], ...] = (
    filled_in,
    harmless_text,
    usable_slug,
    free_slug,
    valid_email,
    valid_domain,
    known_timezone,
)


def problems(answers: Answers) -> list[str]:
    """Return one sentence for each wrong answer."""
    return [problem for rule in RULES for problem in rule(answers)]


def main() -> None:
    # A raw string, so that backslashes and quotes in an answer arrive as they are.
    found = problems(json.loads(r"""{{ cookiecutter | tojson }}"""))
    if found:
        headline = "ERROR: no project was generated, please change these answers:"
        # A blank line after it, because cookiecutter adds a traceback.
        sys.exit("\n  ".join([headline, *found]) + "\n")


if __name__ == "__main__":
    main()
