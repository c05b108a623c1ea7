"""PostgreSQL as its administrator sees it: the user of DATABASE_URL, whoever the tests run as."""

import psycopg
from django.db import connection

from operations.environment import database
from sql_access.engines.postgresql import connect


def administrator() -> psycopg.Connection:
    """Connect to the database of the tests, for any number of statements at once."""
    user = {name: database("DATABASE_URL")[name] for name in ("USER", "PASSWORD")}
    opened = connect(connection.settings_dict | user)
    opened.prepare_threshold = None
    return opened
