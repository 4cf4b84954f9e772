"""Components fitted to the ratings of a pack, and which of them are in use."""
