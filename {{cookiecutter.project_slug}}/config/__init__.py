"""Yours: the addresses and settings of this project. It imports everything, and nothing imports it.

What `settings/` has beside `project.py` is machinery.
"""
