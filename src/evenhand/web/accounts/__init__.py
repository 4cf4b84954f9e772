"""Signing in with password, passkey or single sign-on; second factors; sessions."""
