"""Baked projects for the tests, and the commands to run in them."""

import fcntl
import importlib.util
import itertools
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "{{cookiecutter.project_slug}}"

Answers = dict[str, object]

_CONTEXT = json.loads((ROOT / "cookiecutter.json").read_text())
QUESTIONS = {option: default for option, default in _CONTEXT.items() if not option.startswith("_")}
PYTHONS: list[str] = _CONTEXT["_pythons"]
SWITCHES = [option for option, default in QUESTIONS.items() if isinstance(default, bool)]
CHOICES: dict[str, list[str]] = {
    option: default for option, default in QUESTIONS.items() if isinstance(default, list)
}


def defaults_and(answers: Answers) -> Answers:
    """Return these answers, and the defaults for all other questions."""
    first = {option: value[0] if isinstance(value, list) else value for option, value in QUESTIONS.items()}
    return first | answers


def switched(*on: str) -> Answers:
    return {switch: switch in on for switch in SWITCHES}


ALL_ON = switched(*SWITCHES) | {"sign_in": "allauth"}
ALL_OFF = switched() | {option: values[-1] for option, values in CHOICES.items()} | {"sign_in": "password"}

# Valid answers that are as hard as possible on quotes, encodings and line lengths.
UNKIND: Answers = {
    "project_name": "O'Neil & Łukasz\u2019s: <Bücher>, # 1 für %s \u2013 \u0430 \u00d7 \u0445; "
    "ein Name, der über jedes Zeilenende hinausgeht, auch das von Python nach 110 Zeichen",
    "project_slug": "oneil_books",
    "description": "It's 100% *ours* & # <not> yours: käuflich, ~only~ 'til the end of a long line | ok",
    "author_name": "Zoë O'Neil",
    "email": "zoe.o'neil+books@mail.example.co.uk",
    "domain_name": "books.example.co.uk",
    "timezone": "America/Argentina/Buenos_Aires",
}

# The slow tests run the whole test suites of these. For any two options, there is a configuration with both,
# with neither, with only the first, and with only the second. For this, each option is on in two of the five
# configurations besides all-on, and no two options are on in the same two.
MAIN_CONFIGURATIONS: dict[str, Answers] = {
    "default": {},
    "example_app+multi_tenancy+sql_tools+http_api": ALL_OFF
    | switched("example_app", "multi_tenancy", "sql_tools", "http_api"),
    "oauth+multi_tenancy+file_tools+allauth": ALL_OFF
    | switched("oauth", "multi_tenancy", "file_tools")
    | {"sign_in": "allauth"},
    "sql_tools+file_tools": ALL_OFF | switched("sql_tools", "file_tools"),
    "http_api+allauth": ALL_OFF | switched("http_api") | {"sign_in": "allauth"},
    "all-on": ALL_ON,
}

# One project with the second value of each choice, one with the third, and so on. The default has the first.
CHOSEN = [
    {option: values[at] for option, values in CHOICES.items() if at < len(values)}
    for at in range(1, max(map(len, CHOICES.values())))
]

# What the quick tests bake: the configurations above, none of the options, each switch alone, each value of a
# choice once, and the unkind answers.
CONFIGURATIONS: dict[str, Answers] = {
    **MAIN_CONFIGURATIONS,
    "all-off": ALL_OFF,
    **{f"only-{switch}": switched(switch) for switch in SWITCHES},
    **{"+".join(chosen.values()): dict(chosen) for chosen in CHOSEN},
    "unkind-all-on": ALL_ON | UNKIND,
    "unkind-all-off": ALL_OFF | UNKIND,
}


@dataclass(frozen=True)
class BakedProject:
    path: Path

    def files(self) -> list[str]:
        return sorted(
            path.relative_to(self.path).as_posix() for path in self.path.rglob("*") if path.is_file()
        )

    def read(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def texts(self) -> dict[str, str]:
        """Return the text of each file of the project by its name, without compiled files."""
        return {name: self.read(name) for name in self.files() if not name.endswith(".mo")}

    def run(self, *command: str | Path, **environment: str) -> str:
        """Run a command in the project; return what it printed."""
        return run(*command, cwd=self.path, **environment)

    def secrets(self) -> dict[str, str]:
        """Return the values of `.env` that are empty in `.env.example`."""
        return dict(set(settings(self.read(".env"))) - set(settings(self.read(".env.example"))))


def settings(text: str) -> list[tuple[str, str]]:
    """Return the variables that a `.env` file sets."""
    lines = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
    return [(name, value) for name, equals, value in lines if equals]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command as in a new shell, without the variables that make, pytest and git set."""
    shell = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DJANGO_", "GIT_", "MAKE", "MFLAGS", "PYTEST_", "RUFF_", "VIRTUAL_ENV"))
    }
    result = subprocess.run(
        command, cwd=cwd, env=shell | environment, text=True, capture_output=True, check=False
    )
    output = result.stdout + result.stderr
    assert result.returncode == 0, f"{' '.join(map(str, command))} ended with {result.returncode}:\n{output}"
    return output


def load_hook(name: str) -> ModuleType:
    """Import a hook without rendering it."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "hooks" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def repository_files() -> list[str]:
    """Return the files that git tracks or would add, without caches."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    return sorted({name for name in listed.split("\0") if (ROOT / name).is_file()})


# Below the range of ephemeral ports. The system may give such a port to another program before a test's
# server listens on it, or while that server restarts. Each process of the tests begins at a different port.
_ports = itertools.count(11_000 + os.getpid() % 200 * 100)


def free_port() -> int:
    """Return a free port of loopback, a different one each time."""
    while True:
        port = next(_ports)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Run the block in only one test process at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
