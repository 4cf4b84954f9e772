"""Settings of a server that tests look at: the product's own, but signing in takes no time."""

from evenhand.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; tests sign in often
