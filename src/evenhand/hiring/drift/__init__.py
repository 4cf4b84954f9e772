"""The drift watch: what charts began from, and alarms that stand until somebody closes them."""
