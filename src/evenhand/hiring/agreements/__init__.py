"""Agreeing anew: a later notice, for whoever began before the panel asked other models."""
