"""The queries to Prometheus in the files of deploy/prometheus and deploy/grafana."""

import json
from dataclasses import dataclass

import yaml

from testing.harness import BakedProject

DASHBOARD = "deploy/grafana/dashboards/mcp.json"


@dataclass(frozen=True)
class Query:
    """One query of a panel or an alert."""

    title: str
    expression: str

    def over(self, seconds: int) -> str:
        """Return the query as Grafana sends it for a time range of so many seconds."""
        text = self.expression
        for variable in ("$__rate_interval", "$__range"):
            text = text.replace(variable, f"{seconds}s")
        return text


def panels(project: BakedProject) -> list[Query]:
    return [
        Query(panel["title"], target["expr"])
        for panel in json.loads(project.read(DASHBOARD))["panels"]
        for target in panel["targets"]
    ]


def alerts(project: BakedProject) -> list[Query]:
    groups = yaml.safe_load(project.read("deploy/prometheus/alerts.yml"))["groups"]
    return [Query(rule["alert"], rule["expr"]) for group in groups for rule in group["rules"]]
