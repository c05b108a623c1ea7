"""The files that run the generated project in production, through the linters of their languages."""

import re
import sys
from pathlib import Path

import pytest
import yaml

from conftest import Bake
from testing.harness import ALL_OFF, ALL_ON, BakedProject, run
from testing.stack import nginx

BIN = Path(sys.executable).parent
COMPOSE_FILES = ["compose.yaml", "compose.override.yaml", "compose.tls.yaml"]


@pytest.fixture(scope="module")
def project(bake: Bake) -> BakedProject:
    return bake()


def test_dockerfile(project: BakedProject) -> None:
    project.run(BIN / "hadolint", "Dockerfile")


def test_compose_files(project: BakedProject, tmp_path: Path) -> None:
    for name in COMPOSE_FILES:
        # A tag of Compose, which other readers of YAML do not know.
        (tmp_path / name).write_text(project.read(name).replace("!override", ""))
    run(BIN / "check-jsonschema", "--builtin-schema=vendor.compose-spec", *COMPOSE_FILES, cwd=tmp_path)


@pytest.mark.parametrize(
    ("server", "answers"),
    [("https", {}), ("http", ALL_ON), ("http", ALL_OFF)],
    ids=["default", "all on", "all off"],
)
def test_nginx(bake: Bake, tmp_path: Path, server: str, answers: dict[str, object]) -> None:
    nginx(
        bake(**answers), tmp_path / "nginx",
        NGINX_SERVER=server, NGINX_HTTP_PORT="8080", TLS_DOMAIN="example.com", PUBLIC_BASE_URL="https://example.com",
    )  # fmt: skip
    skips = ",".join([
        "host_spoofing",  # Django and MCP check the host against ALLOWED_HOSTS, and need its port
        "proxy_buffering_off",  # of MCP only: progress must arrive when it is sent
    ])  # fmt: skip
    run(BIN / "gixy", f"--skips={skips}", tmp_path / "nginx/nginx.conf", cwd=tmp_path)


def test_one_version_of_uv(project: BakedProject) -> None:
    """The image is built with the uv that `make setup` installs."""
    versions = {
        re.findall(r"uv(?:==|:)(\d+\.\d+\.\d+)", project.read(name))[0] for name in ("Dockerfile", "Makefile")
    }
    assert len(versions) == 1


def test_every_variable_of_compose_is_explained(project: BakedProject) -> None:
    used = {name for file in COMPOSE_FILES for name in re.findall(r"\$\{(\w+)", project.read(file))}
    explained = set(re.findall(r"^#?([A-Z_]+)=", project.read(".env.example"), re.MULTILINE))
    assert used <= explained


def test_only_what_must_be_is_published(project: BakedProject) -> None:
    """Catches a published port besides those of nginx."""
    published = {
        (file, port)
        for file in COMPOSE_FILES
        for service in yaml.safe_load(project.read(file).replace("!override", ""))["services"].values()
        for port in service.get("ports", [])
        if not port.startswith("127.0.0.1:")
    }
    assert published == {
        ("compose.yaml", "${HTTP_PORT:-8000}:8080"),
        ("compose.tls.yaml", "${HTTPS_PORT:-443}:8443"),
    }


def test_unfinished_bodies_do_not_end_nginx(project: BakedProject) -> None:
    """They are in its tmpfs, which counts as memory and may by default take half of the machine's."""
    nginx = yaml.safe_load(project.read("compose.yaml"))["services"]["nginx"]
    ((folder, megabytes),) = re.findall(r"^(.+):size=(\d+)m$", "\n".join(nginx["tmpfs"]), re.MULTILINE)
    assert folder == nginx["environment"]["NGINX_ENVSUBST_OUTPUT_DIR"]
    assert int(megabytes) <= int(nginx["mem_limit"].removesuffix("m")) / 2


def test_only_the_servers_reach_redis(project: BakedProject) -> None:
    compose = yaml.safe_load(project.read("compose.yaml"))
    redis, database = compose["services"]["redis"], compose["services"]["db"]
    assert redis["networks"] == database["networks"] == ["back"]
    assert compose["networks"]["back"]["internal"]
    assert "ports" not in redis
    for hardened in ("read_only", "cap_drop", "security_opt", "restart", "logging"):
        assert redis[hardened] == database[hardened]
    assert redis["mem_limit"]
    assert redis["user"] != "0"


def test_postgresql_has_memory_for_all_statements_at_once(bake: Bake) -> None:
    """Each statement ends with an error at its limit, and the kernel ends the server at that of all."""
    project = bake(**ALL_ON)
    database = yaml.safe_load(project.read("compose.yaml"))["services"]["db"]
    (statements,) = re.findall(r"MAX_CONNECTIONS: Final = (\d+)", project.read("sql_access/policy.py"))
    gigabytes = int(database["mem_limit"].removesuffix("g"))
    assert "temp_file_limit=512MB" in database["command"]
    # Half a gigabyte for what is shared, and for the connections of the application.
    assert int(statements) * database["ulimits"]["data"] <= (gigabytes - 0.5) * 2**30


def test_the_documented_address_of_redis_is_that_of_compose(project: BakedProject) -> None:
    services = yaml.safe_load(project.read("compose.yaml"))["services"]
    hosts = re.findall(r"redis://(\w+):6379", project.read(".env.example") + project.read("docs/deploy.md"))
    assert set(hosts) == {"redis"} <= services.keys()


@pytest.mark.parametrize("answers", [{}, ALL_ON], ids=["default", "all on"])
def test_containers_get_what_the_application_reads_and_nothing_else(
    bake: Bake, answers: dict[str, object]
) -> None:
    """Neither the password of Grafana nor any other that somebody may add to .env for another service."""
    project = bake(**answers)
    explained = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", project.read(".env.example"), re.MULTILINE))
    functions = re.findall(r"^def (\w+)\(variable", project.read("operations/environment.py"), re.MULTILINE)
    reads = re.compile(rf"""(?:env\.\w+|environ\.get|{"|".join(functions)})\(\s*["']([A-Z][A-Z0-9_]+)["']""")
    sources = ["deploy/gunicorn.conf.py", "deploy/serve_mcp.py", "operations/tracing.py"]
    sources += [name for name in project.files() if re.search(r"(^config/settings/|/settings\.py$)", name)]
    read = {name for source in sources for name in reads.findall(project.read(source))}
    # Where the application listens is a matter of the image.
    needed = (read & explained) - {"BIND_HOST", "WEB_PORT", "MCP_PORT"}
    # What libraries read by themselves.
    by_libraries = {name for name in explained if name.startswith(("AWS_", "OTEL_", "FORWARDED_"))}
    compose = yaml.safe_load(project.read("compose.yaml"))
    for name in ("migrate", "web", "mcp", "mcp-sse"):
        service = compose["services"][name]
        assert "env_file" not in service
        given: dict[str, str | None] = service["environment"]
        assert needed | by_libraries <= given.keys()
        others = {each for each in given.keys() - needed if not each.startswith(("AWS_", "OTEL_"))}
        assert others - by_libraries <= {"DEBUG", "MEDIA_ROOT"} | read
        # Of a variable with no value, Compose hands on what is set in .env, and nothing when it is not.
        rest = {each: value for each, value in given.items() if each != "DATABASE_URL"}
        assert not re.search("PASSWORD|CERTBOT|GRAFANA|BACKUP", str(rest))
