"""An app that is copied into a project."""
