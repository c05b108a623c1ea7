"""The repository as it is and what it generates, through the linters of each language."""

import re
import sys
import tomllib
from pathlib import Path

from harness import ROOT, TEMPLATE, BakedProject, repository_files, run

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


# What it generates


def test_generated_python(baked: BakedProject) -> None:
    """Formatting depends on the length of names, and on lines that an option leaves out."""
    baked.run(BIN / "ruff", "format", "--no-cache", "--check", "--diff")
    baked.run(BIN / "ruff", "check", "--no-cache")


def test_generated_metadata(baked: BakedProject) -> None:
    baked.run(BIN / "validate-pyproject", "pyproject.toml")
    requirements = tomllib.loads(baked.read("pyproject.toml"))["project"]["dependencies"]
    assert [line for line in requirements if "==" not in line and "," not in line] == []


def test_generated_yaml(baked: BakedProject) -> None:
    names = [name for name in baked.files() if name.endswith((".yml", ".yaml"))]
    if names:
        baked.run(BIN / "yamllint", "--strict", "--config-file", ROOT / ".yamllint.yml", *names)
