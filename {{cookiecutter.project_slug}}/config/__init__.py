"""Yours: the addresses and settings of this project. It may import everything, and no app imports it.

In `settings/`, only `project.py` is yours; the other files are machinery.
"""
