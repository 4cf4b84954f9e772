"""The worker processes: which are there, and which have fallen silent."""
