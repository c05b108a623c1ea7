"""Machinery, apart from `policy.py`: for which tenant somebody may act is policy."""
