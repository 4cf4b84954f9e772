"""What tells who somebody is, taken out of an answer before a judge reads it."""

from evenhand.judges.redaction.redacting import INSTEAD, Redacted, find, redact

__all__ = ["INSTEAD", "Redacted", "find", "redact"]
