"""Machinery: what tools import. Types of arguments, rows of models, completion, views."""
