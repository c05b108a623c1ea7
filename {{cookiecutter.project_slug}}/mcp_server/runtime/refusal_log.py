"""How the refusal of a tool is logged."""

import logging
import sys

from fastmcp.exceptions import FastMCPError


class RefusalFilter(logging.Filter):
    """Makes what FastMCP logs as an ERROR when a tool, resource or prompt refuses with a sentence an INFO.

    A refusal is an answer to the client. ERROR and tracebacks are for crashes, which wake somebody up.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        # FastMCP logs a refusal while it handles it, not always with its traceback.
        error = (record.exc_info and record.exc_info[0]) or sys.exc_info()[0]
        if error and issubclass(error, FastMCPError):
            record.exc_info = None
            record.levelno, record.levelname = logging.INFO, "INFO"
            return logging.getLogger(record.name).isEnabledFor(logging.INFO)
        return True
