"""`mcp_doctor` connects through nginx, like a client."""

from oauth.internet import Internet
from oauth.profiles import PROFILES
from testing.stack import Stack

USER = "--user=admin@example.com"


def findings(printed: str) -> list[str]:
    """Return the result of each step, whether it succeeded or not."""
    return [line for line in printed.splitlines() if line.startswith(("ok ", "FAILED ", "not tried "))]


def test_every_step_is_fine(stack: Stack) -> None:
    found = findings(stack.manage("mcp_doctor", f"{stack.url}/mcp/", USER))
    assert len(found) > 10
    assert [line for line in found if not line.startswith("ok ")] == []


def test_every_step_is_fine_over_tls(tls_stack: Stack, played_internet: Internet) -> None:
    """The server also fetches a client's document, which the played internet publishes."""
    (profile,) = (profile for profile in PROFILES if profile.name == "Claude Code, CIMD")
    played_internet.publish(profile.document, {"client_id": profile.document} | profile.metadata)
    printed = tls_stack.manage("mcp_doctor", f"{tls_stack.url}/mcp", USER)
    assert [line for line in findings(printed) if not line.startswith("ok ")] == []
    assert f"{profile.document} is a client" in printed


def test_a_certificate_that_nobody_trusts(tls_stack: Stack) -> None:
    command = f"unset SSL_CERT_FILE; python manage.py mcp_doctor {tls_stack.url}/mcp/ 2>&1 || true"
    printed = tls_stack.run("sh", "-c", command)
    assert "Clients do not trust the certificate (self-signed certificate)" in printed
    assert "cannot connect" in printed
