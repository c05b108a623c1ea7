"""A terminal for clients that run only interactively."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from types import TracebackType

ESCAPES = re.compile(r"\x1b(\[[0-9;?<>=]*[ -/]*[A-Za-z~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|[=>78])")


class Terminal:
    """A program in a pseudo-terminal. It is killed when the block ends."""

    def __init__(self, command: list[str | Path], folder: Path, environment: dict[str, str]) -> None:
        self.said = ""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment | {"TERM": "xterm-256color"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.master = master

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)

    def read(self, seconds: float) -> bool:
        """Read the output that arrives within `seconds`. Return False if there was none."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the program has closed it
            time.sleep(seconds)
            return False
        if b"\x1b[6n" in data:  # asks where the cursor is; some programs wait for the answer
            os.write(self.master, b"\x1b[1;1R")
        if b"\x1b[c" in data:  # asks for the type of the terminal
            os.write(self.master, b"\x1b[?62c")
        self.said += ESCAPES.sub("", data.decode(errors="replace"))
        return True

    def wait_for(self, pattern: str, seconds: float = 60) -> str:
        """Read until the pattern appears, and return the match, or "" if it never appears."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.said):
                return found[0]
            self.read(0.2)
            if self.process.poll() is not None and not self.read(0.2):
                break
        found = re.search(pattern, self.said)
        return found[0] if found else ""

    def type(self, text: str) -> None:
        """Type one key at a time, like a person: programs treat many keys at once as pasted text."""
        for key in text:
            os.write(self.master, key.encode())
            time.sleep(0.03)
            self.read(0)

    def settle(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read(0.2)
