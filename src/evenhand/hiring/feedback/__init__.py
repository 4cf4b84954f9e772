"""What a candidate gets back: feedback that a person released, and contests that people settle."""
