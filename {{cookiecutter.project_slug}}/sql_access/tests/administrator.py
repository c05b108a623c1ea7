"""A connection as the user of DATABASE_URL, who administers the server. Tests may run as another user."""

import psycopg
from django.db import connection

from operations.environment import database
from sql_access.engines.postgresql import connect


def administrator() -> psycopg.Connection:
    """Connect to the database of the tests. Statements are not prepared, so one string may have several."""
    user = {name: database("DATABASE_URL")[name] for name in ("USER", "PASSWORD")}
    opened = connect(connection.settings_dict | user)
    opened.prepare_threshold = None
    return opened
