"""What a candidate gets back: their feedback, its three forms, and the way to contest it."""
