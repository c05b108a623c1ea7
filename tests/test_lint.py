"""The repository as it is and what it generates, through the linters of each language."""

import itertools
import json
import re
import shutil
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yamllint.linter
from validate_pyproject.api import Validator
from yamllint.config import YamlLintConfig

from conftest import Bake
from testing.harness import (
    ALL_ON,
    MAIN_CONFIGURATIONS,
    PYTHONS,
    ROOT,
    TEMPLATE,
    BakedProject,
    repository_files,
    run,
)

BIN = Path(sys.executable).parent


def paths(*suffixes: str, folder: Path = ROOT) -> list[str]:
    """The files of the repository with one of these endings; it is an error when there are none."""
    found = [
        name
        for name in repository_files()
        if name.endswith(suffixes) and (ROOT / name).is_relative_to(folder)
    ]
    assert found
    return found


def lint(program: str, *arguments: str | Path) -> None:
    run(BIN / program, *arguments, cwd=ROOT)


# The repository, unrendered


def test_python_of_the_repository() -> None:
    """Without the template: its imports stand within conditions. What it generates is linted below."""
    lint("ruff", "check", "--no-cache", "--exclude=*cookiecutter.project_slug*", ".")
    lint("ruff", "format", "--no-cache", "--check", "--exclude=*cookiecutter.project_slug*", ".")


def test_types_of_the_repository() -> None:
    lint("mypy")


def test_the_benchmark_needs_nothing_of_the_tests() -> None:
    run(sys.executable, "-c", "import benchmarks.containers, benchmarks.servers, benchmarks.site", cwd=ROOT)


def test_hooks_run_on_python_3_10() -> None:
    """They run with whatever Python cookiecutter has."""
    lint("mypy", "--python-version=3.10", "--cache-dir=.cache/mypy-3.10", "hooks")


def test_yaml() -> None:
    lint("yamllint", "--strict", *paths(".yml", ".yaml"))


def test_html() -> None:
    # H043: a button without a type submits its form, which is what every button here does.
    lint("djlint", "--lint", "--profile=django", "--ignore=H043", *paths(".html"))


def test_shell() -> None:
    scripts = [
        name for name in repository_files() if re.match(rb"#!.*\b(ba)?sh\b", (ROOT / name).read_bytes())
    ]
    assert ".ci/run" in scripts
    lint("shellcheck", *scripts)


def test_github_workflows() -> None:
    lint("actionlint", *paths(".yml", folder=ROOT / ".github/workflows"))
    lint("actionlint", *paths(".yml", folder=TEMPLATE / ".github/workflows"))
    lint("zizmor", "--offline", "--quiet", ".github", TEMPLATE / ".github")


def test_forge_configuration() -> None:
    lint("check-jsonschema", "--builtin-schema=vendor.dependabot", *paths("dependabot.yml"))
    lint("check-jsonschema", "--builtin-schema=vendor.gitlab-ci", *paths(".gitlab-ci.yml"))


def test_spelling() -> None:
    lint("codespell", *repository_files())


def test_pins_agree() -> None:
    """A tool that lints both the repository and generated projects has one version."""
    name_and_version = re.compile(r"\b([A-Za-z][\w-]*)(?:\[[\w,]*\])?==([\w.]+)")
    ours = dict(name_and_version.findall((ROOT / "requirements-dev.txt").read_text()))
    generated = dict(
        name_and_version.findall(
            (TEMPLATE / "pyproject.toml").read_text() + (TEMPLATE / "Makefile").read_text()
        )
    )
    common = ours.keys() & generated.keys()
    assert {"mypy", "pytest", "ruff", "uv"} <= common
    assert {name: ours[name] for name in common} == {name: generated[name] for name in common}


def test_pythons_agree() -> None:
    """Files that are copied unrendered, and the repository's own, repeat what cookiecutter.json says."""
    every = f"[{', '.join(json.dumps(python) for python in sorted(PYTHONS))}]"
    for name, expected in {
        ".python-version": PYTHONS[0],
        ".github/workflows/ci.yml": f"python: {every}",
        "CONTRIBUTING.md": f"Python {min(PYTHONS)} or newer",
        "README.md": f"Python {min(PYTHONS)} or newer",
        "Makefile": f"for python in {' '.join(f'python{python}' for python in PYTHONS)} python3;",
        "pyproject.toml": f'python_version = "{min(PYTHONS)}"',
        "docs/recipes/existing-django.md": f"Python {min(PYTHONS)} or newer",
        f"{TEMPLATE.name}/.github/workflows/ci.yml": f"python: {every}",
        f"{TEMPLATE.name}/.gitlab-ci.yml": f"PYTHON: {every}",
        f"{TEMPLATE.name}/Dockerfile": f"FROM python:{PYTHONS[0]}-slim",
    }.items():
        assert expected in (ROOT / name).read_text(), name
    images = re.findall(r"^FROM python:(\S+)", (TEMPLATE / "Dockerfile").read_text(), re.MULTILINE)
    assert set(images) == {f"{PYTHONS[0]}-slim"}


# What it generates


def test_generated_python(baked: BakedProject) -> None:
    """Formatting depends on the length of names, and on lines that an option leaves out."""
    baked.run(BIN / "ruff", "format", "--no-cache", "--check", "--diff")
    baked.run(BIN / "ruff", "check", "--no-cache")


@pytest.mark.parametrize(
    "configuration", [*MAIN_CONFIGURATIONS, "BSD-3-Clause+gitlab+allauth"], indirect=True
)
def test_generated_imports(baked: BakedProject) -> None:
    """Every option with and without every other: what else is answered changes no import."""
    baked.run(BIN / "lint-imports", "--no-cache", "--no-logo")


PLANTED = {
    "An upper layer may import a lower one, never back": (
        ("mcp_server/models.py", "from mcp_server import server"),
        ("mcp_server/permissions.py", "from mcp_server.runtime import call"),
        ("operations/health.py", "from config import urls"),
        ("tenants/policy.py", "from tenants import mcp"),
    ),
    "mcp_server and operations import nothing of the project but each other": (
        ("mcp_server/metrics.py", "from accounts.models import User"),
        ("mcp_server/runtime/audit.py", "from tenants.scope import use"),
        ("mcp_server/auth.py", "from sign_in import company"),
        ("operations/health.py", "import oauth"),
    ),
    "Tools import nothing of mcp_server.runtime": (
        ("mcp_server/tools/stock.py", "from mcp_server.runtime.masking import masked"),
        ("sql_access/results.py", "from mcp_server.runtime import audit"),
        ("documents/mcp_tools/files.py", "import mcp_server.runtime.timeouts"),
    ),
    "mcp_server.runtime imports no tool": (
        ("mcp_server/runtime/call.py", "from mcp_server.tools import stock"),
        ("mcp_server/runtime/express/lane.py", "import sql_access.mcp_tools"),
    ),
    "The web process does not import FastMCP": (
        ("accounts/models.py", "from fastmcp import FastMCP"),
        ("documents/links.py", "from mcp import MCPError"),
        ("operations/connections.py", "import fastmcp"),
        ("mcp_server/pages/views.py", "from mcp_server.server import mcp"),
    ),
}


def test_planted_imports_break_their_contract(bake: Bake, tmp_path: Path) -> None:
    """Catches a contract whose modules no longer exist, which would always hold."""
    project = BakedProject(Path(shutil.copytree(bake(**ALL_ON).path, tmp_path / "spoilt")))
    for name, line in itertools.chain.from_iterable(PLANTED.values()):
        # Inside a function: such imports count too.
        with (project.path / name).open("a") as file:
            file.write(f"\n\ndef planted() -> None:\n    {line}\n")
    with pytest.raises(AssertionError) as broken:
        project.run(BIN / "lint-imports", "--no-cache", "--no-logo", COLUMNS="200")
    details = str(broken.value).partition("\nBroken contracts\n")[2]
    _, *sections = re.split(r"^(.+)\n-{20,}\n", details, flags=re.MULTILINE)
    found = dict(zip(sections[::2], sections[1::2], strict=True))
    assert found.keys() == PLANTED.keys()
    for contract, planted in PLANTED.items():
        for name, line in planted:
            importer = name.removesuffix(".py").replace("/", ".")
            imported = re.sub(r"^(?:from|import) (\S+)(?: import .*)?$", r"\1", line)
            edge = rf"\b{re.escape(importer)} -> {re.escape(imported)}(\.\w+)? \(l\."
            assert re.search(edge, found[contract]), f"{contract}: {line}"


def test_every_contract_has_planted_imports(bake: Bake) -> None:
    tools = tomllib.loads(bake(**ALL_ON).read("pyproject.toml"))["tool"]
    assert [contract["name"] for contract in tools["importlinter"]["contracts"]] == list(PLANTED)


@cache
def validator() -> Validator:
    return Validator()


def test_generated_metadata(baked: BakedProject) -> None:
    metadata = tomllib.loads(baked.read("pyproject.toml"))
    validator()(metadata)
    requirements = metadata["project"]["dependencies"]
    assert [line for line in requirements if "==" not in line and "," not in line] == []


def test_generated_json(baked: BakedProject) -> None:
    names = [name for name in baked.files() if name.endswith(".json")]
    assert {".mcp.json", ".devcontainer/devcontainer.json"} <= set(names)
    assert all(json.loads(baked.read(name)) for name in names)


@cache
def problems_of_yaml(text: str) -> list[str]:
    """Most files are the same in most projects."""
    rules = YamlLintConfig(file=str(ROOT / ".yamllint.yml"))
    return [str(problem) for problem in yamllint.linter.run(text, rules)]


def test_generated_yaml(baked: BakedProject) -> None:
    names = [name for name in baked.files() if name.endswith((".yml", ".yaml"))]
    assert {name: found for name in names if (found := problems_of_yaml(baked.read(name)))} == {}
