"""`python -m clients [name …]`: drives all clients, or those named, and writes docs/clients-matrix.md."""

import signal
import sys
import traceback

from clients import agents, matrix, python_sdks, tools, typescript_sdks  # noqa: F401 - they fill CLIENTS
from clients.drive import CLIENTS, FAILED, STEPS, last_words, ready
from clients.packages import NotInstalledError


def main(names: list[str]) -> int:
    """Drive the named clients, or all of them. Return a non-zero exit status if something failed."""
    if unknown := set(names) - set(CLIENTS):
        print(f"Unknown clients: {', '.join(sorted(unknown))}. Choose from: {', '.join(CLIENTS)}.")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the servers stop as well
    rows, remarks, failed = {}, {}, False
    with ready() as prepare:
        for name in names or list(CLIENTS):
            client, drive = CLIENTS[name], prepare(name)
            try:
                client.run(drive)
            except NotInstalledError as error:
                drive.cells = dict.fromkeys(STEPS, "not installed")
                drive.notes.append(f"cannot be installed: {last_words(str(error))}")
            except Exception as error:  # one client must not stop the others
                traceback.print_exc()
                drive.notes.append(f"the drive stopped early: {last_words(repr(error))}")
                failed = True
            rows[name], remarks[name] = matrix.row(client, drive), matrix.notes(client, drive)
            print(rows[name], *drive.notes, sep="\n    ", flush=True)
            matrix.write(rows, remarks)
    return failed or any(FAILED in row for row in rows.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
