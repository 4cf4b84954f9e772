"""The sitting: writing, saving, handing in."""
