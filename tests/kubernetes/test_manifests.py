"""deploy/kubernetes of a generated project, put together by kustomize: valid, coherent, and as Compose is."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml

from conftest import Bake
from testing.harness import ALL_OFF, ALL_ON, UNKIND, BakedProject

Manifest = dict[str, Any]

OVERLAYS = ["small", "high-availability"]
PROJECTS: dict[str, dict[str, object]] = {"default": {}, "unkind": ALL_ON | UNKIND, "off": ALL_OFF}
# docs/kubernetes.md names the oldest.
VERSIONS = ["1.30.0", kubernetes_validate.latest_version()]
# Kinds of the Prometheus Operator, whose schema is not Kubernetes'.
WITHOUT_SCHEMA = {"ServiceMonitor"}


@pytest.fixture(scope="module", params=PROJECTS)
def project(
    request: pytest.FixtureRequest, bake_into: Bake, tmp_path_factory: pytest.TempPathFactory
) -> BakedProject:
    return bake_into(tmp_path_factory.mktemp("kubernetes"), **PROJECTS[request.param])


@pytest.fixture(scope="module", params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def manifests(project: BakedProject, overlay: str) -> list[Manifest]:
    printed = project.run("kubectl", "kustomize", f"deploy/kubernetes/overlays/{overlay}")
    return list(yaml.safe_load_all(printed))


@pytest.fixture(scope="module")
def compose(project: BakedProject) -> Manifest:
    settings: Manifest = yaml.safe_load(project.read("compose.yaml"))
    return settings


def of_kind(manifests: list[Manifest], *kinds: str) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] in kinds}


def pods(manifests: list[Manifest]) -> dict[str, Manifest]:
    jobs = {name: one["spec"]["jobTemplate"] for name, one in of_kind(manifests, "CronJob").items()}
    owners = of_kind(manifests, "Deployment", "Job") | jobs
    return {name: owner["spec"]["template"] for name, owner in owners.items()}


def containers(manifests: list[Manifest]) -> Iterator[Manifest]:
    for pod in pods(manifests).values():
        yield from pod["spec"]["containers"] + pod["spec"].get("initContainers", [])


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        rule["operator"] == "In" and labels.get(rule["key"]) in rule["values"]
        for rule in selector.get("matchExpressions", [])
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_strictly_valid(manifests: list[Manifest], version: str) -> None:
    for manifest in manifests:
        if manifest["kind"] not in WITHOUT_SCHEMA:
            kubernetes_validate.validate(manifest, version, strict=True)


def test_names_are_names_of_hosts(manifests: list[Manifest]) -> None:
    for manifest in manifests:
        for name in (manifest["metadata"]["name"], manifest["metadata"]["namespace"]):
            assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name)


def test_the_processes_are_those_of_compose(manifests: list[Manifest], compose: Manifest) -> None:
    at_night = of_kind(manifests, "CronJob").keys()
    processes = {name: pod for name, pod in pods(manifests).items() if name not in at_night}
    assert set(processes) == {"web", "mcp", "mcp-sse", "migrate"}
    for name, pod in processes.items():
        service = compose["services"][name]
        (app,) = pod["spec"]["containers"]
        assert app["args"] == service["command"]
        image = app["image"].rpartition("/")[2].partition(":")[0]
        assert service["image"] == f"${{IMAGE:-{image}}}"
        memory = app["resources"]["limits"]["memory"].replace("Mi", "m")
        assert service["mem_limit"] == f"${{APP_MEMORY:-{memory}}}"
        if name != "migrate":
            assert f"{pod['spec']['terminationGracePeriodSeconds']}s" == service["stop_grace_period"]


def test_the_ports_are_those_of_compose(manifests: list[Manifest], compose: Manifest) -> None:
    upstreams = compose["services"]["nginx"]["environment"]
    expected = dict(upstreams[f"{name}_UPSTREAM"].split(":") for name in ("WEB", "MCP", "MCP_SSE"))
    services = of_kind(manifests, "Service")
    assert {name: str(one["spec"]["ports"][0]["port"]) for name, one in services.items()} == expected
    for name, port in expected.items():
        (found,) = pods(manifests)[name]["spec"]["containers"][0]["ports"]
        assert (found["name"], str(found["containerPort"])) == ("http", port)


def test_user_is_that_of_the_image(project: BakedProject, manifests: list[Manifest]) -> None:
    for pod in pods(manifests).values():
        user = pod["spec"]["securityContext"]
        assert user["runAsNonRoot"]
        assert f"USER {user['runAsUser']}:{user['runAsGroup']}\n" in project.read("Dockerfile")


def test_every_pod_is_confined(manifests: list[Manifest]) -> None:
    for pod in pods(manifests).values():
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["enableServiceLinks"] is False, "WEB_PORT would be tcp://…"
        assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(manifests):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {mount["mountPath"] for mount in container["volumeMounts"]} - {"/media"} == {"/tmp"}  # noqa: S108
        assert "memory" in container["resources"]["limits"]


def test_uploaded_files_are_on_one_disk(manifests: list[Manifest], compose: Manifest, overlay: str) -> None:
    """With file_tools. Where pods are on several nodes, they are in a bucket."""
    media = compose["x-app"]["environment"].get("MEDIA_ROOT")
    expected = {"web", "mcp", "mcp-sse"} if media and overlay == "small" else set()
    assert set(of_kind(manifests, "PersistentVolumeClaim")) == ({"files"} if expected else set())
    mounted = set()
    for name, pod in pods(manifests).items():
        (app,) = pod["spec"]["containers"]
        if "/media" in [mount["mountPath"] for mount in app["volumeMounts"]]:
            mounted.add(name)
            assert app["env"] == [{"name": "MEDIA_ROOT", "value": media}]
            assert pod["spec"]["securityContext"]["fsGroup"] == pod["spec"]["securityContext"]["runAsGroup"]
    assert mounted == expected


def test_secrets_are_only_referred_to(manifests: list[Manifest]) -> None:
    assert not of_kind(manifests, "Secret")
    for container in containers(manifests):
        assert {"secretRef": {"name": "secrets"}} in container["envFrom"]
        assert len(container["envFrom"]) == 2  # and the settings, but no secret of anybody else
    (settings,) = of_kind(manifests, "ConfigMap").values()
    assert not {"SECRET_KEY", "DATABASE_URL"} & settings["data"].keys()


def test_settings_are_in_the_manual(project: BakedProject, manifests: list[Manifest]) -> None:
    (settings,) = of_kind(manifests, "ConfigMap").values()
    manual = project.read(".env.example") + project.read("compose.yaml")
    assert [name for name in settings["data"] if name not in manual] == []


def test_probes(manifests: list[Manifest]) -> None:
    for name, prefix in (("web", ""), ("mcp", "/mcp"), ("mcp-sse", "/mcp")):
        (app,) = pods(manifests)[name]["spec"]["containers"]
        paths = {
            kind: app[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")
        }
        health = f"{prefix}/health"
        assert paths == {"startup": health, "liveness": health, "readiness": f"{prefix}/ready"}


def test_everything_that_is_selected_exists(manifests: list[Manifest]) -> None:
    labels = {name: pod["metadata"]["labels"] for name, pod in pods(manifests).items()}
    services = of_kind(manifests, "Service")
    for name, service in services.items():
        assert [
            pod for pod in labels if selects({"matchLabels": service["spec"]["selector"]}, labels[pod])
        ] == [name]
    for name, deployment in of_kind(manifests, "Deployment").items():
        assert [pod for pod in labels if selects(deployment["spec"]["selector"], labels[pod])] == [name]
    for name, budget in of_kind(manifests, "PodDisruptionBudget").items():
        assert [pod for pod in labels if selects(budget["spec"]["selector"], labels[pod])] == [name]
    for policy in of_kind(manifests, "NetworkPolicy").values():
        selected = {pod for pod in labels if selects(policy["spec"]["podSelector"], labels[pod])}
        assert selected == (set(services) if policy["spec"].get("ingress") else set(labels))
    for scaler in of_kind(manifests, "HorizontalPodAutoscaler").values():
        name = scaler["spec"]["scaleTargetRef"]["name"]
        assert "replicas" not in of_kind(manifests, "Deployment")[name]["spec"]


def test_prometheus_asks_what_the_alerts_are_about(
    manifests: list[Manifest], overlay: str, project: BakedProject
) -> None:
    scraped = {
        service["metadata"]["labels"][monitor["spec"]["jobLabel"]]: monitor["spec"]["endpoints"][0]["path"]
        for monitor in of_kind(manifests, "ServiceMonitor").values()
        for service in of_kind(manifests, "Service").values()
        if selects(monitor["spec"]["selector"], service["metadata"]["labels"])
    }
    jobs = yaml.safe_load(project.read("deploy/prometheus/prometheus.yml"))["scrape_configs"]
    expected = {job["job_name"]: job.get("metrics_path", "/metrics") for job in jobs}
    assert scraped == (expected if overlay == "high-availability" else {})


def routes(manifests: list[Manifest]) -> Iterator[tuple[str, str, Manifest]]:
    """Path, name of the service and annotations."""
    for ingress in of_kind(manifests, "Ingress").values():
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                annotations = {
                    key.partition("/")[2]: value for key, value in ingress["metadata"]["annotations"].items()
                }
                yield path["path"], path["backend"]["service"]["name"], annotations


def longest_prefix(path: str, paths: Iterable[str]) -> str:
    """The one of `paths` that an ingress chooses for `path`."""
    sections = f"{path.rstrip('/')}/"
    return max((each for each in paths if sections.startswith(f"{each.rstrip('/')}/")), key=len)


def test_the_paths_are_those_of_nginx(project: BakedProject, manifests: list[Manifest]) -> None:
    folder = "deploy/nginx/templates"
    files = [name for name in project.files() if name.startswith((f"{folder}/site", f"{folder}/locations/"))]
    site = "\n".join(project.read(name) for name in files)
    proxied = dict(re.findall(r"location (/\S*) \{\n    set \$backend ([\w-]+);", site))
    assert len(proxied) >= 4
    found = {path: service for path, service, _ in routes(manifests)}
    assert {path: found[longest_prefix(path, found)] for path in proxied} == proxied
    assert set(found.values()) <= set(of_kind(manifests, "Service"))
    refused = set(re.findall(r"location = (\S+) \{\n    return 404;", site))
    closed = {
        path for path, _, how in routes(manifests) if how.get("whitelist-source-range") == "127.0.0.1/32"
    }
    assert closed == refused


def test_streams_are_not_buffered(manifests: list[Manifest]) -> None:
    for path, service, annotations in routes(manifests):
        if path.startswith(("/mcp", "/api")) and "whitelist-source-range" not in annotations:
            assert annotations["proxy-buffering"] == "off"
            assert annotations["proxy-read-timeout"] == annotations["proxy-send-timeout"] == "3600"
            assert ("upstream-hash-by" in annotations) == (service == "mcp-sse")
