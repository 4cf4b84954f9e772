"""Pages of the studies: whether people agree with the panel, and what goes with what came of it."""
