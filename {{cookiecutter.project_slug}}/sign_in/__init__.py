"""Machinery: log-in with django-allauth. Pages and mail about passwords are in `accounts`.

`company.py` is policy: the rules for people who sign in at the company.
"""
