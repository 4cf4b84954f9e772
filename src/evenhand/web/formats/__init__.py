"""How dates are written, language by language; Django looks here before its own table."""
