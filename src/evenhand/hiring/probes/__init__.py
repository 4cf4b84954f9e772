"""Follow-ups in the sitting: choosing one after an answer, and reading the two together."""
