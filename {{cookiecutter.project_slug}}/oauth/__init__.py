"""Machinery: the authorization server, at which the users of AI clients sign in and consent."""
