"""Conventional signals: kept out of sight, for the validity study alone.

Nothing else in the house may import from here (a contract of import-linter says so), and the model
has no name on `Application`, so that no template and no query comes upon it by accident.
"""
