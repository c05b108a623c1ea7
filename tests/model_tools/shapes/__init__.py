"""An app of a project, copied into one."""
