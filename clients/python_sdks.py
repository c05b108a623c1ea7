"""SDKs and frameworks in Python. Their agents are the unchanged programs of docs/agents.md."""

from clients.drive import PROGRAMS, Drive, client
from clients.place import WRONG_TOKEN, programs_of


def page_program(drive: Drive, title: str, token: str, question: str, **environment: str) -> str:
    program = programs_of(drive.place.site.project.read("docs/agents.md"))[title]
    place = {"MCP_URL": drive.place.url, "MCP_TOKEN": token, "QUESTION": question}
    return drive.run(drive.python, "-c", program, **place, **environment)


def agent_of_the_page(drive: Drive, title: str, **environment: str) -> None:
    """Run the script, and then one call with a wrong token."""
    token = drive.place.token()
    drive.agent(lambda question: page_program(drive, title, token, question, **environment))
    drive.refused(page_program(drive, title, WRONG_TOKEN, "CALL whoami {}", **environment))


def more(drive: Drive, program: str) -> None:
    """Run a program of ours that reports what the library can do besides tools."""
    path = PROGRAMS / program
    place = {"MCP_URL": drive.place.url, "MCP_TOKEN": drive.place.token()}
    drive.report(drive.run(drive.python, path, **place))


@client("anthropic", "Anthropic SDK (Python)", pypi=("anthropic[mcp]==2.14.0",))
def anthropic(drive: Drive) -> None:
    agent_of_the_page(drive, "Anthropic")
    more(drive, "anthropic_more.py")


@client("claude-agent-sdk", "Claude Agent SDK (Python)", pypi=("claude-agent-sdk==0.2.189",))
def claude_agent_sdk(drive: Drive) -> None:
    quiet = {"ENABLE_TOOL_SEARCH": "false", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    agent_of_the_page(drive, "Anthropic (2)", **quiet)


@client("openai-agents", "OpenAI Agents SDK (Python)", pypi=("openai-agents==0.24.0",))
def openai_agents(drive: Drive) -> None:
    agent_of_the_page(drive, "OpenAI")
    more(drive, "openai_agents_more.py")


@client("pydantic-ai", "pydantic-ai", pypi=("pydantic-ai-slim[mcp,openai]==2.68.0",))
def pydantic_ai(drive: Drive) -> None:
    agent_of_the_page(drive, "pydantic-ai", MODEL="openai-chat:stub")
    more(drive, "pydantic_ai_more.py")


@client(
    "langchain",
    "LangChain (Python)",
    pypi=("langchain==1.5.2", "langchain-mcp-adapters==0.3.2", "langchain-openai==1.7.4"),
)
def langchain(drive: Drive) -> None:
    agent_of_the_page(drive, "LangChain", MODEL="openai:stub")
    more(drive, "langchain_more.py")
