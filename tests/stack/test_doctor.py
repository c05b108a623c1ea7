"""`mcp_doctor` walks through nginx, as a client does."""

from testing.stack import Stack

USER = "--user=admin@example.com"


def findings(printed: str) -> list[str]:
    """Return the result of each step, whether it succeeded or not."""
    return [line for line in printed.splitlines() if line.startswith(("ok ", "FAILED ", "not tried "))]


def test_every_step_is_fine(stack: Stack) -> None:
    found = findings(stack.manage("mcp_doctor", f"{stack.url}/mcp/", USER))
    assert len(found) > 10
    assert [line for line in found if not line.startswith("ok ")] == []


def test_every_step_is_fine_over_tls(tls_stack: Stack) -> None:
    certificate = tls_stack.folder / "certificates/live/localhost/fullchain.pem"
    printed = tls_stack.run(
        "env",
        f"SSL_CERT_FILE={certificate}",
        "python",
        "manage.py",
        "mcp_doctor",
        f"{tls_stack.url}/mcp",
        USER,
    )
    assert [line for line in findings(printed) if not line.startswith("ok ")] == []


def test_a_certificate_that_nobody_trusts(tls_stack: Stack) -> None:
    printed = tls_stack.run("sh", "-c", f"python manage.py mcp_doctor {tls_stack.url}/mcp/ 2>&1 || true")
    assert "Clients do not trust the certificate (self-signed certificate)" in printed
    assert "cannot connect" in printed
