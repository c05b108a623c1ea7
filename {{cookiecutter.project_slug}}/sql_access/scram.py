"""Hashes a password as PostgreSQL stores it, so that no statement and no log contains the password."""

import hashlib
import hmac
import secrets
from base64 import b64encode

ITERATIONS = 4096  # PostgreSQL's default


def verifier(password: str, salt: bytes = b"") -> str:
    """Return the hash of an ASCII password that CREATE ROLE … PASSWORD accepts (SCRAM, RFC 5802 and 7677)."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [b64encode(part).decode() for part in (salt, stored_key, server_key)]
    return f"SCRAM-SHA-256${ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"
