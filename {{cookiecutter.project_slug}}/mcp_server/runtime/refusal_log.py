"""Logs the refusals of tools as INFO."""

import logging
import sys

from fastmcp.exceptions import FastMCPError


class RefusalFilter(logging.Filter):
    """Turns FastMCP's ERROR into an INFO when a tool, resource or prompt refuses with a sentence.

    A refusal is an answer to the client. ERROR and tracebacks are for crashes, which may wake somebody up.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        # FastMCP logs a refusal while it handles it, not always with its traceback.
        error = (record.exc_info and record.exc_info[0]) or sys.exc_info()[0]
        if error and issubclass(error, FastMCPError):
            record.exc_info = None
            record.levelno, record.levelname = logging.INFO, "INFO"
            return logging.getLogger(record.name).isEnabledFor(logging.INFO)
        return True
