"""Machinery: several tenants in one site. `policy.py` is policy: for which tenant a user may act."""
