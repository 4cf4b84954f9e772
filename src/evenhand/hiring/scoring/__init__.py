"""What the judges said, and what was estimated from it."""
