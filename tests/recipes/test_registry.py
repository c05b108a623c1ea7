"""docs/recipes/registry.md"""

import json
import tomllib
from importlib.resources import files

from jsonschema import Draft7Validator

from conftest import Bake
from recipes.conftest import Page


def test_the_registry_would_take_the_file(page: Page, bake_into: Bake, tmp_path: str) -> None:
    project = bake_into(tmp_path)
    page.write_into(project.path)
    server = json.loads(project.read("server.json"))
    schema = json.loads(files("mcpreg").joinpath("_spec/server.schema.snapshot.json").read_text())
    assert server["$schema"] == schema["$id"]
    Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER).validate(server)
    metadata = tomllib.loads(project.read("pyproject.toml"))["project"]
    assert (server["version"], server["description"]) == (metadata["version"], metadata["description"])
    assert server["remotes"][0]["url"].endswith("/mcp/")
