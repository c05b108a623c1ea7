"""Connects a process to the internet that internet.py plays. Python imports this file when it starts.

The names in PLAYED_HOSTS resolve to the addresses given there, and connections to port 443 of any address go
to PLAYED_PORT of loopback. The code under test therefore resolves names, checks addresses and verifies
certificates as in production.
"""

import json
import os
import socket

HOSTS = json.loads(os.environ["PLAYED_HOSTS"])
PORT = int(os.environ["PLAYED_PORT"])
HTTPS = 443

look_up = socket.getaddrinfo
connect = socket.socket.connect


def played_look_up(host, port, *arguments, **options):
    found = []
    for address in HOSTS.get(host, [host]):
        found += look_up(address, port, *arguments, **options)
    return found


def played_connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[1] == HTTPS:
        address = ("127.0.0.1" if self.family == socket.AF_INET else "::ffff:127.0.0.1", PORT)
    return connect(self, address)


socket.getaddrinfo = played_look_up
socket.socket.connect = played_connect
