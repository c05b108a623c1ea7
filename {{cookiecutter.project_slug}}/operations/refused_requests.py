"""Log lines about requests that Django refuses: an unknown Host, too many fields, a wrong CSRF token."""

import copy
import logging
from http import HTTPStatus


def is_refused(record: logging.LogRecord) -> bool:
    """Say whether Django wrote this record about a request that it refused."""
    status: int = getattr(record, "status_code", 0)
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR


class RefusedRequestFilter(logging.Filter):
    """Makes such a line a warning without a traceback.

    Django logs most of them as errors, though the site is in order, and anybody can cause any number. It
    belongs to a handler, so that it sees the records of every logger.
    """

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return the record to write."""
        if not is_refused(record):
            return record
        record = copy.copy(record)
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        return record
