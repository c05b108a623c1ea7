"""How the secrets of apps are stored."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class ClientSecretHasher(PBKDF2PasswordHasher):
    """Hashes the secret of an app, once.

    It is random, so there is nothing to guess from a dictionary. Hashed as often as a password, it
    would cost half a second with each registration, which anyone may make, and with each new token.
    """

    algorithm = "client_secret"
    iterations = 1
