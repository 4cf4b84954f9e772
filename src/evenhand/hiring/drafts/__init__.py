"""Drafts: a pack that is being changed, and an opening that is being set up."""
