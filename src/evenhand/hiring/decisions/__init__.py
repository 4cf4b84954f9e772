"""Deciding: the lean before the figures, the decision with its reason, ranks of a whole opening."""
