"""The live rounds: interviews, their kits, and the scorecards that people fill in."""
