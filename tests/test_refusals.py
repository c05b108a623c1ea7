"""Which answers are refused, and how."""

import re
import subprocess
import sys
import tomllib
import zoneinfo
from pathlib import Path

import pytest
from cookiecutter.exceptions import FailedHookException
from cookiecutter.prompt import prompt_for_config

from conftest import Bake
from testing.harness import QUESTIONS, ROOT, TEMPLATE, UNKIND, load_hook

pre_gen_project = load_hook("pre_gen_project")
GOOD = {"project_slug": "my_site"}
DEFAULTS = {option: default for option, default in QUESTIONS.items() if option not in GOOD} | GOOD


def problems(**answers: str) -> list[str]:
    found: list[str] = pre_gen_project.problems(DEFAULTS | answers)
    return found


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("project_name", "", "is empty"),
        ("project_name", "  ", "is empty"),
        ("description", "", "is empty"),
        ("author_name", " Zoë", "blanks around it"),
        *[("project_name", f"My {character} site", "may hold neither") for character in '"\\{}$`'],
        ("description", 'Say "hello".', "may hold neither"),
        ("author_name", "{{ cookiecutter }}", "may hold neither"),
        ("project_name", "two\nlines", "control characters"),
        ("project_name", "bell\a", "control characters"),
        ("description", "two\u2028lines", "control characters"),
        ("project_slug", "", "is not a valid name"),
        ("project_slug", "My_Site", "is not a valid name"),
        ("project_slug", "my-site", "is not a valid name"),
        ("project_slug", "my__site", "is not a valid name"),
        ("project_slug", "my_site_", "is not a valid name"),
        ("project_slug", "3d_shop", "is not a valid name"),
        ("project_slug", "straße", "is not a valid name"),
        ("project_slug", "../escape", "is not a valid name"),
        ("project_slug", "my_site\n", "is not a valid name"),
        ("project_slug", "s" * 51, "is not a valid name"),
        ("project_slug", "class", "a Python keyword"),
        ("project_slug", "match", "a Python keyword"),
        ("project_slug", "email", "a module of Python itself"),
        ("project_slug", "site", "a module of Python itself"),
        ("project_slug", "django", "a package the project depends on"),
        ("project_slug", "mcp", "a package the project depends on"),
        ("project_slug", "config", "a part of the generated project"),
        ("email", "", "is not an e-mail address"),
        ("email", "me", "is not an e-mail address"),
        ("email", "me@localhost", "is not an e-mail address"),
        ("email", "me@example.com, you@example.com", "is not an e-mail address"),
        ("email", 'me"@example.com', "is not an e-mail address"),
        ("email", "me@example.com\n", "is not an e-mail address"),
        ("domain_name", "", "is not a host name"),
        ("domain_name", "https://example.com", "is not a host name"),
        ("domain_name", "example.com/path", "is not a host name"),
        ("domain_name", "example.com:8000", "is not a host name"),
        ("domain_name", "Example.com", "is not a host name"),
        ("domain_name", "-a.example.com", "is not a host name"),
        ("domain_name", "a..example.com", "is not a host name"),
        ("domain_name", "a" * 64 + ".com", "is not a host name"),
        ("domain_name", ".".join(["abc"] * 64), "is not a host name"),
        ("timezone", "", "is not an IANA time zone"),
        ("timezone", "Berlin", "is not an IANA time zone"),
        ("timezone", "../../etc/passwd", "is not an IANA time zone"),
        ("timezone", "Factory", "is not an IANA time zone"),
        ("timezone", "US/Central", "is an old name, which many systems do not have: write America/Chicago."),
        ("timezone", "GB", "write Europe/London."),
        ("timezone", "Asia/Calcutta", "write Asia/Kolkata."),
    ],
    ids=repr,
)
def test_refused(field: str, value: str, sentence: str) -> None:
    """One sentence, which names the field and says what to write instead."""
    (problem,) = problems(**{field: value})
    assert problem.startswith(field)
    assert sentence in problem
    assert ": " in problem
    assert problem.endswith(".")
    assert "\n" not in problem


@pytest.mark.parametrize(
    "answers",
    [
        {},
        UNKIND,
        {"project_name": "株式会社 🎉"},
        {"project_slug": "s"},
        {"project_slug": "shop_2_go"},
        {"email": "first.last+tag@sub.example.co.uk"},
        {"email": "info@Example.com"},
        {"email": "o'neil@example.com"},
        {"email": "a&b=c#d@example.com"},
        {"domain_name": "localhost"},
        {"domain_name": "xn--bcher-kva.example"},
        {"timezone": "Etc/GMT+3"},
        {"timezone": "America/Port-au-Prince"},
        {"timezone": "Europe/Amsterdam"},
    ],
    ids=str,
)
def test_accepted(answers: dict[str, str]) -> None:
    assert problems(**answers) == []


@pytest.mark.parametrize("name", ["3D Shop", "株式会社", "!!!", "O'Neil & Søns, 2.0", "Very long names " * 7])
def test_the_slug_that_is_offered_for_a_name_is_accepted(name: str) -> None:
    """Catches a default slug that is refused, after fourteen more questions."""
    answers = prompt_for_config({"cookiecutter": QUESTIONS | {"project_name": name}}, no_input=True)
    assert problems(project_slug=str(answers["project_slug"])) == []


def test_without_timezone_data_the_form_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has none; the name of every place must still be accepted."""
    existing = pre_gen_project._places("zone.tab")
    assert existing
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    assert [name for name in existing if problems(timezone=name)] == []
    assert all(problems(timezone=name) for name in ("", "Europe Berlin", "../UTC", "UTC\n", "US/Central"))


def test_names_of_dependencies_and_own_folders_are_reserved() -> None:
    """Catches a new dependency or folder whose name the hook does not refuse."""
    pyproject = tomllib.loads((TEMPLATE / "pyproject.toml").read_text())
    requirements = pyproject["project"]["dependencies"] + pyproject["dependency-groups"]["dev"]
    dependencies = [re.split(r"[^\w-]", line)[0].replace("-", "_") for line in requirements]
    modules = [path.stem for path in TEMPLATE.iterdir() if path.is_dir() or path.suffix == ".py"]
    names = [name for name in dependencies + modules if not name.startswith(".")]
    assert "django" in names
    assert "mcp_server" in names
    assert [name for name in names if not problems(project_slug=name)] == []


def test_all_problems_are_reported_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    answers = {
        "project_name": 'A "name" with \\ and $(touch pwned)',
        "project_slug": "django",
        "email": "nobody",
        "domain_name": "https://example.com",
        "timezone": "Mars/Olympus",
    }
    result = subprocess.run(
        [
            *(sys.executable, "-m", "cookiecutter", ROOT, "--no-input"),
            *(f"{field}={value}" for field, value in answers.items()),
        ],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    headline, *sentences = result.stderr.strip().splitlines()
    assert headline.startswith("ERROR: ")
    assert [sentence.split()[0] for sentence in sentences] == list(answers)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []


@pytest.mark.parametrize("text", ['a"', "a\\", '"""', "a\n", "{}", "é\u2028"], ids=repr)
def test_hooks_survive_any_character(
    text: str, bake_into: Bake, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Catches an answer that ends a string in the hook, before a rule refuses it."""
    with pytest.raises(FailedHookException):
        bake_into(tmp_path, author_name=text)
    assert "ERROR: " in (errors := capfd.readouterr().err)
    assert "author_name may hold neither" in errors
    assert list(tmp_path.iterdir()) == []
