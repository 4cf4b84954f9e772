"""The REST API for other programs; docs/api.md describes it for those who write them."""
