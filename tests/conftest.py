import hashlib
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import pytest
from binaryornot.check import is_binary
from cookiecutter.environment import StrictEnvironment
from cookiecutter.main import cookiecutter
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from testing.harness import ALL_ON, CONFIGURATIONS, ROOT, BakedProject, defaults_and, locked

Bake = Callable[..., BakedProject]

pytest_plugins = ["browsers", "sites", "stacks"]


class CompilesOnce(StrictEnvironment):  # type: ignore[misc] # cookiecutter has no types
    """Keeps what Jinja makes of a text: it would compile every file of the template for each project anew."""

    kept: ClassVar[dict[object, Any]] = {}

    def compile(self, *source: Any) -> Any:
        if source not in self.kept:
            self.kept[source] = super().compile(*source)
        return self.kept[source]


# What takes long begins first, so that no process is left alone with it in the end (one is given its next
# file before it has done the last); and the default, which has an environment of its own, while another
# process makes the one of all others. Behind these come files of ten seconds or less.
FIRST = [
    "tests/test_lint.py::test_types_of_the_repository",
    "tests/generated/test_default",
    "tests/generated",
    "tests/attacks",  # looks at every row of the admin, which tests/oauth makes hundreds of
    "tests/oauth",
    "tests/stack",
    "tests/observability",
    "tests/model_tools",
    "tests/sql",
    "tests/sdks",
    "tests/recipes/test_existing_django",
    "tests/browser",
    "tests/e2e",
    "tests/sign_in",
    "tests/recipes",
]
# Their tests share the servers of stacks.py, which take a minute to start.
SHARE_SERVERS = {"attacks", "oauth", "observability", "stack"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a folder are slow, those beside this file are `make check`."""

    def place(item: pytest.Item) -> int:
        return next((at for at, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST))

    items.sort(key=place)
    for item in items:
        if item.path.parent != Path(__file__).parent:
            item.add_marker(pytest.mark.slow)


class SlowTestsScheduling(LoadFileScheduling):  # type: ignore[misc] # xdist has no types
    """Keeps a file in one process, and all folders that share servers; any may take a configuration."""

    def _split_scope(self, nodeid: str) -> str:
        path = PurePosixPath(nodeid.partition("::")[0])
        if path.name == "test_configurations.py":
            return nodeid
        return "stacks" if path.parent.name in SHARE_SERVERS else str(path)


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """Start more processes than there are cores for the slow tests, which often wait for servers."""
    cores = yield
    return cores * 2 if config.option.dist == "loadfile" else cores


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    return SlowTestsScheduling(config, log) if config.option.dist == "loadfile" else None


@pytest.fixture(scope="session")
def cookiecutter_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config.yaml that keeps the replay files, and the tester's own defaults, out."""
    home = tmp_path_factory.mktemp("cookiecutter")
    (home / "config.yaml").write_text(f"cookiecutters_dir: {home}\nreplay_dir: {home}/replay\n")
    return home


@pytest.fixture(scope="session")
def bake_into(cookiecutter_home: Path) -> Iterator[Bake]:
    def bake_into(
        folder: Path,
        *,
        accept_hooks: bool = True,
        overwrite_if_exists: bool = False,
        **answers: object,
    ) -> BakedProject:
        path = cookiecutter(
            str(ROOT),
            no_input=True,
            extra_context=answers,
            output_dir=str(folder),
            config_file=str(cookiecutter_home / "config.yaml"),
            accept_hooks=accept_hooks,
            overwrite_if_exists=overwrite_if_exists,
        )
        return BakedProject(Path(path))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cookiecutter.utils.StrictEnvironment", CompilesOnce)
        # Asked for the same files of the template each time: a third of a bake.
        patch.setattr("cookiecutter.generate.is_binary", cache(is_binary))
        yield bake_into


@pytest.fixture(scope="session", params=CONFIGURATIONS)
def configuration(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its test processes have."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def bake(bake_into: Bake, shared_folder: Path) -> Bake:
    """Bake a project to look at and not to change: all tests that ask for the same answers share it."""

    def bake(**answers: object) -> BakedProject:
        digest = hashlib.sha256(repr(sorted(defaults_and(answers).items())).encode()).hexdigest()[:12]
        folder = shared_folder / f"baked-{digest}"
        baked = folder / "path"
        with locked(folder.with_suffix(".lock")):
            if not baked.exists():
                project = bake_into(folder, **answers)
                baked.write_text(str(project.path))
        return BakedProject(Path(baked.read_text()))

    return bake


@pytest.fixture(scope="session")
def baked(configuration: str, bake: Bake) -> BakedProject:
    """A project of each configuration in turn, to look at and not to change."""
    return bake(**CONFIGURATIONS[configuration])


@pytest.fixture(scope="session")
def everything(bake_into: Bake, shared_folder: Path) -> BakedProject:
    """The project with every option after its own `make setup`, one for all test processes.

    Its virtual environment holds what any other configuration needs:
    `project.run("make", "test", f"VENV={everything.path}/.venv")` needs no setup of its own.
    """
    project = BakedProject(shared_folder / "everything" / "my_mcp_site")
    with locked(shared_folder / "everything.lock"):
        if not (project.path / ".venv" / ".installed").exists():
            shutil.rmtree(project.path, ignore_errors=True)
            bake_into(shared_folder / "everything", **ALL_ON).run("make", "setup")
    return project
