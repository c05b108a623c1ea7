"""Django's PostgreSQL backend, which tells the database whom each query is for."""
