"""The translations are those of the texts, and what is compiled is what was translated."""

import gettext
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import ALL_ON, BakedProject, run


def translations(project: BakedProject) -> dict[str, str]:
    """Return each .po without its head, which the tools write anew."""
    return {
        name: project.read(name).partition("\n\n")[2]
        for name in project.files()
        if name.endswith("django.po")
    }


def compiled(path: Path) -> dict[object, str]:
    with path.open("rb") as file:
        catalog = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    catalog.pop("")
    return catalog


@pytest.fixture
def project(bake_into: Bake, tmp_path: Path) -> BakedProject:
    return bake_into(tmp_path, **ALL_ON)


def test_nothing_is_new_and_everything_is_compiled(project: BakedProject, venv: str) -> None:
    came = translations(project)
    before = {name: compiled(project.path / name.replace(".po", ".mo")) for name in came}
    assert len(came) == 4 * 7, "four languages of six apps and the project"
    project.run("make", "messages", venv)
    after = translations(project)
    assert after == came
    assert {name: compiled(project.path / name.replace(".po", ".mo")) for name in came} == before
    for name in came:
        # An untranslated or fuzzy one would be left out of what is compiled.
        text = run("msgattrib", "--untranslated", name, cwd=project.path)
        text += run("msgattrib", "--only-fuzzy", name, cwd=project.path)
        assert "msgid" not in text, name
