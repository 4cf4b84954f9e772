"""Openings, the people who apply to them, their links, and the packs they are made from."""
