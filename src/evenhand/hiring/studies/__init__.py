"""Whether people would have advanced a candidate, and what came of it, for the studies."""
