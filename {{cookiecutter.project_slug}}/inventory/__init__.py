"""Yours: the example app, with a use of each technique. Change it, or delete it."""
