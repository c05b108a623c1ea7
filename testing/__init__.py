"""Helpers for tests and the benchmark: projects, processes, databases and a Docker engine."""
