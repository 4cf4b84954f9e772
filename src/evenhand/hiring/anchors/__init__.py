"""Answers for blind double rating by people: drawn at random, or contested."""
