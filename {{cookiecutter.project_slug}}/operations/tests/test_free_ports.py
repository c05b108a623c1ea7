"""`make dev` checks its ports first."""

import socket

import pytest

from operations.free_ports import main, problem


def test_whoever_repeats_the_printed_command_does_not_fail_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches a command for the first taken port that uses the second taken one."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        web, mcp = (server.getsockname()[1] for server in (one, other))
        monkeypatch.setattr("sys.argv", ["free_ports", f"WEB_PORT={web}", f"MCP_PORT={mcp}"])
        with pytest.raises(SystemExit) as refused:
            main()
        message = str(refused.value)
        assert message.startswith(
            f"ERROR: WEB_PORT: another program uses port {web}. MCP_PORT: another program uses port {mcp}. "
        )
        command = message.partition("Type: ")[2].splitlines()[0].split()
        assert command[:2] == ["make", "dev"]
        monkeypatch.setattr("sys.argv", ["free_ports", *command[2:]])
        main()


@pytest.mark.parametrize("port", ["0", "65536", "http", ""])
def test_what_is_not_a_port(port: str) -> None:
    assert "is not a port" in problem(port)
