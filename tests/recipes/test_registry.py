"""docs/recipes/registry.md"""

import json
import re
import sys
import tomllib
from pathlib import Path

from jsonschema import Draft7Validator

from conftest import Bake
from recipes.conftest import Page
from testing.harness import ROOT, run


def test_the_registry_would_take_the_file(page: Page, bake_into: Bake, tmp_path: Path) -> None:
    project = bake_into(tmp_path)
    page.write_into(project.path)
    server = json.loads(project.read("server.json"))
    # Only one file of the package is needed. The package itself does not support Python 3.12.
    package = re.findall(
        r"^mcp-registry-sdk==[\d.]+", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE
    )
    uv = Path(sys.executable).with_name("uv")
    options = ("--quiet", "--no-deps", "--python-version=3.13", f"--target={tmp_path / 'sdk'}")
    run(uv, "pip", "install", *options, *package, cwd=tmp_path)
    schema = json.loads((tmp_path / "sdk/mcpreg/_spec/server.schema.snapshot.json").read_text())
    assert server["$schema"] == schema["$id"]
    Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER).validate(server)
    metadata = tomllib.loads(project.read("pyproject.toml"))["project"]
    assert (server["version"], server["description"]) == (metadata["version"], metadata["description"])
    assert server["remotes"][0]["url"].endswith("/mcp/")
