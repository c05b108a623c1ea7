"""An owner updates a project with cruft: a new release, and an option switched on and off.

What is promised: who edits only files that are theirs, or policy, never has a conflict.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import ALL_OFF, ALL_ON, ROOT, TEMPLATE, Answers, BakedProject, repository_files, run

# The newest commit from which an update to this state is promised, set at each release. Without one it is the
# working tree itself: nothing was released since the packages of the project were moved.
BASELINE: str | None = None

CRUFT = Path(sys.executable).with_name("cruft")
IDENTITY = {
    f"GIT_{role}_{item}": "x@example.com" for role in ("AUTHOR", "COMMITTER") for item in ("NAME", "EMAIL")
} | {"GIT_CONFIG_GLOBAL": os.devnull}
NEWS = "A newer release changed this line."
RENDERED_NEWS = "# {{ cookiecutter.project_name }} was updated."
MINE = "The owner of the project wrote this line."


@dataclass(frozen=True)
class Repository:
    """A folder under git: the template, or a project made of it."""

    path: Path

    def git(self, *arguments: str) -> str:
        return run("git", "-c", "init.defaultBranch=main", *arguments, cwd=self.path, **IDENTITY)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "state")

    def changed(self) -> list[str]:
        lines = self.git("status", "--porcelain", "--untracked-files").splitlines()
        assert not [line for line in lines if "U" in line[:2] or line.endswith(".rej")], lines
        return sorted(line[3:] for line in lines)


def lay_template(folder: Path, commit: str | None) -> None:
    """Write the files of the template as they are, or as a commit has them."""
    if commit:
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True)
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        return
    for name in repository_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())


def create(tmp_path: Path, **answers: object) -> tuple[Repository, Repository]:
    """Make a template of BASELINE, and a project of it, both under git."""
    template = Repository(tmp_path / "Meine Vorlagen (日本)")
    lay_template(template.path, BASELINE)
    template.git("init", "--quiet")
    template.commit()
    run(
        *(CRUFT, "create", "--no-input", "--output-dir", tmp_path, template.path),
        *("--extra-context", json.dumps(answers)),
        cwd=tmp_path,
        **IDENTITY,
    )
    project = Repository(tmp_path / "my_mcp_site")
    project.git("init", "--quiet")
    project.commit()
    return template, project


def owners_files(project: Repository) -> list[str]:
    """The files that README calls the owner's, or policy."""
    section = (project.path / "README.md").read_text().split("## Where things are")[1].split("\n## ")[0]
    table = section.split("| **machinery**")[0]
    named = re.findall(r"^\|.*\| ((?:`[\w/.]+`(?:, )?)+) ", table, re.MULTILINE)
    paths = re.findall(r"`([\w/.]+)`", " ".join(named))
    assert len(paths) > 8, paths
    files = project.git("ls-files").splitlines()
    assert [path for path in paths if not any(is_below(file, path) for file in files)] == []
    return [file for file in files if any(is_below(file, path) for path in paths)]


def is_below(file: str, path: str) -> bool:
    return file == path or (path.endswith("/") and file.startswith(path))


def edit(path: Path, text: str) -> bool:
    """Write a comment behind the imports of a Python file, and at the end of this and other files."""
    comments = {".py": "# {}", ".css": "/* {} */", ".js": "// {}", ".html": "<!-- {} -->", ".md": "{}"}
    comment = comments.get(path.suffix)
    if comment is None:
        return False
    lines = path.read_text().splitlines()
    if path.suffix == ".py" and "migrations" not in path.parts:
        definition = re.compile(r"(@|class |def |async def )")
        at = next((at for at, line in enumerate(lines) if definition.match(line)), len(lines))
        lines[at:at] = [comment.format(text), "", ""]
    path.write_text("\n".join([*lines, comment.format(text)]) + "\n")
    return True


def release(template: Repository, owned: list[str]) -> set[str]:
    """Commit the working tree as a newer release; return the machinery that changed with it."""
    lay_template(template.path, None)
    changed = set()
    for path in sorted((template.path / TEMPLATE.name).rglob("*")):
        name = path.relative_to(template.path / TEMPLATE.name).as_posix()
        if path.is_file() and name not in owned and edit(path, NEWS):
            changed.add(name)
    with (template.path / TEMPLATE.name / "manage.py").open("a") as file:
        file.write(f"{RENDERED_NEWS}\n")
    template.commit()
    return changed


def update(project: Repository, *arguments: str) -> list[str]:
    secrets = (project.path / ".env").read_text()
    printed = run(CRUFT, "update", "--skip-apply-ask", *arguments, cwd=project.path, **IDENTITY)
    # Of a new project: cruft makes two, in temporary folders, to compare them.
    assert " is ready. Next:" not in printed
    assert (project.path / ".env").read_text() == secrets
    changed = project.changed()
    project.commit()
    return changed


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, list[str], list[str]]:
    """A project with every option whose owner edited what they may, after an update to a newer release."""
    template, project = create(tmp_path_factory.mktemp("updated"), **ALL_ON)
    edited = [name for name in owners_files(project) if edit(project.path / name, MINE)]
    with (project.path / ".gitignore").open("a") as file:
        file.write("/mine/\n")
    project.commit()
    machinery = release(template, edited)
    changed = update(project)
    assert machinery & set(changed)
    assert set(project.git("ls-files").splitlines()) & machinery <= set(changed)
    assert BASELINE or set(changed) <= machinery | {".cruft.json", "manage.py"}
    return project, edited, changed


def test_an_update_leaves_the_owners_edits(updated: tuple[Repository, list[str], list[str]]) -> None:
    """A file that README calls the owner's, and that every release of machinery has to change."""
    project, edited, changed = updated
    assert len(edited) > 40
    assert [name for name in edited if MINE not in (project.path / name).read_text()] == []
    assert (project.path / ".gitignore").read_text().endswith("/mine/\n")
    assert BASELINE or set(edited) & set(changed) == set()
    assert [name for name in project.git("ls-files").splitlines() if name.endswith(".rej")] == []


def test_an_update_brings_the_release(updated: tuple[Repository, list[str], list[str]]) -> None:
    project, _, _ = updated
    assert (project.path / "manage.py").read_text().endswith("# My MCP Site was updated.\n")
    run(CRUFT, "check", cwd=project.path, **IDENTITY)


def test_an_updated_project_passes_its_tests(
    updated: tuple[Repository, list[str], list[str]], everything: BakedProject
) -> None:
    project, _, _ = updated
    python = everything.path / ".venv/bin/python"
    # A few of each kind, because comments were all that changed: addresses, pages, tokens, tenants.
    tests = (
        "config/tests/test_login_required.py",
        "accounts/tests/test_pages.py",
        "mcp_server/tests/test_auth.py",
        "tenants/tests/test_policy.py",
    )
    run(python, "manage.py", "makemigrations", "--check", "--dry-run", cwd=project.path, DEBUG="True")
    run(python, "-m", "pytest", "-q", *tests, cwd=project.path, DEBUG="True")


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    _, project = create(tmp_path_factory.mktemp("default"))
    return project.path


@pytest.mark.parametrize("options", [("http_api", "multi_tenancy"), ("file_tools", "sign_in")])
def test_options_are_switched_on_and_off(
    options: tuple[str, ...], default: Path, bake: Bake, tmp_path: Path
) -> None:
    """As docs/updating.md says it is: the owner's edits stay, and nothing else of the options does."""
    project = Repository(shutil.copytree(default, tmp_path / default.name))
    tools = project.path / "mcp_server/tools/stock.py"
    edit(tools, MINE)
    project.commit()
    before = project.git("ls-files")

    on: Answers = {option: ALL_ON[option] for option in options}
    update(project, "--variables-to-update", json.dumps(on))
    assert tracked(project) == tracked_of(bake(**on))
    assert MINE in tools.read_text()

    update(project, "--variables-to-update", json.dumps({option: ALL_OFF[option] for option in options}))
    assert project.git("ls-files") == before
    assert MINE in tools.read_text()


def tracked(project: Repository) -> list[str]:
    return sorted(set(project.git("ls-files").splitlines()) - {".cruft.json"})


def tracked_of(project: BakedProject) -> list[str]:
    return [name for name in project.files() if name != ".env"]
