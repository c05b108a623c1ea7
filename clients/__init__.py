"""Runs real clients with a generated project: `make test-clients`. See docs/clients-matrix.md."""
