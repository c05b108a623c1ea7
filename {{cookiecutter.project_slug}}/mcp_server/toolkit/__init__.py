"""Machinery: helpers for tools. Types of arguments, rows of models, completion, views, research."""
