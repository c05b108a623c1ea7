"""Builds the documentation in .cache/site: the pages of this repository and a generated project's guides.

The guides come from a project that is baked with every option. Pages keep their paths in the repository, so
that links between them work here as on GitHub.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from cookiecutter.main import cookiecutter

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / ".cache" / "site"
SOURCE = SITE / "source"
PAGES = ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md", "docs"]
GUIDES = ["README.md", "AGENTS.md", "docs"]


def copy(origin: Path, names: list[str], target: Path) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (origin / name).is_dir():
            shutil.copytree(origin / name, target / name)
        else:
            shutil.copy(origin / name, target / name)


def bake() -> Path:
    """Bake a project with every option."""
    questions = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    switches = {name: True for name, default in questions.items() if isinstance(default, bool)}
    project = cookiecutter(
        str(ROOT), no_input=True, extra_context=switches | {"sign_in": "allauth"}, output_dir=str(SITE)
    )
    return Path(project)


def main() -> None:
    shutil.rmtree(SITE, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    copy(ROOT, PAGES, SOURCE)
    shutil.rmtree(SOURCE / "docs" / "site")
    project = bake()
    copy(project, GUIDES, SOURCE / "project")
    shutil.rmtree(project)
    front = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/site/contents.md")]
    (SOURCE / "index.md").write_text("\n".join(front), encoding="utf-8")
    # Warnings are errors, such as a broken link or a page that no table of contents lists.
    options = ["--fail-on-warning", "--keep-going", "--quiet", "--conf-dir", ROOT / "docs" / "site"]
    subprocess.run([sys.executable, "-m", "sphinx", *options, SOURCE, SITE / "html"], check=True)
    print(f"The documentation is at {SITE / 'html' / 'index.html'}.")


if __name__ == "__main__":
    main()
