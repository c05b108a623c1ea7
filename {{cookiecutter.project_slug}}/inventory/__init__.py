"""Yours: the example app, which uses each feature once. Change it, or delete it."""
