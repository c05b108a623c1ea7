"""The page docs/clients-matrix.md. A run of some clients replaces their rows, and leaves the others."""

import re
from datetime import date

from clients.drive import CLIENTS, STEPS, Client, Drive
from testing.harness import ROOT

PAGE = ROOT / "docs" / "clients-matrix.md"
TITLE = """\
# Clients, driven for real

`make test-clients` installs each of these, connects it to a project that was just generated with the
defaults, and plays its model and its user: it writes this page. `make test-clients CLIENTS="codex gemini"`
drives some, and replaces their rows.

ok
: tried, and right

-
: the client has no such thing, or none that a program can drive

hidden
: the client keeps our sentence to itself; the remarks have what it says instead

anything else
: what it does instead; **failed** is a defect, of the client or of ours

Metadata documents (CIMD) are off here, since no maker's site is reached from the tests: clients register.
`tests/oauth` plays those sites.
"""


def row(client: Client, drive: Drive) -> str:
    cells = [client.title, client.version, date.today().isoformat(), *drive.cells.values()]
    return "| " + " | ".join(cells) + " |"


def notes(client: Client, drive: Drive) -> str:
    return f"- **{client.title}**: {'; '.join(drive.notes)}." if drive.notes else ""


def cells(client: Client) -> list[str]:
    """Return what the page says of a client, a cell for each of STEPS."""
    page = PAGE.read_text()
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {client.title} |")]
    return line.strip("| ").split(" | ")[3:]


def write(rows: dict[str, str], remarks: dict[str, str]) -> None:
    """Write the page: `rows` and `remarks` are of the clients of this run, by name."""
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
    # Not a list of bold words, which would be read as remarks.
    columns = columns.replace("- **", "- *").replace("**:", "*:")
    table = "\n".join(["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|", *lines])
    PAGE.write_text(f"{TITLE}\n{table}\n\n## Columns\n\n{columns}\n\n## Remarks\n\n" + "\n".join(said) + "\n")
