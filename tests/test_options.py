"""Which files a project has, for which answers."""

import ast
import fnmatch
import json
import os
import re
import shutil
import stat
import sys
import tempfile
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePath

import pytest
import yaml
from cookiecutter.generate import generate_context
from cookiecutter.main import cookiecutter
from cookiecutter.prompt import prompt_for_config

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
    switched,
)

post_gen_project = load_hook("post_gen_project")
COPIED_AS_THEY_ARE: list[str] = json.loads((ROOT / "cookiecutter.json").read_text())["_copy_without_render"]

# What may name what is not there: files, and the contracts of import-linter.
NAME_WHAT_IS_NOT_THERE = ("ignore", "docs/updating.md")
# A page that shows a template of Django's.
DJANGO_TEMPLATE = re.compile(r"^```html\n.*?^```$", re.DOTALL | re.MULTILINE)
TEMPLATE_LANGUAGE = re.compile(r"\{[{%#]|# %|cookiecutter\.")
CONTRACTS = re.compile(r"^# Who may import whom.*?(?=^\[tool\.mypy\])", re.DOTALL | re.MULTILINE)


def is_below(name: str, path: str) -> bool:
    return name == path or name.startswith(f"{path}/")


@cache
def template_files() -> list[str]:
    """The files of the generated project before an option leaves some out."""
    prefix = f"{TEMPLATE.name}/"
    return [name.removeprefix(prefix) for name in repository_files() if name.startswith(prefix)]


def test_exactly_these_files(configuration: str, baked: BakedProject) -> None:
    """Catches a cache, a file that should have been removed, and a file that nobody wanted."""
    unwanted = post_gen_project.unwanted(defaults_and(CONFIGURATIONS[configuration]))
    wanted = [name for name in template_files() if not any(is_below(name, path) for path in unwanted)]
    assert baked.files() == sorted([*wanted, ".env"])


def test_owned_paths_exist() -> None:
    """Catches a path that was renamed, but not in the table, and so stays in every project."""
    owned = [path for paths in post_gen_project.OWNED.values() for path in paths]
    assert [path for path in owned if not (TEMPLATE / path).exists()] == []


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (ALL_OFF, r"\b(inventory|products?|stock)\b"),
        (
            ALL_OFF,
            r"oauth(lib|2_provider|_token)|\boauth/|oauth\.(md|py)|\bOAUTH_|OAuth 2|mcp:read|connected app",
        ),
        (ALL_OFF, r"tenan(t|cy)"),
        (ALL_OFF, r"sql_access|sql_tools|docs/sql|sqlglot|MCP_SQL|query_database|pymysql"),
        (ALL_OFF, r"\b(documents|FILE_|AWS_|MEDIA_ROOT|upload)|boto|storages\[|files\.md"),
        (ALL_OFF, r"http_api|http-api|OpenAPI|Swagger|/api/mcp"),
        (ALL_OFF, r"allauth|OIDC_|MFA_|SIGN_UP|half_signed_in|sign_in[/.]"),
        (ALL_OFF, r"\.github/|GitHub Actions|\.gitlab-ci|GitLab"),
        ({}, r"\.gitlab-ci|GitLab"),
        (CONFIGURATIONS["BSD-3-Clause+gitlab+allauth"], r"\.github/|GitHub Actions"),
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
    """Catches an import, link, setting or sentence about an option that is off."""
    project = bake(**answers)
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
    everywhere = tuple(everything.files())
    left_out = set(everywhere) - set(project.files())
    assert left_out
    named = {name: names(text, everywhere) & left_out for name, text in project.texts().items()}
    assert {name: paths for name, paths in named.items() if paths} == {}


@cache
def names(text: str, paths: tuple[str, ...]) -> set[str]:
    """Those of the paths that a text has; most texts are the same in most projects."""
    return {path for path in paths if path in text}


# Files that a text tells its reader to make, or that are somebody else's.
NAMED_AS_EXAMPLES = {
    "mcp_server/tools/orders.py",
    "mcp_server/tests/tools/test_orders.py",
    "mcp_server/tests/tools/rows_for_orders.py",
    "docker-entrypoint-initdb.d/create-role.sh",
}
PATH = re.compile(r"(?<![\w/.@-])\w[\w.-]*/(?:[\w.-]+/)*[\w.-]*\w\.(?:py|md|sh|sql|template)\b")


@pytest.mark.parametrize("answers", [ALL_ON, ALL_OFF, switched("oauth")], ids=["on", "off", "oauth"])
def test_every_file_that_a_text_names_is_there(answers: Answers, bake: Bake) -> None:
    """Catches a page or comment that names the old place of a file."""
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
    """Catches a wrong number of files in the path of a call."""
    page = bake(**answers).read("docs/architecture.md").partition("## The path of one")[2]
    steps, answer = page.split("The answer goes back")
    count = len(re.findall(r"^1\. ", steps, re.MULTILINE))
    files = set(re.findall(r"`([\w/.]+\.(?:py|template))`", page))
    assert f"makes {count} steps, through {len(files)} files" in answer


ROOMS = [f"mcp_server/{room}/__init__.py" for room in ("doctor", "http_api", "pages", "runtime", "tools")]


def test_each_package_says_which_kind_it_is(bake: Bake) -> None:
    """Catches a package whose docstring does not name its kind."""
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
    """Catches a condition in place of a setting, a subclass, an included file or a page."""
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
        for line in of_the_template(baked.read(name))
    ]
    assert found == []


@cache
def of_the_template(text: str) -> list[str]:
    """The lines that cookiecutter would have to render; most texts are the same in most projects."""
    return [line for line in DJANGO_TEMPLATE.sub("", text).splitlines() if TEMPLATE_LANGUAGE.search(line)]


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
    project = bake(**CONFIGURATIONS["unkind-all-on"])
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
def test_slug_comes_from_the_name(name: str, slug: str) -> None:
    questions = generate_context(str(ROOT / "cookiecutter.json"), extra_context={"project_name": name})
    assert prompt_for_config(questions, no_input=True)["project_slug"] == slug


BEGINNINGS = {
    "MIT": "MIT License",
    "BSD-3-Clause": "BSD 3-Clause License",
    "Apache-2.0": "Apache License",
    "Proprietary": "Copyright (c)",
}


def test_license_is_the_chosen_one(configuration: str, baked: BakedProject) -> None:
    answers = defaults_and(CONFIGURATIONS[configuration])
    text = baked.read("LICENSE")
    assert text.strip().startswith(BEGINNINGS[str(answers["license"])])
    assert str(answers["author_name"]) in text


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


def test_secrets_are_fresh_and_leave_no_copy(
    bake: Bake, bake_into: Bake, cookiecutter_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches secrets in cookiecutter's replay file, or in rendered hooks in the temporary folder."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    first = bake()
    second = bake_into(tmp_path / "second")
    assert first.secrets().keys() == second.secrets().keys()
    assert set(first.secrets().values()).isdisjoint(second.secrets().values())
    for folder in (temporary, cookiecutter_home):
        kept = [path.read_text() for path in folder.rglob("*.*")]
        assert any("project_slug" in text for text in kept)
        assert not any(secret in text for secret in second.secrets().values() for text in kept)


def test_an_env_that_exists_keeps_its_secrets(bake: Bake, bake_into: Bake, tmp_path: Path) -> None:
    """Catches new secrets over old ones, which would lock the owner out."""
    project = BakedProject(Path(shutil.copytree(bake().path, tmp_path / "my_mcp_site")))
    secrets = project.secrets()
    assert bake_into(tmp_path, overwrite_if_exists=True).secrets() == secrets


# Where and how it is run


def test_the_command_needs_no_network_no_other_program_and_no_plain_path(tmp_path: Path, bake: Bake) -> None:
    """Neither git nor docker nor uv is on PATH, and opening a socket is an error, in hooks as well."""
    template = tmp_path / "Meine Vorlagen (日本)" / "cookiecutter-django-mcp"
    for name in repository_files():
        (template / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, template / name)
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n\n"
        "def refuse(event, arguments):\n"
        "    if event.startswith('socket.'):\n"
        "        raise OSError('no network')\n\n"
        "sys.addaudithook(refuse)\n"
    )
    folder = tmp_path / "Neue Projekte (ö)"
    folder.mkdir()
    run(
        *(sys.executable, "-m", "cookiecutter", template, "--no-input", "--output-dir", folder),
        cwd=folder,
        PATH="/nonexistent",
        PYTHONPATH=str(tmp_path),
        HOME=str(tmp_path),
    )
    project = BakedProject(folder / "my_mcp_site")
    assert project.files() == bake().files()
    assert project.secrets()


def test_without_hooks_everything_is_on(bake_into: Bake, tmp_path: Path) -> None:
    project = bake_into(tmp_path, accept_hooks=False, **ALL_OFF)
    assert project.files() == template_files()


def test_answers_can_be_replayed(bake_into: Bake, cookiecutter_home: Path, tmp_path: Path) -> None:
    bake_into(tmp_path / "first", description="Answered once.", example_app=False)
    second = tmp_path / "second"
    config = f"{cookiecutter_home}/config.yaml"
    project = BakedProject(
        Path(cookiecutter(str(ROOT), replay=True, output_dir=str(second), config_file=config))
    )
    assert "Answered once." in project.read("pyproject.toml")
    assert not (project.path / "inventory").exists()
