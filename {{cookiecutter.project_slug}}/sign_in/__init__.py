"""Machinery: how people get in, by django-allauth. Pages and mail of passwords are those of `accounts`.

`company.py` has the rules for people of the company.
"""
