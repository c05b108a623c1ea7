"""Clients that have no model: bridges, inspectors, command lines, and FastMCP's library."""

import shlex
import sys
import time

from clients.drive import PROGRAMS, TOOL_ERROR, Drive, client
from clients.person import allow
from clients.place import EMAIL, WRONG_TOKEN

FASTMCP = ("fastmcp==4.2.3",)
INSPECTOR = ("@modelcontextprotocol/inspector@2.12.0",)


@client("fastmcp", "FastMCP (library)", pypi=FASTMCP)
def fastmcp(drive: Drive) -> None:
    place = {"MCP_URL": drive.place.url, "RESTART": f"{drive.model.url}/restart"}
    program = PROGRAMS / "fastmcp_client.py"
    drive.report(drive.run(drive.python, program, MCP_TOKEN=drive.place.token(), **place))
    drive.refused(drive.run(drive.python, program, MCP_TOKEN=WRONG_TOKEN, **place))
    with drive.terminal(drive.python, program, **place) as terminal:
        drive.sign_in(terminal)
        drive.cells["sign in"] = drive.verdict(f'"user": "{EMAIL}"' in terminal.said)


@client("fastmcp-cli", "FastMCP (command line)", pypi=FASTMCP, folder="fastmcp")
def fastmcp_cli(drive: Drive) -> None:
    url, auth = drive.place.url, ("--auth", drive.place.token())

    def call(*what: str) -> str:
        return drive.run("fastmcp", "call", url, *what, *auth)

    drive.cells |= {
        "tools": drive.count(drive.run("fastmcp", "list", url, *auth, "--json").replace('"', " ").split()),
        "token": drive.verdict(EMAIL in call("whoami")),
        "call": drive.verdict("after_sku" in call("list_products", "page_size=1", "--json")),
        "resource": drive.verdict("sku" in call("product://1")),
        "prompt": drive.verdict("Toys" in call("sales_report", "category=Toys", "--prompt")),
        "error": drive.verdict(TOOL_ERROR in call("get_order_status", "order_id=99999")),
    }
    with drive.terminal("fastmcp", "call", url, "bulk_update_prices", "percent=1", *auth) as terminal:
        if terminal.wait_for("boolean", 60):
            terminal.settle(1)
            terminal.type("true\r")
            drive.cells["confirm"] = drive.verdict(bool(terminal.wait_for("categories", 20)))
        drive.log(terminal.said)
    drive.refused(drive.run("fastmcp", "call", url, "whoami", "--auth", WRONG_TOKEN))
    with drive.terminal("fastmcp", "call", url, "whoami", "--auth", "oauth") as terminal:
        drive.sign_in(terminal)
        drive.cells["sign in"] = drive.verdict(EMAIL in terminal.said)


@client("mcp-remote", "mcp-remote, as Claude Desktop starts it", npm=("mcp-remote@0.15.1",))
def mcp_remote(drive: Drive) -> None:
    """FastMCP's client reads the configuration instead of Claude Desktop."""
    program = PROGRAMS / "fastmcp_client.py"

    def configured(token: str | None) -> dict[str, str]:
        config = drive.place.config("claude-desktop", token)
        return {"MCP_CONFIG": config, "RESTART": f"{drive.model.url}/restart"}

    drive.report(drive.run(sys.executable, program, **configured(drive.place.token())))
    drive.new_home()
    with drive.terminal(sys.executable, program, **configured(None)) as terminal:
        drive.sign_in(terminal)
        drive.cells["sign in"] = drive.verdict(f'"user": "{EMAIL}"' in terminal.said)
    drive.new_home()
    with drive.terminal(sys.executable, program, **configured(WRONG_TOKEN)) as terminal:
        with_a_page = drive.sign_in(terminal)
        drive.refused(terminal.said)
        drive.notes.append(f"with a refused token it signs in, and says “{with_a_page.splitlines()[0]}”")


def inspector_command(drive: Drive, token: str | None) -> list[str]:
    """Return the command that `mcp_config` prints, with the installed program in place of npx."""
    words = shlex.split(drive.place.config("inspector", token))
    return ["mcp-inspector", *words[2:]]


@client("inspector-cli", "MCP Inspector (command line)", npm=INSPECTOR, folder="inspector")
def inspector_cli(drive: Drive) -> None:
    program, *options = inspector_command(drive, drive.place.token())

    def ask(*what: str) -> str:
        return drive.run(program, "--cli", *options, "--method", *what)

    def call(tool: str, *arguments: str) -> str:
        given = ("--tool-arg", *arguments) if arguments else ()
        return ask("tools/call", "--tool-name", tool, *given)

    drive.cells |= {
        "tools": drive.count(ask("tools/list", "--strict").replace('"', " ").split()),
        "token": drive.verdict(EMAIL in call("whoami")),
        "call": drive.verdict("after_sku" in call("list_products", "page_size=1")),
        "resource": drive.verdict("sku" in ask("resources/read", "--uri", "product://1")),
        "prompt": drive.verdict(
            "Toys" in ask("prompts/get", "--prompt-name", "sales_report", "--prompt-args", "category=Toys")
        ),
        "error": drive.verdict(TOOL_ERROR in call("get_order_status", "order_id=99999")),
        "confirm": "runs without asking"
        if "categories" in call("bulk_update_prices", "percent=1")
        else "**failed**",
    }
    program, *options = inspector_command(drive, WRONG_TOKEN)
    drive.refused(ask("tools/list"))


@client("inspector", "MCP Inspector (web)", npm=INSPECTOR)
def inspector_web(drive: Drive) -> None:
    """Drive the inspector's page in Chromium. The server is given on the command line."""
    for cell, token in (("token", drive.place.token()), ("sign in", None), ("refused", WRONG_TOKEN)):
        drive.new_home()
        with drive.terminal(*inspector_command(drive, token), MCP_AUTO_OPEN_ENABLED="false") as terminal:
            address = terminal.wait_for(r"http://(localhost|127\.0\.0\.1):\d+/?\S*", 30)
            context = drive.person.browser.new_context(viewport={"width": 1400, "height": 950})
            page = context.new_page()
            page.goto(address)
            page.get_by_role("switch").first.click(force=True)
            if token is None:
                page.wait_for_url(lambda url: "/login" in url or "/oauth/" in url, timeout=20_000)
                allow(page)
            time.sleep(3)
            said = page.inner_text("body")
            if cell == "refused":
                drive.refused(said)
                if "/login" in page.url:
                    drive.notes[-1] = "with a refused token it leads to the log-in"
            else:
                page.get_by_text("Tools", exact=True).first.click()
                page.wait_for_timeout(2000)
                said = page.inner_text("body")
                shown = [tool for tool in drive.server_tools if tool in said]
                drive.cells[cell] = drive.verdict(len(shown) > 5)
                drive.cells["tools"] = drive.count(shown)
            drive.log(f"{address}\n{said}")
            context.close()
