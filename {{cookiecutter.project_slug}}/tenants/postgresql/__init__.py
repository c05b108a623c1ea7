"""Django's PostgreSQL backend, which also tells the database which tenant is in scope."""
