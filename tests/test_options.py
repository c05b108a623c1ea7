"""What comes out for which answers."""

import ast
import fnmatch
import json
import os
import re
import shutil
import stat
import sys
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePath

import pytest
import yaml

from conftest import Bake
from testing.harness import (
    ALL_OFF,
    ALL_ON,
    CONFIGURATIONS,
    ROOT,
    SWITCHES,
    TEMPLATE,
    UNKIND,
    Answers,
    BakedProject,
    defaults_and,
    load_hook,
    repository_files,
    run,
)

post_gen_project = load_hook("post_gen_project")
COOKIECUTTER = (sys.executable, "-m", "cookiecutter")
COPIED_AS_THEY_ARE: list[str] = json.loads((ROOT / "cookiecutter.json").read_text())["_copy_without_render"]

# What may name what is not there: files, and the contracts of import-linter.
NAME_WHAT_IS_NOT_THERE = ("ignore", "docs/updating.md")
# A page that shows a template of Django's.
DJANGO_TEMPLATE = re.compile(r"^```html\n.*?^```$", re.DOTALL | re.MULTILINE)
CONTRACTS = re.compile(r"^# Who may import whom.*?(?=^\[tool\.mypy\])", re.DOTALL | re.MULTILINE)


def is_below(name: str, path: str) -> bool:
    return name == path or name.startswith(f"{path}/")


def test_exactly_these_files(configuration: str, baked: BakedProject) -> None:
    """A stray cache, an unpruned file, a file nobody meant to generate."""
    unwanted = post_gen_project.unwanted(defaults_and(CONFIGURATIONS[configuration]))
    template = [
        name.removeprefix(f"{TEMPLATE.name}/")
        for name in repository_files()
        if name.startswith(TEMPLATE.name)
    ]
    wanted = [name for name in template if not any(is_below(name, path) for path in unwanted)]
    assert baked.files() == sorted([*wanted, ".env"])


def test_owned_paths_exist() -> None:
    """A path that was renamed in the tree but not in the table would stay in every project."""
    owned = [path for paths in post_gen_project.OWNED.values() for path in paths]
    assert [path for path in owned if not (TEMPLATE / path).exists()] == []


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"example_app": False}, r"\b(inventory|products?|stock)\b"),
        (
            {"oauth": False},
            r"oauth(lib|2_provider|_token)|\boauth/|oauth\.(md|py)|\bOAUTH_|OAuth 2|mcp:read|connected app",
        ),
        ({"multi_tenancy": False}, r"tenan(t|cy)"),
        ({"sql_tools": False}, r"sql_access|sql_tools|docs/sql|sqlglot|MCP_SQL|query_database|pymysql"),
        (
            {"file_tools": False},
            r"\b(documents|FILE_|AWS_|MEDIA_ROOT|upload)|boto|storages\[|files\.md",
        ),
        ({"http_api": False}, r"http_api|http-api|OpenAPI|Swagger|/api/mcp"),
        ({"sign_in": "password"}, r"allauth|OIDC_|MFA_|SIGN_UP|half_signed_in|sign_in[/.]"),
        ({"ci": "none"}, r"\.github/|GitHub Actions|\.gitlab-ci|GitLab"),
        ({"ci": "github"}, r"\.gitlab-ci|GitLab"),
        ({"ci": "gitlab"}, r"\.github/|GitHub Actions"),
    ],
    ids=[
        "example_app=no",
        "oauth=no",
        "multi_tenancy=no",
        "sql_tools=no",
        "file_tools=no",
        "http_api=no",
        "sign_in=password",
        "ci=none",
        "ci=github",
        "ci=gitlab",
    ],
)
def test_nothing_speaks_of_what_is_left_out(answers: Answers, words: str, bake: Bake) -> None:
    """An import, a link, a setting or a sentence that the pruning forgot."""
    project = bake(**ALL_OFF | answers)
    found = [
        f"{name}: {line}"
        for name, text in project.texts().items()
        if not name.endswith(NAME_WHAT_IS_NOT_THERE)
        for line in [name, *CONTRACTS.sub("", text).splitlines()]
        if re.search(words, line, re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize("option", [*SWITCHES, "sign_in"])
def test_nothing_names_a_file_that_is_left_out(option: str, bake: Bake) -> None:
    """With every other option on, where a sentence of one may lead to a file of another."""
    everything = bake(**ALL_ON)
    project = bake(**ALL_ON | {option: ALL_OFF[option]})
    left_out = set(everything.files()) - set(project.files())
    assert left_out
    texts = project.texts()
    assert [f"{name}: {path}" for name, text in texts.items() for path in left_out if path in text] == []


# Files that a text tells its reader to make, or that are somebody else's.
NAMED_AS_EXAMPLES = {
    "mcp_server/tools/orders.py",
    "mcp_server/tests/tools/test_orders.py",
    "mcp_server/tests/tools/rows_for_orders.py",
    "docker-entrypoint-initdb.d/create-role.sh",
}
PATH = re.compile(r"(?<![\w/.@-])\w[\w.-]*/(?:[\w.-]+/)*[\w.-]*\w\.(?:py|md|sh|sql|template)\b")


@pytest.mark.parametrize("answers", [ALL_ON, ALL_OFF, ALL_OFF | {"oauth": True}], ids=["on", "off", "oauth"])
def test_every_file_that_a_text_names_is_there(answers: Answers, bake: Bake) -> None:
    """A page or a comment that still names a file by its old place."""
    project = bake(**answers)
    there = set(project.files())
    named = {
        (name, path.strip("/"))
        for name, text in project.texts().items()
        if "/tests/" not in name
        for path in PATH.findall(text)
    }
    assert len(named) > 30
    lost = [
        f"{name}: {path}"
        for name, path in sorted(named)
        if path not in NAMED_AS_EXAMPLES
        and not {path, f"{PurePath(name).parent}/{path}", f"{PurePath(name).parent.parent}/{path}"} & there
    ]
    assert lost == []


@pytest.mark.parametrize("answers", [ALL_ON, ALL_OFF, {}], ids=["on", "off", "default"])
def test_the_path_of_a_call_counts_its_files(answers: Answers, bake: Bake) -> None:
    """A number that nobody corrects when a file joins the path, or leaves it."""
    page = bake(**answers).read("docs/architecture.md").partition("## The path of one")[2]
    steps, answer = page.split("The answer goes back")
    count = len(re.findall(r"^1\. ", steps, re.MULTILINE))
    files = set(re.findall(r"`([\w/.]+\.(?:py|template))`", page))
    assert f"makes {count} steps, through {len(files)} files" in answer


ROOMS = [f"mcp_server/{room}/__init__.py" for room in ("doctor", "http_api", "pages", "runtime", "tools")]


def test_each_package_says_which_kind_it_is(bake: Bake) -> None:
    """A package that nobody told its owner about."""
    project = bake(**ALL_ON)
    packages = [
        name
        for name in project.files()
        if fnmatch.fnmatch(name, "*/__init__.py") and (name.count("/") == 1 or name in ROOMS)
    ]
    assert len(packages) > 12
    kinds = re.compile(r'"""(Yours|Policy|Machinery|The MCP server)\b')
    assert [name for name in packages if not kinds.match(project.read(name))] == []


CONDITION = re.compile(r"(?:# %|\{%-?) *(?:el)?if\b.*cookiecutter\..*")
MANY_OPTIONS = {".env.example", "AGENTS.md", "README.md", "compose.yaml", "pyproject.toml"}


def test_options_have_files_of_their_own() -> None:
    """A condition where a setting, a subclass, a file that is included or a page of its own would do."""
    conditions = {
        path.relative_to(TEMPLATE).as_posix(): CONDITION.findall(path.read_text())
        for path in (ROOT / name for name in repository_files())
        if path.is_relative_to(TEMPLATE) and path.suffix != ".mo"  # compiled
    }
    assert 50 < sum(map(len, conditions.values())) <= 110
    options = {
        name: set(re.findall(r"cookiecutter\.(\w+)", str(lines))) for name, lines in conditions.items()
    }
    assert {name for name, asked in options.items() if len(asked) > 3} <= MANY_OPTIONS


def test_no_empty_folders(baked: BakedProject) -> None:
    assert [path for path in baked.path.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


def test_no_template_language_is_left(baked: BakedProject) -> None:
    found = [
        f"{name}: {line}"
        for name in baked.files()
        if not any(fnmatch.fnmatch(name, pattern) for pattern in COPIED_AS_THEY_ARE)
        for line in DJANGO_TEMPLATE.sub("", baked.read(name)).splitlines()
        if any(mark in line for mark in ("{{", "{%", "{#", "# %", "cookiecutter."))
    ]
    assert found == []


PARSERS: dict[str, Callable[[str], object]] = {
    ".py": ast.parse,
    ".toml": tomllib.loads,
    ".json": json.loads,
}
PARSERS |= dict.fromkeys([".yml", ".yaml"], lambda text: list(yaml.compose_all(text)))


@cache
def parse(suffix: str, text: str) -> None:
    """Raise an error if a file is not valid; most are the same in most projects."""
    if suffix in PARSERS:
        PARSERS[suffix](text)


def test_every_file_parses_and_ends_its_lines_alike(baked: BakedProject) -> None:
    for name in baked.files():
        if name.endswith(".mo"):  # compiled
            continue
        text = (baked.path / name).read_bytes().decode()
        assert "\r" not in text, name
        assert not text or text.endswith("\n"), name
        assert not text.endswith("\n\n"), name
        parse(Path(name).suffix, text)
        if text.startswith("#!") and "sh" in text.splitlines()[0]:
            baked.run("bash", "-n", name)


def test_unkind_answers_arrive_unchanged(bake: Bake) -> None:
    project = bake(**UNKIND)
    metadata = tomllib.loads(project.read("pyproject.toml"))["project"]
    assert metadata["description"] == UNKIND["description"]
    assert str(UNKIND["author_name"]) in project.read("LICENSE")
    settings = {
        target.id: node.value.value
        for node in ast.parse(project.read("config/settings/base.py")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert settings["PROJECT_NAME"] == UNKIND["project_name"]
    assert settings["TIME_ZONE"] == UNKIND["timezone"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("My MCP Site", "my_mcp_site"), ("Łódź: Zoë's Café", "lodz_zoe_s_cafe"), ("🎉", "my_site")],
)
def test_slug_comes_from_the_name(name: str, slug: str, bake: Bake) -> None:
    assert bake(project_name=name).path.name == slug


@pytest.mark.parametrize(
    ("license_name", "beginning"),
    [
        ("MIT", "MIT License"),
        ("BSD-3-Clause", "BSD 3-Clause License"),
        ("Apache-2.0", "Apache License"),
        ("Proprietary", "Copyright (c)"),
    ],
)
def test_license_is_the_chosen_one(license_name: str, beginning: str, bake: Bake) -> None:
    text = bake(license=license_name, author_name="Zoë O'Neil").read("LICENSE")
    assert text.strip().startswith(beginning)
    assert "Zoë O'Neil" in text


# .env


def test_env_is_the_example_with_secrets_filled_in(bake: Bake) -> None:
    project = bake()
    assert "SECRET_KEY" in project.secrets()
    assert all(len(secret) >= 50 for secret in project.secrets().values())
    restored = project.read(".env")
    for secret in project.secrets().values():
        restored = restored.replace(secret, "")
    assert restored == project.read(".env.example")


def test_env_is_readable_by_its_owner_alone(bake_into: Bake, tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        project = bake_into(tmp_path)
    finally:
        os.umask(previous)
    assert stat.S_IMODE((project.path / ".env").stat().st_mode) == 0o600


def test_git_does_not_take_the_env(bake: Bake, tmp_path: Path) -> None:
    shutil.copy(bake().path / ".gitignore", tmp_path)
    project = BakedProject(tmp_path)
    project.run("git", "init", "--quiet")
    assert project.run("git", "check-ignore", ".env") == ".env\n"


def test_secrets_are_fresh_and_leave_no_copy(bake: Bake, cookiecutter_home: Path, tmp_path: Path) -> None:
    """Cookiecutter keeps answers in a replay file, and rendered hooks in the temporary folder, for ever."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    config = f"{cookiecutter_home}/config.yaml"
    first = bake()
    second = bake_by_command(tmp_path / "second", TMPDIR=str(temporary), COOKIECUTTER_CONFIG=config)
    assert first.secrets().keys() == second.secrets().keys()
    assert set(first.secrets().values()).isdisjoint(second.secrets().values())
    kept = [path.read_text() for folder in (temporary, cookiecutter_home) for path in folder.rglob("*.*")]
    assert any("project_slug" in text for text in kept)
    assert not any(secret in text for secret in second.secrets().values() for text in kept)


def test_an_env_that_exists_keeps_its_secrets(bake: Bake, tmp_path: Path) -> None:
    """Regenerating over a project may not lock its owner out of the sessions and volumes it has."""
    project = BakedProject(Path(shutil.copytree(bake().path, tmp_path / "my_mcp_site")))
    secrets = project.secrets()
    assert bake_by_command(tmp_path, "--overwrite-if-exists").secrets() == secrets


# Where and how it is run


def bake_by_command(folder: Path, *arguments: str, template: Path = ROOT, **environment: str) -> BakedProject:
    folder.mkdir(exist_ok=True)
    run(
        *COOKIECUTTER,
        *(template, "--no-input", "--output-dir", folder),
        *arguments,
        cwd=folder,
        **environment,
    )
    return BakedProject(folder / "my_mcp_site")


@pytest.fixture
def template_copy(tmp_path: Path) -> Path:
    """The repository as a clone has it, in a folder with an unkind name."""
    folder = tmp_path / "Meine Vorlagen (日本)" / "cookiecutter-django-mcp"
    for name in repository_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_paths_may_hold_blanks_and_other_scripts(template_copy: Path, tmp_path: Path, bake: Bake) -> None:
    project = bake_by_command(tmp_path / "Neue Projekte (ö)", template=template_copy)
    assert project.files() == bake().files()


def test_baking_needs_no_network_and_no_other_program(tmp_path: Path) -> None:
    """Neither git nor docker nor uv is on PATH, and opening a socket is an error, in hooks as well."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n\n"
        "def refuse(event, arguments):\n"
        "    if event.startswith('socket.'):\n"
        "        raise OSError('no network')\n\n"
        "sys.addaudithook(refuse)\n"
    )
    project = bake_by_command(tmp_path / "offline", PATH="/nonexistent", PYTHONPATH=str(tmp_path))
    assert project.secrets()


def test_without_hooks_everything_is_on(bake_into: Bake, tmp_path: Path) -> None:
    project = bake_into(tmp_path, accept_hooks=False, **ALL_OFF)
    template = [name for name in repository_files() if name.startswith(TEMPLATE.name)]
    assert len(project.files()) == len(template)


def test_answers_can_be_replayed(bake_into: Bake, cookiecutter_home: Path, tmp_path: Path) -> None:
    bake_into(tmp_path / "first", description="Answered once.", example_app=False)
    environment = {"COOKIECUTTER_CONFIG": f"{cookiecutter_home}/config.yaml"}
    (tmp_path / "second").mkdir()
    run(
        *COOKIECUTTER,
        *(ROOT, "--replay", "--output-dir", tmp_path / "second"),
        cwd=tmp_path,
        **environment,
    )
    project = BakedProject(tmp_path / "second" / "my_mcp_site")
    assert "Answered once." in project.read("pyproject.toml")
    assert not (project.path / "inventory").exists()


# Upgrades


def test_cruft_creates_the_same_and_updates_in_place(template_copy: Path, tmp_path: Path, bake: Bake) -> None:
    """An update brings what changed in the template, and leaves the secrets and the owner's edits."""
    identity = {
        f"GIT_{role}_{item}": "x@example.com"
        for role in ("AUTHOR", "COMMITTER")
        for item in ("NAME", "EMAIL")
    }
    environment = identity | {"GIT_CONFIG_GLOBAL": os.devnull}

    def git(folder: Path, *arguments: str) -> str:
        return run("git", "-c", "init.defaultBranch=main", *arguments, cwd=folder, **environment)

    def commit(folder: Path) -> None:
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "state")

    cruft = Path(sys.executable).with_name("cruft")
    git(template_copy, "init", "--quiet")
    commit(template_copy)
    run(cruft, "create", "--no-input", "--output-dir", tmp_path, template_copy, cwd=tmp_path, **environment)
    project = BakedProject(tmp_path / "my_mcp_site")
    assert project.files() == sorted([*bake().files(), ".cruft.json"])

    git(project.path, "init", "--quiet")
    with (project.path / ".gitignore").open("a") as file:
        file.write("/mine/\n")
    commit(project.path)
    env = project.read(".env")

    with (template_copy / TEMPLATE.name / "manage.py").open("a") as file:
        file.write("# {{ cookiecutter.project_name }} was updated.\n")
    commit(template_copy)
    project.run(cruft, "update", "--skip-apply-ask", **environment)

    assert project.read("manage.py").endswith("# My MCP Site was updated.\n")
    assert project.read(".gitignore").endswith("/mine/\n")
    assert project.read(".env") == env
    changed = git(project.path, "status", "--porcelain", "--untracked-files").splitlines()
    assert {line.split()[-1] for line in changed} == {".cruft.json", "manage.py"}
    project.run(cruft, "check", **environment)
