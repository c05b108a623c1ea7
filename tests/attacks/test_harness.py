"""agent-security-harness, a public collection of attacks on MCP servers, must find nothing."""

import json
import subprocess
from pathlib import Path

import httpx2
import pytest

from attacks.credentials import access_token, personal_token
from oauth.internet import Internet
from oauth.people import Person
from testing.kept import environment_with
from testing.node import CACHE
from testing.stack import Stack

REQUIREMENTS = Path(__file__).parent / "requirements-harness.txt"

WHOAMI = {"method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
YES = {"question": {"action": "accept", "content": {"go_ahead": True}}}


def raise_prices(percent: int) -> dict[str, object]:
    """Return a call of a tool that first asks the user."""
    capabilities = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
    }
    arguments = {"percent": percent}
    params = {"name": "bulk_update_prices", "arguments": arguments, "_meta": capabilities}
    return {"method": "tools/call", "params": params}


# Checks that the collection reports as failures, although they are not.
NO_FAILURES = {
    "MCP-008": "It expects an answer to messages without an id, but these are notifications.",
    "MCP-RC-003": "An app may repeat a confirmed call: it could also confirm a new one.",
    "MCP-010": "The refusal repeats the words of the arguments, which it takes for a success.",
}


@pytest.fixture(scope="session")
def collection() -> Path:
    """The program, in an environment that is kept between test runs."""
    return environment_with(REQUIREMENTS, venv=CACHE / "agent-security").with_name("agent-security")


def test_a_public_collection_of_attacks(
    collection: Path,
    site: Stack,
    http: httpx2.Client,
    alice: Person,
    mallory: Person,
    played_internet: Internet,
    tmp_path: Path,
) -> None:
    own = personal_token(alice, "alice@example.com", site, http)
    attacker = personal_token(mallory, "mallory@example.com", site, http)
    foreign = access_token(alice, "alice@example.com", site, http)
    foreign.administrator(
        f"AccessToken.objects.filter(application__name={foreign.name!r}).update(resource=['https://evil.example/'])"
    )
    report = tmp_path / "report.json"
    options = {
        "--transport": "http",
        "--url": site.url + "/mcp/",
        "--protocol-version": "2026-07-28",
        "--report": str(report),
        "--header": f"Authorization:Bearer {own.value}",
        "--audience-attacker-header": f"Authorization:Bearer {foreign.value}",
        "--issuer-probe": json.dumps(WHOAMI),
        "--issuer-attacker-header": "Authorization:Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        "--mrtr-probe": json.dumps(raise_prices(1)),
        "--mrtr-altered-probe": json.dumps(raise_prices(50)),
        "--mrtr-input-responses": json.dumps(YES),
        "--mrtr-attacker-header": f"Authorization:Bearer {attacker.value}",
        "--cache-resource-uri": "product://1",
    }
    subprocess.run(
        [collection, "test", "mcp", *(word for option in options.items() for word in option)],
        env={"SSL_CERT_FILE": str(played_internet.certificate)},
        check=False,  # its exit status is also non-zero if a check could not be run
        capture_output=True,
    )
    results = json.loads(report.read_text())["results"]
    tried = [result for result in results if not result["not_evaluated"]]
    assert len(tried) >= 24
    failed = {result["test_id"]: result["details"] for result in tried if not result["passed"]}
    assert failed.keys() <= NO_FAILURES.keys(), failed
