"""Machinery: the authorization server, where the users of AI clients sign in and consent."""
