"""Real clients, driven against a generated project: `make test-clients`. See docs/clients-matrix.md."""
