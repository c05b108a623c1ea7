"""Command-line agents, each with its whole agent loop. Their model is the stub of model.py."""

import json
import shlex
from collections.abc import Callable

from clients.drive import Drive, client
from clients.place import EMAIL, WRONG_TOKEN
from clients.terminal import Terminal

CLAUDE_CODE = ("@anthropic-ai/claude-code@2.1.332",)


def may_read(
    drive: Drive, ask: Callable[[str], object], tool: str, uri: str = "product://1", has: str = "sku"
) -> None:
    """Read a resource with the agent's own tool for resources."""
    drive.model.forget()
    ask(f"CALL {tool} {json.dumps({'server': drive.place.name, 'uri': uri})}")
    drive.cells["resource"] = drive.verdict(has in drive.model.saw(0))


def signed_in(drive: Drive, ask: Callable[[str], object]) -> None:
    """Record whether the agent acts for the person who allowed it."""
    drive.model.forget()
    ask("CALL whoami {}")
    drive.cells["sign in"] = drive.verdict(EMAIL in drive.model.saw(0))


def claude(drive: Drive, question: str, *options: str) -> str:
    tools = f"mcp__{drive.place.name},ReadMcpResourceTool"
    return drive.run("claude", "-p", question, "--allowedTools", tools, *options, **CLAUDE)


CLAUDE = {"ENABLE_TOOL_SEARCH": "false", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}


def sign_in(drive: Drive, ask: Callable[[str], object], *command: str, **environment: str) -> None:
    """Sign in with the client's own command, and record whether the agent then acts for that person."""
    with drive.terminal(*command, **environment) as terminal:
        drive.sign_in(terminal)
    signed_in(drive, ask)


@client("claude-code", "Claude Code (HTTP)", npm=CLAUDE_CODE)
def claude_code(drive: Drive) -> None:
    place = drive.place
    drive.shell(place.config("claude-code", place.token()))
    drive.agent(lambda question: claude(drive, question))
    may_read(drive, lambda question: claude(drive, question), "ReadMcpResourceTool")
    drive.model.forget()
    claude(drive, f"/mcp__{place.name}__sales_report Toys")
    drive.cells["prompt"] = drive.verdict("Write a sales report on the category 'Toys'" in drive.model.asked)

    drive.new_home()
    drive.shell(place.config("claude-code", WRONG_TOKEN))
    drive.refused(drive.run("claude", "mcp", "get", place.name, **CLAUDE))

    drive.new_home()
    drive.shell(place.config("claude-code"))
    sign_in(drive, lambda question: claude(drive, question), "claude", "mcp", "login", place.name, **CLAUDE)


@client("claude-code-stdio", "Claude Code (stdio)", npm=CLAUDE_CODE, folder="claude-code")
def claude_code_stdio(drive: Drive) -> None:
    drive.shell(drive.place.config("claude-code-stdio", drive.place.token()))
    drive.agent(lambda question: claude(drive, question))
    may_read(drive, lambda question: claude(drive, question), "ReadMcpResourceTool")
    drive.new_home()
    drive.shell(drive.place.config("claude-code-stdio", WRONG_TOKEN))
    drive.refused(drive.run("claude", "mcp", "get", drive.place.name, **CLAUDE))


CODEX_PROVIDER = """\
model = "stub"
model_provider = "stub"
[model_providers.stub]
name = "stub"
base_url = "{url}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
"""


@client("codex", "Codex", npm=("@openai/codex@0.171.0",))
def codex(drive: Drive) -> None:
    place = drive.place

    def configure(more: str = "") -> None:
        drive.new_home()
        (drive.home / ".codex").mkdir()
        text = CODEX_PROVIDER.format(url=drive.model.url) + more
        (drive.home / ".codex" / "config.toml").write_text(text)

    def ask(question: str) -> str:
        freely = "--dangerously-bypass-approvals-and-sandbox"
        return drive.run("codex", "exec", "--skip-git-repo-check", freely, question)

    configure(place.config("codex", place.token()))
    drive.agent(ask)
    may_read(drive, ask, "read_mcp_resource")
    configure(place.config("codex", WRONG_TOKEN))
    drive.refused(ask("CALL whoami {}"))
    configure()
    sign_in(drive, ask, *shlex.split(place.config("codex")))


@client("gemini", "Gemini CLI", npm=("@google/gemini-cli@0.61.0",))
def gemini(drive: Drive) -> None:
    place = drive.place
    stub = {
        "GEMINI_API_KEY": "x",
        "GOOGLE_GEMINI_BASE_URL": drive.model.url,
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
        "GEMINI_TELEMETRY_ENABLED": "false",
        "DISPLAY": ":0",  # without it, Gemini CLI does not open a browser
    }

    def configure(token: str | None) -> None:
        drive.new_home()
        (drive.home / ".gemini").mkdir()
        chosen = {"security": {"auth": {"selectedType": "gemini-api-key"}}}
        (drive.home / ".gemini" / "settings.json").write_text(json.dumps(chosen))
        drive.shell(place.config("gemini", token), **stub)

    def ask(question: str) -> str:
        return drive.run("gemini", "-m", "gemini-2.5-pro", "--approval-mode", "yolo", "-p", question, **stub)

    configure(place.token())
    drive.agent(ask)
    # Gemini CLI reads listed resources, but not resource templates.
    may_read(drive, ask, "read_mcp_resource", "inventory://categories", "Garden")
    configure(WRONG_TOKEN)
    drive.refused(drive.run("gemini", "mcp", "list", **stub) + ask("CALL whoami {}"))
    configure(None)
    with drive.terminal("gemini", "-m", "gemini-2.5-pro", **stub) as terminal:
        terminal.wait_for("Type your message", 60)
        slash(terminal, f"/mcp auth {place.name}")
        if terminal.wait_for("Do you want to continue", 20):
            terminal.settle(1)
            terminal.type("\r")
        drive.sign_in(terminal, until="(?i)successfully|authenticated")
    signed_in(drive, ask)


def slash(terminal: Terminal, command: str) -> None:
    """Enter a slash command, slowly: the text interface handles one key after the other."""
    terminal.settle(2)
    terminal.type(command)
    terminal.settle(1)
    terminal.type("\r")


@client("opencode", "opencode", npm=("opencode-ai@1.18.33",))
def opencode(drive: Drive) -> None:
    place = drive.place
    quiet = {"OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_AUTOUPDATE": "1"}

    def configure(token: str | None) -> None:
        drive.new_home()
        folder = drive.home / ".config" / "opencode"
        folder.mkdir(parents=True)
        stub = {
            "npm": "@ai-sdk/openai-compatible",
            "name": "stub",
            "options": {"baseURL": f"{drive.model.url}/v1", "apiKey": "x"},
            "models": {"stub": {"name": "stub", "tool_call": True}},
        }
        config = {"provider": {"stub": stub}, "model": "stub/stub", "small_model": "stub/stub"}
        (folder / "opencode.json").write_text(json.dumps(config))
        drive.shell(place.config("opencode", token), **quiet)

    def ask(question: str) -> str:
        # Single words, because opencode quotes an argument that has spaces and escapes the quotes inside it.
        return drive.run("opencode", "run", *question.split(" "), **quiet)

    configure(place.token())
    drive.agent(ask)
    configure(WRONG_TOKEN)
    drive.refused(drive.run("opencode", "mcp", "list", **quiet))
    configure(None)
    sign_in(drive, ask, "opencode", "mcp", "auth", place.name, **quiet)


@client("copilot", "GitHub Copilot CLI", npm=("@github/copilot@1.0.102",))
def copilot(drive: Drive) -> None:
    place = drive.place
    stub = {
        "COPILOT_PROVIDER_BASE_URL": f"{drive.model.url}/v1",
        "COPILOT_PROVIDER_TYPE": "openai",
        "COPILOT_PROVIDER_API_KEY": "x",
        "COPILOT_MODEL": "stub",
        "COPILOT_OFFLINE": "true",
        "COPILOT_AUTO_UPDATE": "false",
    }

    def ask(question: str) -> str:
        return drive.run("copilot", "-p", question, "--allow-all-tools", **stub)

    drive.shell(place.config("copilot", place.token()), **stub)
    drive.agent(ask)
    drive.new_home()
    drive.shell(place.config("copilot", WRONG_TOKEN), **stub)
    drive.refused(ask("CALL whoami {}"))
    drive.new_home()
    drive.shell(place.config("copilot"), **stub)
    with drive.terminal("copilot", "--allow-all-tools", **stub) as terminal:
        if terminal.wait_for("(?i)trust", 15):
            terminal.type("\r")
        drive.sign_in(terminal, until="(?i)connected|authenticated")
        terminal.settle(2)
    signed_in(drive, ask)
