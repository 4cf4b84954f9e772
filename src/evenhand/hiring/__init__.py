"""The domain as a Django app: people, openings, sittings, scoring and the record.

Each folder is one feature: `models.py` holds its facts, `services.py` every write to them.
"""
