"""Yours: the addresses and settings of this project. It imports everything, and nothing imports it."""
