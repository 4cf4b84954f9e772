"""Answers drawn at random for blind double rating by people."""
