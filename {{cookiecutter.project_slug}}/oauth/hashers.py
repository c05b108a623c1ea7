"""The password hasher for the secrets of apps."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class ClientSecretHasher(PBKDF2PasswordHasher):
    """Hashes the secret of an app with one iteration.

    The secret is random, so no dictionary helps to guess it. The iterations for a password would take half a
    second for each new token, and for each registration, which anyone may make.
    """

    algorithm = "client_secret"
    iterations = 1
