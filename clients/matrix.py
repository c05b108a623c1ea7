"""The page docs/clients-matrix.md. A run of some clients replaces only their rows."""

import re
from datetime import date

from clients.drive import CLIENTS, STEPS, Client, Drive
from testing.harness import ROOT

PAGE = ROOT / "docs" / "clients-matrix.md"
TITLE = """\
# Tests with real clients

`make test-clients` writes this page. It installs each client, connects it to a project that was just
generated with the defaults, and plays the client's model and its user. To run only some clients and replace
only their rows, use `make test-clients CLIENTS="codex gemini"`.

ok
: tested, and it works

-
: the client does not have this feature, or a program cannot drive it

hidden
: the client does not show the server's message; the remarks say what it shows instead

anything else
: what the client does instead; **failed** is a defect, either in the client or in this template

Metadata documents (CIMD) are off here, because the tests do not reach the sites of the clients' makers: the
clients register instead. `tests/oauth` plays those sites.
"""


def row(client: Client, drive: Drive) -> str:
    cells = [client.title, client.version, date.today().isoformat(), *drive.cells.values()]
    return "| " + " | ".join(cells) + " |"


def notes(client: Client, drive: Drive) -> str:
    return f"- **{client.title}**: {'; '.join(drive.notes)}." if drive.notes else ""


def cells(client: Client) -> list[str]:
    """Return the cells of a client on the page, one for each of STEPS."""
    page = PAGE.read_text()
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {client.title} |")]
    return line.strip("| ").split(" | ")[3:]


def write(rows: dict[str, str], remarks: dict[str, str]) -> None:
    """Write the page. `rows` and `remarks` are those of this run, by the name of the client."""
    page = PAGE.read_text() if PAGE.exists() else ""
    kept_rows = dict(re.findall(r"^(?=\| (.+?) \| \S+ \| \d{4}-)(.*)$", page, re.MULTILINE))
    kept_notes = dict(re.findall(r"^(?=- \*\*(.+?)\*\*: )(.*)$", page, re.MULTILINE))
    lines, said = [], []
    for name, client in CLIENTS.items():
        line = rows.get(name) or kept_rows.get(client.title)
        note = remarks[name] if name in remarks else kept_notes.get(client.title, "")
        lines += [line] if line else []
        said += [note] if note else []
    heads = ["client", "version", "date", *STEPS]
    columns = "\n".join(f"- **{step}**: {meaning}" for step, meaning in STEPS.items())
    # Italic, because the next run takes lines that start with bold text for remarks.
    columns = columns.replace("- **", "- *").replace("**:", "*:")
    table = "\n".join(["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|", *lines])
    PAGE.write_text(f"{TITLE}\n{table}\n\n## Columns\n\n{columns}\n\n## Remarks\n\n" + "\n".join(said) + "\n")
