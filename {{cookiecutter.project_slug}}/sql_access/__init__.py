"""Machinery: read-only SQL for models. `policy.py` is policy: what SQL may read."""
