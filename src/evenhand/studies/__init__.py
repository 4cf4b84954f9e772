"""Studies: is it any good, and does it stay so: golden gate, drift watch, red team."""
