"""Keeps the secrets of links out of the log, as deploy/nginx/templates/log.conf.template does."""

import copy
import logging
import re

LINK = re.compile(r"(/accounts/(?:reset|email)/)\S+")


class LoggedLinksFilter(logging.Filter):
    """Cuts the secret off the path of a link that sets a password or an address.

    Django and Gunicorn log the path of a request that fails, after which the link still works.
    """

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return the record to write."""
        if record.name.startswith(("django.", "gunicorn.")) and LINK.search(message := record.getMessage()):
            record = copy.copy(record)
            record.msg, record.args = LINK.sub(r"\1...", message), None
        return record
