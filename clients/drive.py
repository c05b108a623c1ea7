"""Drives one client, and turns what the client did into the cells of its row."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from clients.model import Model, running_model
from clients.packages import install
from clients.person import Person, person
from clients.place import CACHE, EMAIL, Place, running_place
from clients.terminal import ESCAPES, Terminal
from testing.node import NODE

PROGRAMS = Path(__file__).parent / "programs"
SECONDS = 120  # for one run of a client
OK, NONE, FAILED = "ok", "-", "**failed**"

# The columns, and what "ok" means in them.
STEPS = {
    "token": "connects with a personal token, configured as in `manage.py mcp_config` or docs/agents.md",
    "sign in": "registers, opens the browser, and connects after its user signed in and allowed it",
    "tools": "offers every tool to the model",
    "call": "hands the structured result of `list_products` to the model or program",
    "resource": "reads `product://1`",
    "prompt": "gets `sales_report`",
    "error": "hands the text of a `ToolError` to the model or program",
    "confirm": "asks before `bulk_update_prices`, and runs it after a yes",
    "refused": "shows the server's message when the token is refused",
    "restart": "calls the next tool after the server restarted, in the same conversation",
}

# The order matters: `judge` reads the results by their number.
SCRIPT = """\
CALL whoami {}
CALL list_products {"page_size": 1}
CALL get_order_status {"order_id": 99999}
CALL bulk_update_prices {"percent": "1"}
RESTART CALL get_product_count {}"""
PRODUCTS, NO_ORDER, CONFIRM, COUNT = 1, 2, 3, 4
TOOL_ERROR = "There is no order with the number 99999"
REFUSED = "unknown, expired or revoked"


@dataclass
class Drive:
    """One client, installed in `folder`, with its own home folder."""

    name: str
    folder: Path
    place: Place
    model: Model
    person: Person
    server_tools: list[str]
    cells: dict[str, str] = field(default_factory=lambda: dict.fromkeys(STEPS, NONE))
    # Remarks, such as what a client shows instead of the server's message.
    notes: list[str] = field(default_factory=list)
    output: str = ""

    def __post_init__(self) -> None:
        (CACHE / "homes" / f"{self.name}.log").unlink(missing_ok=True)
        self.new_home()

    def new_home(self) -> None:
        """Give the client an empty home folder, as on a new machine."""
        self.home = CACHE / "homes" / self.name
        shutil.rmtree(self.home, ignore_errors=True)
        (self.home / "work").mkdir(parents=True)
        (self.home / "bin").mkdir()
        # Instead of opening a browser, this records the address.
        self.program("xdg-open", 'echo "$1" >> "$HOME/opened"')
        # Runs the installed package instead of downloading one.
        self.program("npx", '[ "$1" = -y ] && shift; name=${1##*/}; shift; exec "$name" "$@"')

    def program(self, name: str, script: str) -> None:
        path = self.home / "bin" / name
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o755)

    @property
    def python(self) -> Path:
        return self.folder / "venv" / "bin" / "python"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a person who has only this client. The browser only records addresses."""
        bins = [self.home / "bin", self.folder / "node_modules" / ".bin", self.folder / "venv" / "bin"]
        kept = {name: os.environ[name] for name in ("LANG", "TERM", "TMPDIR") if name in os.environ}
        path = ":".join(map(str, [*bins, NODE / "bin", os.environ["PATH"]]))
        loopback = {"NO_PROXY": "localhost,127.0.0.1", "no_proxy": "localhost,127.0.0.1"}
        models = {
            "OPENAI_API_KEY": "x",
            "OPENAI_BASE_URL": f"{self.model.url}/v1",
            "OPENAI_AGENTS_DISABLE_TRACING": "1",
            "ANTHROPIC_API_KEY": "sk-ant-x",
            "ANTHROPIC_BASE_URL": self.model.url,
        }
        home = {"HOME": str(self.home), "PATH": path, "BROWSER": str(self.home / "bin" / "xdg-open")}
        return kept | loopback | models | home | more

    def run(self, *command: str | Path, **environment: str) -> str:
        """Run a command of the client in an empty folder; return all its output, whatever its status."""
        try:
            done = subprocess.run(
                command,
                cwd=self.home / "work",
                env=self.environment(**environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
            self.output = done.stdout
        except subprocess.TimeoutExpired as late:
            said = late.stdout.decode(errors="replace") if isinstance(late.stdout, bytes) else ""
            self.output = f"{said}\nIt was stopped after {SECONDS} s."
        self.log(f"$ {' '.join(map(str, command))[:400]}\n{self.output}")
        return self.output

    def log(self, text: str) -> None:
        with (CACHE / "homes" / f"{self.name}.log").open("a") as log:
            log.write(f"{text}\n")

    def shell(self, line: str, **environment: str) -> str:
        """Run a line as a person would paste it into a terminal."""
        return self.run("bash", "-c", line, **environment)

    def terminal(self, *command: str | Path, **environment: str) -> Terminal:
        """Start the client in a terminal."""
        return Terminal(list(command), self.home / "work", self.environment(**environment))

    def sign_in(self, terminal: Terminal, until: str = "", seconds: float = 60) -> str:
        """Sign in with the browser as the client asks, and return the text of the last page."""
        url = ""
        deadline = time.monotonic() + seconds
        while not url and time.monotonic() < deadline:
            terminal.read(0.3)
            opened = self.home / "opened"
            url = opened.read_text().strip() if opened.exists() else ""
            if not url and time.monotonic() < deadline - seconds / 2:
                continue
            # Some clients open a browser in another way and print the address, which may be cut off there.
            url = url or (re.findall(r"http://\S+/oauth/authorize\?\S+(?=\s)", terminal.said) or [""])[0]
            if terminal.process.poll() is not None and not url:
                break
        if not url:
            self.log(terminal.said)
            self.cells["sign in"] = FAILED
            raise RuntimeError(f"The client did not open a browser: {last_words(terminal.said)}")
        page = self.person.allow(url.splitlines()[-1])
        if until:
            terminal.wait_for(until, 30)
        else:
            with suppress(subprocess.TimeoutExpired):
                terminal.settle(1)
                terminal.process.wait(30)
        self.log(f"signed in: {page}\n{terminal.said}")
        return page

    def agent(self, run: Callable[[str], object]) -> None:
        """Let the client's agent run the script, and fill in the cells from what the model saw."""
        self.model.forget()
        run(SCRIPT)
        if not self.model.results:  # run it again: some agents start before the server has answered
            run(SCRIPT)
            if self.model.results:
                self.notes.append("on a busy machine its first turn may start before the tools are available")
        self.log(f"The model saw: {self.model.results}")
        self.judge()

    def judge(self) -> None:
        saw, cells = self.model.saw, self.cells
        cells["token"] = self.verdict(EMAIL in saw(0))
        cells["tools"] = self.count(self.model.tools)
        cells["call"] = self.verdict("after_sku" in saw(PRODUCTS))
        cells["error"] = self.verdict(TOOL_ERROR in saw(NO_ORDER))
        cells["confirm"] = confirmation(saw(CONFIRM))
        cells["restart"] = self.verdict("60" in saw(COUNT) and self.model.restarted)

    def count(self, names: list[str]) -> str:
        """Count the server's tools among `names`, to which clients add prefixes."""
        found = [tool for tool in self.server_tools if any(name.endswith(tool) for name in names)]
        return OK if len(found) == len(self.server_tools) else f"{len(found)} of {len(self.server_tools)}"

    def verdict(self, right: bool, otherwise: str = FAILED) -> str:
        return OK if right else otherwise

    def refused(self, output: str) -> None:
        """Record what the client showed when the token was wrong."""
        if REFUSED in re.sub(r"\s+", " ", output):
            self.cells["refused"] = OK
            return
        self.cells["refused"] = "hidden"
        said = last_words(output)
        is_silent = "There is no tool" in said  # the stub model's message
        self.notes.append(
            "with a refused token " + ("the tools are missing" if is_silent else f"it says {said}")
        )

    def report(self, printed: str) -> None:
        """Take the cells from the last line of a program of ours, which is JSON."""
        try:
            found = json.loads(printed.strip().splitlines()[-1])
        except (IndexError, ValueError):
            found = {}
            self.notes.append(f"its program ended early: {last_words(printed)}")
        if "tools" in found:
            found["tools"] = self.count(found["tools"])
        self.cells |= found


def confirmation(result: str) -> str:
    if "did not confirm" in result or "Nobody answered" in result:
        return "asks; no answer means no"
    if "categories" in result:
        return "runs without asking"
    return FAILED


REASON = re.compile(
    r"\b(error|failed|refused|401|unauthorized|authentication|disconnected|there is no tool)\b", re.I
)


def last_words(output: str) -> str:
    """Return the last line of an output that gives a reason, or else its last line, as a quotation."""
    lines = [ESCAPES.sub("", line).strip(" │┃|+-=╭╮╰╯─└") for line in output.splitlines()]
    lines = [line for line in lines if re.search(r"\w", line)]
    said = next((line for line in reversed(lines) if REASON.search(line)), lines[-1] if lines else "nothing")
    return "“" + re.sub(r"\s+", " ", said).replace("|", "/")[:160] + "”"


@dataclass(frozen=True)
class Client:
    """A row of the matrix. The first of its packages gives the version."""

    title: str
    drive: Callable[[Drive], None]
    npm: tuple[str, ...] = ()
    pypi: tuple[str, ...] = ()
    folder: str = ""

    def run(self, drive: Drive) -> None:
        """Install its packages into the folder of the drive, and drive it."""
        install(self.folder, self.npm, self.pypi)
        self.drive(drive)

    @property
    def version(self) -> str:
        return re.split("==|@", [*self.npm, *self.pypi][0])[-1]


CLIENTS: dict[str, Client] = {}


def client(
    name: str, title: str, *, npm: tuple[str, ...] = (), pypi: tuple[str, ...] = (), folder: str = ""
) -> Callable[[Callable[[Drive], None]], Callable[[Drive], None]]:
    """Register a drive in CLIENTS. Drives of the same packages share a `folder`."""

    def register(drive: Callable[[Drive], None]) -> Callable[[Drive], None]:
        CLIENTS[name] = Client(title, drive, npm, pypi, folder or name)
        return drive

    return register


@contextmanager
def ready(python: Path | None = None) -> Iterator[Callable[[str], Drive]]:
    """Run the project, model and browser while the block runs. Yield a function that prepares drives by name.

    `python` is an interpreter with the packages of a project. Without it, they are installed.
    """
    with running_place(python) as place:
        listed = place.tools()  # before the browser starts
        with running_model(place.restart) as model, person() as user:

            def prepare(name: str) -> Drive:
                return Drive(name, CACHE / CLIENTS[name].folder, place, model, user, listed)

            yield prepare
