"""The record: what happened, in an order that cannot be changed unseen."""
