"""Yours: the people who sign in, their pages and their admin."""
