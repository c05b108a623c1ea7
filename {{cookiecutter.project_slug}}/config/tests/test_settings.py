"""The variables of the environment. A wrong one stops the start with one sentence."""

import importlib
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers
from django.test import override_settings

from mcp_server import settings as mcp_settings

PRODUCTION = {
    "DEBUG": "False",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "PUBLIC_BASE_URL": "https://example.com",
}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these variables. An empty one also overrides `.env`."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


type ReadSettings = Callable[..., Any]


@pytest.fixture
def read_settings(monkeypatch: pytest.MonkeyPatch) -> ReadSettings:
    """Return the settings with these variables, without changing the settings of the tests."""

    def read(**variables: str) -> Any:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        for name, module in list(sys.modules.items()):
            package, _, rest = name.partition(".")
            if rest.partition(".")[0] == "settings" and (settings.BASE_DIR / package).is_dir():
                monkeypatch.setattr(name, module)  # an import sets it in its package, too
                monkeypatch.delitem(sys.modules, name)
        return importlib.import_module("config.settings")

    return read


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": " "}, "SECRET_KEY is not set"),
        ({"PUBLIC_BASE_URL": "example.com"}, "PUBLIC_BASE_URL is 'example.com'"),
        ({"PUBLIC_BASE_URL": "https://example.com/app"}, "without a path"),
        ({"PUBLIC_BASE_URL": "https://example.com?x"}, "without a path"),
        ({"PUBLIC_BASE_URL": "https://example.com:x"}, "without a path"),
        ({"PUBLIC_BASE_URL": "https://[::1"}, "without a path"),
        ({"PUBLIC_BASE_URL": "", "MCP_PORT": "90O1"}, "MCP_PORT is '90O1': it must be a whole number"),
        ({"PUBLIC_BASE_URL": "", "WEB_PORT": "99999"}, "WEB_PORT is '99999': it must be a whole number"),
        ({"MCP_BROWSER_ORIGINS": "https://chat.example,*"}, "MCP_BROWSER_ORIGINS has '*'"),
        ({"ALLOWED_HOSTS": "www.example.com,https://b.example"}, "ALLOWED_HOSTS has 'https://b.example'"),
        ({"ALLOWED_HOSTS": "b.example:8000"}, "ALLOWED_HOSTS has 'b.example:8000'"),
        ({"ALLOWED_HOSTS": "*.example.com"}, "or like .example.com for a domain"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "OTLP_ENDPOINT must look like http://"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http:///v1"}, "ENDPOINT must look like http"),
        ({"DATABASE_URL": "localhost:5432/shop"}, "DATABASE_URL must look like postgres://"),
        ({"DATABASE_URL": "postgres"}, "DATABASE_URL must look like postgres://"),
        ({"DATABASE_URL": "mysql://app:secret@db/shop"}, "does not run on: use PostgreSQL (postgres://"),
        ({"DATABASE_URL": "postgres://shop:secret@host:x/shop"}, "DATABASE_URL must look like postgres://"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL must look like redis://"),
        ({"MCP_TOOL_THREADS": "0"}, "MCP_TOOL_THREADS is '0': it must be a whole number"),
        ({"MCP_TOOL_THREADS": "eight"}, "MCP_TOOL_THREADS is 'eight'"),
        ({"MCP_TOOL_TIMEOUT": "-1"}, "MCP_TOOL_TIMEOUT is '-1': it must be a number of seconds"),
        ({"MCP_STATELESS": "enabled"}, "MCP_STATELESS is 'enabled': it must be True or False"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud'"),
        ({"MAX_BODY_SIZE": "lots"}, "MAX_BODY_SIZE is 'lots': it must look like 500k, 4m or 1g"),
        ({"EMAIL_URL": "smtp.example.com:587"}, "EMAIL_URL must look like smtp+tls://"),
        ({"EMAIL_URL": "smtp+tls://user:secret@host:x"}, "EMAIL_URL must look like smtp+tls://"),
        ({"EMAIL_URL": "smtp+tls://"}, "EMAIL_URL must look like smtp+tls://"),
        ({"MCP_RATE_LIMIT": "20r/s"}, "MCP_RATE_LIMIT is wrong: '20r/s' is not a rate"),
    ],
)
def test_production_refuses_an_unsafe_environment(
    read_settings: ReadSettings, variables: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read_settings(**PRODUCTION | variables)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_host_names(read_settings: ReadSettings) -> None:
    names = ["WWW.example.com", ".example.org", "shop-1", "10.0.0.1", "[2001:db8::1]", "*"]
    assert read_settings(ALLOWED_HOSTS=" , ".join(names)).ALLOWED_HOSTS[1:7] == names


def test_debug_shows_no_arguments(read_settings: ReadSettings) -> None:
    """FastMCP logs the arguments of each call at DEBUG."""
    logging = read_settings(LOG_LEVEL="DEBUG").LOGGING
    levels = {name: logger.get("level") for name, logger in logging["loggers"].items()}
    assert {name for name, level in levels.items() if level == "DEBUG"} >= {"accounts", "mcp_server"}
    assert [levels.get(name, logging["root"]["level"]) for name in ("django", "fastmcp")] == ["INFO", "INFO"]


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud'"), ({"MCP_REQUIRE_AUTH": "False"}, "needs DEBUG=True")],
)
def test_a_refusal_is_no_traceback(variables: dict[str, str], sentence: str) -> None:
    result = manage("check", **PRODUCTION | variables)
    assert result.returncode != 0
    assert sentence in result.stderr.strip().splitlines()[-1]
    assert "Traceback" not in result.stderr


NO_SETTINGS = {"DEBUG": "", "SECRET_KEY": "", "PUBLIC_BASE_URL": "http://localhost:8001"}


@pytest.mark.parametrize(
    ("variables", "debug"),
    [
        ({}, "True"),
        ({"DEBUG": "False", "SECRET_KEY": PRODUCTION["SECRET_KEY"]}, "False"),
        ({"SECRET_KEY": PRODUCTION["SECRET_KEY"]}, "False"),
    ],
)
def test_commands_need_no_settings_in_a_clone(variables: dict[str, str], debug: str) -> None:
    """Catches "SECRET_KEY is not set" for a command in a clone without `.env`."""
    code = "from django.conf import settings; print(settings.DEBUG)"
    result = manage("shell", "--verbosity=0", "--no-imports", "--command", code, **NO_SETTINGS | variables)
    assert result.stdout.strip() == debug, result.stderr


def test_mypy_needs_no_settings_in_a_clone() -> None:
    """Catches "INTERNAL ERROR" in an editor, which runs mypy without make."""
    code = "import mypy; from django.conf import settings; print(settings.DEBUG)"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=os.environ | NO_SETTINGS | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout.strip() == "True", result.stderr


@pytest.mark.parametrize(
    ("public", "pages"), [("", "http://localhost:8080"), ("https://example.com", "https://example.com")]
)
def test_links_lead_to_the_pages(read_settings: ReadSettings, public: str, pages: str) -> None:
    """Catches a link to the MCP process, printed by `manage.py invite_user` outside of `make dev`."""
    unset = {"WEB_BASE_URL": "", "WEB_PORT": "", "SECRET_KEY": PRODUCTION["SECRET_KEY"]}
    assert str(read_settings(PUBLIC_BASE_URL=public, **unset).WEB_BASE_URL) == pages


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        (("-m", "uvicorn", "config.asgi:app", "--fd=9"), {}),
        (("-m", "gunicorn", "--check-config", "config.wsgi"), {}),
        (("manage.py", "check", "--deploy"), {}),
        (("manage.py", "collectstatic", "--no-input", "--dry-run"), {}),
        (("manage.py", "check"), {"PUBLIC_BASE_URL": "https://example.com"}),
        (("manage.py", "runserver"), {"PUBLIC_BASE_URL": "https://example.com"}),
    ],
)
def test_servers_never_start_without_a_secret_key(
    command: tuple[str, ...], variables: dict[str, str]
) -> None:
    result = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=os.environ | NO_SETTINGS | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp+tls://me%40example.com:p%2Fw@mail.example.com:587", "me@example.com"),
        ("smtp+tls://me:p%2Fw@mail.example.com:587?from=office@example.com", "office@example.com"),
        ("smtp+tls://me:p%2Fw@mail.example.com:587", "noreply@example.com"),
    ],
)
def test_one_variable_says_how_mail_is_sent(read_settings: ReadSettings, url: str, sender: str) -> None:
    read = read_settings(**PRODUCTION, EMAIL_URL=url)
    with override_settings(MAILERS=read.MAILERS):
        mail: Any = mailers.default
    sent = (mail.host, mail.port, mail.password, mail.use_tls, mail.use_ssl)
    assert sent == ("mail.example.com", 587, "p/w", True, False)
    assert read.DEFAULT_FROM_EMAIL.endswith(f" <{sender}>")


def test_development_needs_no_mail_server(read_settings: ReadSettings) -> None:
    (mailer,) = read_settings(DEBUG="True", EMAIL_URL="").MAILERS.values()
    assert mailer == {"BACKEND": "accounts.development_mail.EmailBackend"}


def test_addresses_follow_the_ports_of_development(read_settings: ReadSettings) -> None:
    """Catches commands in another terminal that print addresses with the default ports."""
    ports = {"MCP_PORT": "9001", "WEB_PORT": "9080", "PUBLIC_BASE_URL": "", "WEB_BASE_URL": ""}
    read = read_settings(DEBUG="True", **ports)
    addresses = [read.MCP_URL, read.WEB_BASE_URL]
    assert addresses == ["http://localhost:9001/mcp/", "http://localhost:9080"]


def test_a_console_that_cannot_print_all() -> None:
    """Catches a traceback for a value that should be a list."""
    code = "print('mcp_A8WW…', 'é')"
    result = manage("shell", "-v0", "--no-imports", "-c", code, PYTHONIOENCODING="ascii", DEBUG="True")
    assert result.stdout == "mcp_A8WW\\u2026 \\xe9\n"


def test_a_database_that_is_away_is_one_sentence() -> None:
    result = manage("list_mcp_tokens", **PRODUCTION, DATABASE_URL="sqlite:////nowhere/db.sqlite3")
    assert result.stderr == "OperationalError: unable to open database file\n"


def test_a_database_without_tables_is_a_matter_of_one_command(tmp_path: Path) -> None:
    result = manage("list_mcp_tokens", **PRODUCTION, DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3")
    assert result.stderr.splitlines()[-1] == "The database is not up to date: run manage.py migrate."


MCP = ("-m", "deploy.serve_mcp")
WEB = ("-m", "gunicorn", "--config=deploy/gunicorn.conf.py", "--check-config", "config.wsgi")


@pytest.mark.parametrize(
    ("command", "variable", "value"),
    [
        (MCP, "MCP_WORKERS", "two"),
        (MCP, "MCP_PORT", "99999"),
        (WEB, "WEB_WORKERS", "0"),
        (WEB, "WEB_MAX_REQUESTS", "often"),
        (WEB, "WEB_PORT", "http"),
    ],
)
def test_a_wrong_variable_of_a_server_is_one_sentence(
    command: tuple[str, ...], variable: str, value: str
) -> None:
    """Catches a traceback, or a server without workers, for a wrong number."""
    result = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=os.environ | {variable: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    (sentence,) = result.stderr.strip().splitlines()
    assert sentence.startswith(f"ImproperlyConfigured: {variable} is")


def test_without_the_virtual_environment_manage_py_says_what_to_do() -> None:
    bare = [sys.executable, "-S", "manage.py", "migrate"]
    result = subprocess.run(bare, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "make setup" in result.stderr
    assert "Traceback" not in result.stderr


def test_lists_to_which_a_project_adds_are_those_in_use() -> None:
    """Catches an option that replaces a list: its guard is lost when `project.py` extends the original."""
    lists = {name: value for name, value in vars(mcp_settings).items() if isinstance(value, list)}
    assert "MCP_HTTP_MIDDLEWARE" in lists
    assert [name for name, value in lists.items() if getattr(settings, name, value) is not value] == []
