"""SDKs and frameworks in TypeScript, driven by programs of ours: docs/agents.md shows only Python."""

import shutil

from clients.drive import PROGRAMS, Drive, client
from clients.place import WRONG_TOKEN


def program_of(drive: Drive, program: str, token: str, question: str) -> str:
    # Node.js looks for packages next to the program.
    shutil.copy(PROGRAMS / program, drive.folder)
    place = {"MCP_URL": drive.place.url, "MCP_TOKEN": token, "QUESTION": question}
    return drive.run("node", drive.folder / program, **place)


def drive_program(drive: Drive, program: str) -> None:
    """The program runs an agent, and reports what else its library can do."""
    token, printed = drive.place.token(), ""

    def ask(question: str) -> None:
        nonlocal printed
        printed = program_of(drive, program, token, question)

    drive.agent(ask)
    drive.report(printed)
    drive.refused(program_of(drive, program, WRONG_TOKEN, "CALL whoami {}"))


@client(
    "ai-sdk", "Vercel AI SDK", npm=("@ai-sdk/mcp@2.0.99", "ai@7.0.173", "@ai-sdk/openai-compatible@3.0.92")
)
def ai_sdk(drive: Drive) -> None:
    drive_program(drive, "ai_sdk.mjs")


@client("mastra", "Mastra", npm=("@mastra/mcp@2.0.0",))
def mastra(drive: Drive) -> None:
    drive_program(drive, "mastra.mjs")


@client("openai-agents-js", "OpenAI Agents SDK (TypeScript)", npm=("@openai/agents@0.20.0", "openai@7.59.0"))
def openai_agents(drive: Drive) -> None:
    drive_program(drive, "openai_agents.mjs")
