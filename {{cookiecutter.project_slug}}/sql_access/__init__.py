"""Machinery, apart from `policy.py`: what SQL may read is policy."""
