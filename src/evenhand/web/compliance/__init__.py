"""Compliance pages: each generated from records, as a page, as JSON and on paper."""
