"""The files of the profile `observability`, as far as they can be judged without running anything."""

import json

import promql_parser
import pytest
import yaml

from conftest import Bake
from observability.dashboard import DASHBOARD, alerts, panels
from testing.harness import BakedProject


@pytest.fixture(scope="module")
def project(bake: Bake) -> BakedProject:
    """A default project to read."""
    return bake()


def test_every_query_is_promql(project: BakedProject) -> None:
    for query in panels(project) + alerts(project):
        promql_parser.parse(query.over(60))


def test_every_panel_explains_itself_and_asks_the_chosen_source(project: BakedProject) -> None:
    dashboard = json.loads(project.read(DASHBOARD))
    (variable,) = dashboard["templating"]["list"]
    for panel in dashboard["panels"]:
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"]["uid"] == f"${{{variable['name']}}}"
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_no_panel_lies_on_another(project: BakedProject) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(project.read(DASHBOARD))["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells


def test_every_alert_is_tested_and_documented(project: BakedProject) -> None:
    tests = project.read("deploy/prometheus/alerts.test.yml")
    document = project.read("docs/observability.md")
    for alert in alerts(project):
        assert tests.count(f"alertname: {alert.title}\n") >= 1, alert.title
        assert f"`{alert.title}`" in document


def test_only_this_machine_reaches_them(project: BakedProject) -> None:
    services = yaml.safe_load(project.read("compose.yaml"))["services"]
    for name in ("prometheus", "grafana"):
        assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])
        assert "back" not in services[name]["networks"]


def test_prometheus_asks_the_services_of_compose(project: BakedProject) -> None:
    services = yaml.safe_load(project.read("compose.yaml"))["services"]
    for job in yaml.safe_load(project.read("deploy/prometheus/prometheus.yml"))["scrape_configs"]:
        (names,) = (source["names"] for source in job["dns_sd_configs"])
        assert names == [job["job_name"]]
        assert set(services["prometheus"]["networks"]) & set(services[job["job_name"]]["networks"])
